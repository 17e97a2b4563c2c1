#include "api/spec_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

constexpr std::size_t kMaxSchedules = 100;
constexpr std::chrono::hours kMaxJitter{24};
constexpr Range kHistoryLimit{.min = 0, .max = std::numeric_limits<std::int32_t>::max()};

// No two instants that can be named lie further apart, so a longer deadline means the same and only invites
// overflow.
constexpr std::chrono::seconds kLongestDeadline = schedule::kLatestInstant - schedule::kEarliestInstant;

absl::StatusOr<std::chrono::seconds> read_duration(JsonValue value, const Path& path, bool allow_zero) {
  const absl::StatusOr<std::string> text = read_text(value, path);
  if (!text.ok()) return text.status();
  absl::StatusOr<std::chrono::seconds> duration = schedule::parse_duration(*text, allow_zero);
  if (!duration.ok()) return path.error(std::string(duration.status().message()));
  return duration;
}

absl::StatusOr<std::chrono::seconds> read_jitter(JsonValue value, const Path& path) {
  absl::StatusOr<std::chrono::seconds> jitter = read_duration(value, path, true);
  if (jitter.ok() && *jitter > kMaxJitter) return path.error("is longer than 24h");
  return jitter;
}

absl::StatusOr<std::chrono::seconds> read_starting_deadline(JsonValue value, const Path& path) {
  const absl::StatusOr<std::int64_t> seconds = read_integer(value, path);
  if (!seconds.ok()) return seconds.status();
  return std::min(std::chrono::seconds{*seconds}, kLongestDeadline);
}

using Problems = std::vector<absl::Status>;

// Visits all members, those behind one with a problem too. A value that was read in part does not hinder
// that; a text that is no JSON ends it.
absl::Status read_all_members(JsonValue value, const Path& path, Problems& problems, VisitMember visit) {
  return read_members(value, path, [&](std::string_view key, JsonValue member, const Path& at) {
    if (absl::Status status = visit(key, member, at); !status.ok()) problems.push_back(std::move(status));
    return absl::OkStatus();
  });
}

absl::Status read_schedule_entry(JsonValue value, const Path& path, Problems& problems,
                                 ScheduleEntry& entry) {
  return read_all_members(value, path, problems,
                          [&entry](std::string_view key, JsonValue member, const Path& at) {
                            if (key == "cron") return store(read_text(member, at), entry.cron);
                            if (key == "every") return store(read_text(member, at), entry.every);
                            if (key == "anchor") return store(read_text(member, at), entry.anchor);
                            if (key == "at") return store(read_text(member, at), entry.at);
                            return absl::OkStatus();
                          });
}

absl::Status read_schedules(JsonValue value, const Path& path, Problems& problems,
                            std::vector<ScheduleEntry>& entries) {
  return read_elements(value, path, [&](JsonValue element, const Path& at) -> absl::Status {
    if (entries.size() == kMaxSchedules)
      return path.error(fmt::format("has more than {} entries", kMaxSchedules));
    return read_schedule_entry(element, at, problems, entries.emplace_back());
  });
}

absl::Status read_daylight_saving(JsonValue value, const Path& path, Problems& problems,
                                  schedule::DaylightSaving& rules) {
  return read_all_members(value, path, problems,
                          [&rules](std::string_view key, JsonValue member, const Path& at) {
                            if (key == "skippedTime")
                              return store(read_enum(member, at, kSkippedTimeNames), rules.skipped_time);
                            if (key == "repeatedTime")
                              return store(read_enum(member, at, kRepeatedTimeNames), rules.repeated_time);
                            return absl::OkStatus();
                          });
}

absl::StatusOr<bool> read_run_context_env(JsonValue value, const Path& path) {
  bool env = false;
  const auto read_member = [&env](std::string_view key, JsonValue member, const Path& at) {
    return key == "env" ? store(read_bool(member, at), env) : absl::OkStatus();
  };
  if (absl::Status status = read_members(value, path, read_member); !status.ok()) return status;
  return env;
}

