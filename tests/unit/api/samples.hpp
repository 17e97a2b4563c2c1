// Objects as the API server sends them, for the tests of this room.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "api/codec.hpp"

namespace scheduledjob::api {

inline NominalTime at(std::string_view text) {
  return schedule::parse_rfc3339(text).value();
}

inline constexpr char kPlainTemplate[] =
    R"({"spec":{"template":{"spec":{"containers":[{"name":"a","image":"b"}],"restartPolicy":"Never"}}}})";

// A ScheduledJob whose spec has `members` (JSON members, comma-separated) and whose status is `status`.
inline std::string scheduled_job_json(std::string_view members, std::string_view status = "{}") {
  return fmt::format(
      R"({{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","metadata":{{"name":"nightly","namespace":"reports",)"
      R"("uid":"0a1b","resourceVersion":"4711","generation":3,"creationTimestamp":"2026-01-02T03:04:05Z",)"
      R"("managedFields":[{{"manager":"kubectl","fieldsV1":{{"f:spec":{{"f:schedule":{{}}}}}}}}]}},)"
      R"("spec":{{{}}},"status":{}}})",
      members, status);
}

// As above, with a schedule and a template besides `members`.
inline std::string scheduled_job_with(std::string_view members) {
  std::string spec = fmt::format(R"("schedule":"0 2 * * *","jobTemplate":{})", kPlainTemplate);
  if (!members.empty()) spec += fmt::format(",{}", members);
  return scheduled_job_json(spec);
}

// Why the spec with these members is refused; empty when it is not.
inline std::string spec_error(std::string_view members) {
  const auto object = decode_scheduled_job(scheduled_job_with(members));
  return std::string(object.ok() ? object->spec.status().message() : object.status().message());
}

inline ScheduledJobSpec spec_with(std::string_view members) {
  return decode_scheduled_job(scheduled_job_with(members)).value().spec.value();
}

// Every field has a value of its own.
inline ScheduledJobStatus full_status() {
  ScheduledJobStatus status;
  status.observed_generation = 7;
  status.conditions = {
      {"Ready", ConditionStatus::kTrue, 7, at("2026-01-01T00:00:00Z"), "Scheduled", "Next at …"},
      {"Stalled", ConditionStatus::kUnknown, 6, at("2026-01-01T00:00:01Z"), "Unknown", ""}};
  status.active_count = 2;
  status.active = {{"reports", "nightly-1", "77"}, {"reports", "nightly-2", "78"}};
  status.last_schedule_time = at("2026-01-02T00:00:00Z");
  status.last_successful_time = at("2026-01-02T00:00:01Z");
  status.last_successful_schedule_time = at("2026-01-01T12:00:00Z");
  status.last_failure_time = at("2026-01-02T00:00:02Z");
  status.next_schedule_times = {at("2026-01-03T00:00:00Z"), at("2026-01-04T00:00:00Z")};
  status.decided_through = at("2026-01-02T12:00:00Z");
  status.open = {at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")};
  status.pending = {{at("2026-01-02T01:00:00Z"), PendingReason::kQueue},
                    {at("2026-01-02T02:00:00Z"), PendingReason::kCreate, RunReason::kCatchUp}};
  status.basis = Basis{"0123456789abcdef", at("2025-12-31T00:00:00Z")};
  status.run_counts = {5, 4, 3, 2, 1};
  status.consecutive_failures = 2;
  status.resumed_by = "Tue Jan 6";
  RecentRun run;
  run.scheduled_time = at("2026-01-02T00:00:00Z");
  run.through_time = at("2026-01-02T00:10:00Z");
  run.count = 11;
  run.outcome = Outcome::kSkipped;
  run.reason = "Overlap";
  run.job_name = "nightly-1";
  run.start_time = at("2026-01-02T00:00:03Z");
  run.completion_time = at("2026-01-02T00:00:04Z");
  run.message = "\"quoted\" \\ and \u00e4";
  status.recent_runs = {run, RecentRun{}};
  return status;
}

}  // namespace scheduledjob::api
