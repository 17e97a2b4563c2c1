#include "api/status_reader.hpp"

namespace scheduledjob::api {
namespace {

// Reads a list element by element and drops the elements that `read_element` has nothing for.
template <typename Element>
std::vector<Element> read_list(JsonValue value, const Path& path,
                               std::optional<Element> (*read_element)(JsonValue, const Path&)) {
  std::vector<Element> list;
  const auto append = [&](JsonValue element, const Path& at) {
    if (std::optional<Element> read = read_element(element, at)) list.push_back(*std::move(read));
    return absl::OkStatus();
  };
  read_elements(value, path, append).IgnoreError();
  return list;
}

std::optional<NominalTime> read_listed_time(JsonValue value, const Path& path) {
  const absl::StatusOr<NominalTime> time = read_time(value, path);
  if (!time.ok()) return std::nullopt;
  return *time;
}

std::optional<Condition> read_condition(JsonValue value, const Path& path) {
  Condition condition;
  const auto read_member = [&condition](std::string_view key, JsonValue member, const Path& at) {
    if (key == "type") store_if_valid(read_text(member, at), condition.type);
    if (key == "status") store_if_valid(read_enum(member, at, kConditionStatusNames), condition.status);
    if (key == "observedGeneration") store_if_valid(read_integer(member, at), condition.observed_generation);
    if (key == "lastTransitionTime") store_if_valid(read_time(member, at), condition.last_transition_time);
    if (key == "reason") store_if_valid(read_text(member, at), condition.reason);
    if (key == "message") store_if_valid(read_text(member, at), condition.message);
    return absl::OkStatus();
  };
  if (!read_members(value, path, read_member).ok() || condition.type.empty()) return std::nullopt;
  return condition;
}

std::optional<ActiveReference> read_active_reference(JsonValue value, const Path& path) {
  ActiveReference reference;
  const auto read_member = [&reference](std::string_view key, JsonValue member, const Path& at) {
    if (key == "namespace") store_if_valid(read_text(member, at), reference.namespace_);
    if (key == "name") store_if_valid(read_text(member, at), reference.name);
    if (key == "uid") store_if_valid(read_text(member, at), reference.uid);
    return absl::OkStatus();
  };
  if (!read_members(value, path, read_member).ok() || reference.name.empty()) return std::nullopt;
  return reference;
}

std::optional<NominalTime> read_open_run(JsonValue value, const Path& path) {
  std::optional<NominalTime> time;
  const auto read_member = [&time](std::string_view key, JsonValue member, const Path& at) {
    if (key == "scheduledTime") store_if_valid(read_time(member, at), time);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
  return time;
}

std::optional<PendingRun> read_pending_run(JsonValue value, const Path& path) {
  std::optional<NominalTime> time;
  // A reason that this version does not know must not lose the run: it is one that has been accepted and
  // waits.
  PendingReason why = PendingReason::kCatchUp;
  RunReason reason = RunReason::kScheduled;
  const auto read_member = [&](std::string_view key, JsonValue member, const Path& at) {
    if (key == "scheduledTime") store_if_valid(read_time(member, at), time);
    if (key == "why") store_if_valid(read_enum(member, at, kPendingReasonNames), why);
    if (key == "reason") store_if_valid(read_enum(member, at, kRunReasonNames), reason);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
  if (!time) return std::nullopt;
  return PendingRun{*time, why, reason};
}

std::optional<RecentRun> read_recent_run(JsonValue value, const Path& path) {
  RecentRun run;
  std::optional<NominalTime> time;
  std::optional<Outcome> outcome;
  const auto read_member = [&](std::string_view key, JsonValue member, const Path& at) {
    if (key == "scheduledTime") store_if_valid(read_time(member, at), time);
    if (key == "throughTime") store_if_valid(read_time(member, at), run.through_time);
    if (key == "count") store_if_valid(read_integer(member, at, {.min = 1}), run.count);
    if (key == "outcome") store_if_valid(read_enum(member, at, kOutcomeNames), outcome);
    if (key == "reason") store_if_valid(read_text(member, at), run.reason);
    if (key == "jobName") store_if_valid(read_text(member, at), run.job_name);
    if (key == "startTime") store_if_valid(read_time(member, at), run.start_time);
    if (key == "completionTime") store_if_valid(read_time(member, at), run.completion_time);
    if (key == "message") store_if_valid(read_text(member, at), run.message);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
  if (!time || !outcome) return std::nullopt;
  run.scheduled_time = *time;
  run.outcome = *outcome;
  return run;
}

std::optional<Basis> read_basis(JsonValue value, const Path& path) {
  std::string hash;
  std::optional<NominalTime> since;
  const auto read_member = [&](std::string_view key, JsonValue member, const Path& at) {
    if (key == "hash") store_if_valid(read_text(member, at), hash);
    if (key == "since") store_if_valid(read_time(member, at), since);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
  if (hash.empty() || !since) return std::nullopt;
  return Basis{hash, *since};
}

RunCounts read_run_counts(JsonValue value, const Path& path) {
  RunCounts counts;
  const auto read_member = [&counts](std::string_view key, JsonValue member, const Path& at) {
    if (key == "started") store_if_valid(read_integer(member, at), counts.started);
    if (key == "succeeded") store_if_valid(read_integer(member, at), counts.succeeded);
    if (key == "failed") store_if_valid(read_integer(member, at), counts.failed);
    if (key == "skipped") store_if_valid(read_integer(member, at), counts.skipped);
    if (key == "missed") store_if_valid(read_integer(member, at), counts.missed);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
  return counts;
}

}  // namespace

ScheduledJobStatus read_status(JsonValue value, const Path& path) {
  ScheduledJobStatus status;
  const auto read_member = [&status](std::string_view key, JsonValue member, const Path& at) {
    if (key == "observedGeneration") store_if_valid(read_integer(member, at), status.observed_generation);
    if (key == "conditions") status.conditions = read_list(member, at, read_condition);
    if (key == "active") status.active = read_list(member, at, read_active_reference);
    if (key == "activeCount") store_if_valid(read_integer(member, at), status.active_count);
    if (key == "lastScheduleTime") store_if_valid(read_time(member, at), status.last_schedule_time);
    if (key == "lastSuccessfulTime") store_if_valid(read_time(member, at), status.last_successful_time);
    if (key == "lastSuccessfulScheduleTime")
      store_if_valid(read_time(member, at), status.last_successful_schedule_time);
    if (key == "lastFailureTime") store_if_valid(read_time(member, at), status.last_failure_time);
    if (key == "nextScheduleTimes") status.next_schedule_times = read_list(member, at, read_listed_time);
    if (key == "decidedThrough") store_if_valid(read_time(member, at), status.decided_through);
    if (key == "open") status.open = read_list(member, at, read_open_run);
    if (key == "pending") status.pending = read_list(member, at, read_pending_run);
    if (key == "basis") status.basis = read_basis(member, at);
    if (key == "runCounts") status.run_counts = read_run_counts(member, at);
    if (key == "consecutiveFailures") store_if_valid(read_integer(member, at), status.consecutive_failures);
    if (key == "resumedBy") store_if_valid(read_text(member, at), status.resumed_by);
    if (key == "recentRuns") status.recent_runs = read_list(member, at, read_recent_run);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
  return status;
}

}  // namespace scheduledjob::api
