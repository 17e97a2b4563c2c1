// WHAT: the resources as plain values. Start reading here.
//
//   object_meta.hpp    the metadata that matters here
//   scheduled_job.hpp  ScheduledJob: what the user asks for (this file)
//   status.hpp         … and what the operator answers
//   job.hpp            batch/v1 Job, as far as the operator looks at it
//   codec.hpp          JSON to these structs and back; the only place that knows a JSON library
//   compile.hpp        a spec's schedules, validated and compiled; every error carries the path of its field
//   job_manifest.hpp   the Job that a run creates, and what it is told about itself
//   manual_job.hpp     the Job of a run by hand
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "api/object_meta.hpp"
#include "api/status.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::api {

inline constexpr char kGroup[] = "scheduledjob.dev";
inline constexpr char kApiVersion[] = "scheduledjob.dev/v1";
inline constexpr char kKind[] = "ScheduledJob";

enum class ConcurrencyPolicy { kAllow, kForbid, kReplace, kSkip, kQueue };
enum class MissedRunPolicy { kLatest, kAll, kNone };

// One element of spec.schedules; exactly one of cron, every and at is set (checked by compile_schedule).
struct ScheduleEntry {
  std::optional<std::string> cron;
  std::optional<std::string> every;
  std::optional<std::string> anchor;  // RFC 3339, with `every` only
  std::optional<std::string> at;
  friend bool operator==(const ScheduleEntry&, const ScheduleEntry&) = default;
};

// Defaults are applied here, not by the schema: a `default:` in a CRD shows up as drift in GitOps tools.
struct ScheduledJobSpec {
  std::optional<std::string> schedule;
  std::vector<ScheduleEntry> schedules;
  std::optional<std::string> time_zone;
  schedule::DaylightSaving daylight_saving;
  std::optional<NominalTime> not_before;
  std::optional<NominalTime> not_after;
  std::chrono::seconds jitter{0};

  std::optional<std::chrono::seconds> starting_deadline;
  ConcurrencyPolicy concurrency_policy = ConcurrencyPolicy::kAllow;
  std::int32_t max_concurrent_runs = 1;  // under Allow: not looked at
  std::int32_t max_queued_runs = 10;     // under Queue
  std::optional<std::chrono::seconds> replace_timeout;
  MissedRunPolicy missed_run_policy = MissedRunPolicy::kLatest;
  std::int32_t max_catch_up_runs = 100;
  std::optional<std::int32_t> suspend_after_failures;
  bool suspend = false;
  bool run_context_env = false;  // spec.runContext.env

  std::int32_t successful_jobs_history_limit = 3;
  std::int32_t failed_jobs_history_limit = 1;

  // JobTemplateSpec as the user wrote it, JSON text.
  std::string job_template;
  // Read out of the template: what the next Job is created with. Existing ones go by their own (job.hpp).
  std::optional<std::int32_t> ttl_seconds_after_finished;

  friend bool operator==(const ScheduledJobSpec&, const ScheduledJobSpec&) = default;
};

struct ScheduledJob {
  ObjectMeta metadata;
  // An error where the spec holds something this version does not understand: the object gets a condition and
  // harms no other.
  absl::StatusOr<ScheduledJobSpec> spec;
  ScheduledJobStatus status;
};

}  // namespace scheduledjob::api
