#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "api/object_meta.hpp"
#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

using Json = nlohmann::json;  // sorts members by name: equal values have equal texts
using schedule::format_rfc3339;

template <typename Element>
void cut(std::vector<Element>& list, std::size_t max_size) {
  if (list.size() > max_size) list.erase(list.begin() + static_cast<std::ptrdiff_t>(max_size), list.end());
}

void cut(std::string& text, std::size_t max_bytes) {
  text.resize(clamp_utf8(text, max_bytes).size());
}

Json time_or_null(const std::optional<NominalTime>& time) {
  return time ? Json(format_rfc3339(*time)) : Json(nullptr);
}

// Merge patches replace lists whole, so an element leaves out what it does not have.
void set_if_present(Json& element, const char* name, const std::optional<NominalTime>& time) {
  if (time) element[name] = format_rfc3339(*time);
}
void set_if_present(Json& element, const char* name, const std::string& text) {
  if (!text.empty()) element[name] = text;
}

Json encode(NominalTime time) {
  return format_rfc3339(time);
}

Json encode(const Condition& condition) {
  return {{"type", condition.type},
          {"status", to_string(condition.status)},
          {"observedGeneration", condition.observed_generation},
          {"lastTransitionTime", format_rfc3339(condition.last_transition_time)},
          {"reason", condition.reason},
          {"message", condition.message}};
}

Json encode(const ActiveReference& job) {
  return {{"apiVersion", "batch/v1"},
          {"kind", "Job"},
          {"namespace", job.namespace_},
          {"name", job.name},
          {"uid", job.uid}};
}

Json encode(const PendingRun& run) {
  Json json{{"scheduledTime", format_rfc3339(run.scheduled_time)}, {"why", to_string(run.why)}};
  if (run.reason != RunReason::kScheduled) json["reason"] = to_string(run.reason);
  return json;
}

Json encode(const RecentRun& run) {
  Json json{{"scheduledTime", format_rfc3339(run.scheduled_time)}, {"outcome", to_string(run.outcome)}};
  if (run.count != 1) json["count"] = run.count;
  set_if_present(json, "throughTime", run.through_time);
  set_if_present(json, "reason", run.reason);
  set_if_present(json, "jobName", run.job_name);
  set_if_present(json, "startTime", run.start_time);
  set_if_present(json, "completionTime", run.completion_time);
  set_if_present(json, "message", run.message);
  return json;
}

Json encode(const RunCounts& counts) {
  return {{"started", counts.started},
          {"succeeded", counts.succeeded},
          {"failed", counts.failed},
          {"skipped", counts.skipped},
          {"missed", counts.missed}};
}

Json encode(const std::optional<Basis>& basis) {
  if (!basis) return nullptr;
  return {{"hash", basis->hash}, {"since", format_rfc3339(basis->since)}};
}

Json encode_open_run(NominalTime time) {
  return {{"scheduledTime", format_rfc3339(time)}};
}

template <typename Element, typename Encode>
Json list_or_null(const std::vector<Element>& list, Encode encode_element) {
  if (list.empty()) return nullptr;
  Json array = Json::array();
  for (const Element& element : list) array.push_back(encode_element(element));
  return array;
}

template <typename Element>
Json list_or_null(const std::vector<Element>& list) {
  return list_or_null(list, [](const Element& element) { return encode(element); });
}

Json encode(const ScheduledJobStatus& status) {
  const std::optional<NominalTime> next =
      status.next_schedule_times.empty() ? std::nullopt : std::optional{status.next_schedule_times.front()};
  return {{"observedGeneration", status.observed_generation},
          {"conditions", list_or_null(status.conditions)},
          {"activeCount", status.active_count},
          {"active", list_or_null(status.active)},
          {"lastScheduleTime", time_or_null(status.last_schedule_time)},
          {"lastSuccessfulTime", time_or_null(status.last_successful_time)},
          {"lastSuccessfulScheduleTime", time_or_null(status.last_successful_schedule_time)},
          {"lastFailureTime", time_or_null(status.last_failure_time)},
          {"nextScheduleTime", time_or_null(next)},
          {"nextScheduleTimes", list_or_null(status.next_schedule_times)},
          {"decidedThrough", time_or_null(status.decided_through)},
          {"open", list_or_null(status.open, encode_open_run)},
          {"pending", list_or_null(status.pending)},
          {"basis", encode(status.basis)},
          {"runCounts", encode(status.run_counts)},
          {"consecutiveFailures", status.consecutive_failures},
          {"resumedBy", status.resumed_by.empty() ? Json(nullptr) : Json(status.resumed_by)},
          {"recentRuns", list_or_null(status.recent_runs)}};
}

}  // namespace

void clamp_to_schema(ScheduledJobStatus& status) {
  cut(status.conditions, kMaxConditions);
  cut(status.active, kMaxActiveReferences);
  cut(status.next_schedule_times, kMaxNextTimes);
  cut(status.open, kMaxOpenRuns);
  cut(status.pending, kMaxPendingRuns);
  cut(status.recent_runs, kMaxRecentRuns);
  cut(status.resumed_by, kMaxResumeLength);
  for (Condition& condition : status.conditions) {
    cut(condition.reason, kMaxReasonLength);
    cut(condition.message, kMaxMessageLength);
  }
  for (RecentRun& run : status.recent_runs) {
    cut(run.reason, kMaxReasonLength);
    cut(run.message, kMaxMessageLength);
  }
}

std::string encode_status_patch(const ScheduledJobStatus& status, ResourceVersion resource_version) {
  ScheduledJobStatus clamped = status;
  clamp_to_schema(clamped);
  const Json patch{{"metadata", {{"resourceVersion", std::to_string(resource_version)}}},
                   {"status", encode(clamped)}};
  // Messages can carry text from anywhere; what is not UTF-8 in them must not keep the status from being
  // written.
  return patch.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace scheduledjob::api