// The one field of the Job's spec that the operator's own decisions depend on. What is wrong with it is for
// the API server to say when the Job is created, in its words.
void read_job_spec(JsonValue value, const Path& path, ScheduledJobSpec& spec) {
  const auto read_member = [&](std::string_view key, JsonValue member, const Path& at) {
    if (key == "ttlSecondsAfterFinished") {
      store_if_valid(read_int32(member, at), spec.ttl_seconds_after_finished);
    }
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
}

absl::Status read_job_template(JsonValue value, const Path& path, ScheduledJobSpec& spec) {
  if (absl::Status status = store(read_object_text(value, path), spec.job_template); !status.ok())
    return status;
  if (nests_deeper_than(spec.job_template, kMaxTemplateDepth)) {
    return path.error(fmt::format("nests deeper than {} levels", kMaxTemplateDepth));
  }
  bool has_spec = false;
  const auto read_member = [&](std::string_view key, JsonValue member, const Path& at) {
    if (key == "spec") {
      has_spec = true;
      read_job_spec(member, at, spec);
    }
    return absl::OkStatus();
  };
  if (absl::Status status = read_document(spec.job_template, path, read_member); !status.ok()) return status;
  return has_spec ? absl::OkStatus() : Path{path, "spec"}.error("is required");
}

absl::Status read_spec_member(std::string_view key, JsonValue value, const Path& at, Problems& problems,
                              ScheduledJobSpec& spec) {
  if (key == "schedule") return store(read_text(value, at), spec.schedule);
  if (key == "schedules") return read_schedules(value, at, problems, spec.schedules);
  if (key == "timeZone") return store(read_text(value, at), spec.time_zone);
  if (key == "daylightSaving") return read_daylight_saving(value, at, problems, spec.daylight_saving);
  if (key == "notBefore") return store(read_time(value, at), spec.not_before);
  if (key == "notAfter") return store(read_time(value, at), spec.not_after);
  if (key == "jitter") return store(read_jitter(value, at), spec.jitter);

  if (key == "startingDeadlineSeconds")
    return store(read_starting_deadline(value, at), spec.starting_deadline);
  if (key == "concurrencyPolicy")
    return store(read_enum(value, at, kConcurrencyPolicyNames), spec.concurrency_policy);
  if (key == "maxConcurrentRuns") return store(read_int32(value, at, {1, 1000}), spec.max_concurrent_runs);
  if (key == "maxQueuedRuns") return store(read_int32(value, at, {0, 1000}), spec.max_queued_runs);
  if (key == "replaceTimeout") return store(read_duration(value, at, false), spec.replace_timeout);
  if (key == "missedRunPolicy")
    return store(read_enum(value, at, kMissedRunPolicyNames), spec.missed_run_policy);
  if (key == "maxCatchUpRuns") return store(read_int32(value, at, {1, 1000}), spec.max_catch_up_runs);
  if (key == "suspendAfterFailures")
    return store(read_int32(value, at, {.min = 1}), spec.suspend_after_failures);
  if (key == "suspend") return store(read_bool(value, at), spec.suspend);
  if (key == "runContext") return store(read_run_context_env(value, at), spec.run_context_env);

  if (key == "successfulJobsHistoryLimit") {
    return store(read_int32(value, at, kHistoryLimit), spec.successful_jobs_history_limit);
  }
  if (key == "failedJobsHistoryLimit") {
    return store(read_int32(value, at, kHistoryLimit), spec.failed_jobs_history_limit);
  }
  if (key == "jobTemplate") return read_job_template(value, at, spec);
  return absl::OkStatus();
}

}  // namespace

ReadSpec read_whole_spec(JsonValue value, const Path& path) {
  ReadSpec read;
  bool has_template = false;
  const auto read_member = [&](std::string_view key, JsonValue member, const Path& at) {
    has_template = has_template || key == "jobTemplate";
    return read_spec_member(key, member, at, read.problems, read.spec);
  };
  absl::Status status = read_all_members(value, path, read.problems, read_member);
  if (!status.ok()) {
    read.problems.push_back(std::move(status));
  } else if (!has_template) {
    read.problems.push_back(Path{path, "jobTemplate"}.error("is required"));
  }
  return read;
}

absl::StatusOr<ScheduledJobSpec> read_spec(JsonValue value, const Path& path) {
  ReadSpec read = read_whole_spec(value, path);
  if (!read.problems.empty()) return std::move(read.problems.front());
  return std::move(read.spec);
}

}  // namespace scheduledjob::api
