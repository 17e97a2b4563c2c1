// What must be true when everything has come to rest.
#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "sim/witness.hpp"

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;

[[noreturn]] void broken(const char* promise, const ObjectAnnals& object, const std::string& details) {
  throw Violation(promise, fmt::format("{}: {}\n  {}", object.uid, details, describe(object.stored->status)));
}

bool suspended(const ObjectAnnals& object) {
  const api::ScheduledJobSpec& spec = object.current().spec();
  return spec.suspend || (spec.suspend_after_failures &&
                          object.stored->status.consecutive_failures >= *spec.suspend_after_failures);
}

void check_books(const ObjectAnnals& object, NominalTime horizon) {
  const api::ScheduledJobStatus& status = object.stored->status;
  const SpecVersion& version = object.current();
  if (status.observed_generation != version.generation) {
    broken("every edit is acknowledged", object, fmt::format("generation {}", version.generation));
  }
  if (!status.open.empty() || !status.pending.empty()) {
    broken("all that was open or waiting comes to an end", object, "");
  }
  if (status.active_count > 0 && object.blurred == 0) {
    broken("status.active lists what is active", object, fmt::format("{} active", status.active_count));
  }
  if (suspended(object) || !version.schedule.ok()) return;
  const auto last = version.schedule->latest_through(horizon);
  if (last && *last > version.from && (!status.decided_through || *status.decided_through < *last)) {
    broken("every instant that comes due is decided", object,
           fmt::format("the last was {}", schedule::format_rfc3339(*last)));
  }
}

void check_counts(const ObjectAnnals& object) {
  const api::ScheduledJobStatus& status = object.stored->status;
  std::int64_t started = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::optional<NominalTime> latest;
  for (const auto& [time, run] : object.runs) {
    if (run.creations == 0) continue;
    ++started;
    latest = time;
    if (run.ended_at) ++(run.failed ? failed : succeeded);
  }
  const auto differs = [&](std::int64_t truth, std::int64_t told) {
    return std::abs(truth - told) > object.blurred;
  };
  if (differs(started, status.run_counts.started) || differs(succeeded, status.run_counts.succeeded) ||
      differs(failed, status.run_counts.failed)) {
    broken("the counts are what happened", object,
           fmt::format("started {}, succeeded {}, failed {}, of which {} could not be known", started,
                       succeeded, failed, object.blurred));
  }
  if (object.blurred == 0 && latest != status.last_schedule_time) {
    broken("lastScheduleTime is that of the last run", object,
           latest ? schedule::format_rfc3339(*latest) : "nothing ran");
  }
}

void check_retention(const ObjectAnnals& object, Instant now) {
  const api::ScheduledJobSpec& spec = object.current().spec();
  std::int32_t succeeded = 0;
  std::int32_t failed = 0;
  for (const auto& [time, run] : object.runs) {
    if (run.creations == 0 || run.stripped || run.deleted_at || !run.ended_at) continue;
    ++(run.failed ? failed : succeeded);
    if (run.time_to_live && *run.ended_at + std::chrono::seconds{*run.time_to_live} + 3min < now) {
      broken("ended Jobs live as long as they are told", object, run.job_name + " outlived its time");
    }
  }
  if (succeeded > spec.successful_jobs_history_limit || failed > spec.failed_jobs_history_limit) {
    broken("only as many ended Jobs stay as are asked for", object,
           fmt::format("{} succeeded, {} failed ones are left", succeeded, failed));
  }
}

}  // namespace

void check_final_status(const ObjectAnnals& object, NominalTime horizon) {
  check_books(object, horizon);
  check_counts(object);
}

// Four for a run; three where its start and its end merge; one more where it had to wait. Edits, and what
// else is told at once, have a few of their own.
void check_calls(const ObjectAnnals& object) {
  int runs = 0;
  for (const auto& [time, run] : object.runs) runs += run.creations;
  const api::RunCounts& counts = object.stored->status.run_counts;
  const auto calls = [&](const char* verb) {
    const auto found = object.calls.find(verb);
    return found == object.calls.end() ? 0 : found->second;
  };
  const auto told_at_once = static_cast<int>(counts.skipped + counts.missed);
  const bool waits = object.current().spec().concurrency_policy != api::ConcurrencyPolicy::kAllow &&
                     object.current().spec().concurrency_policy != api::ConcurrencyPolicy::kSkip;
  const int writes = (waits ? 3 : 2) * runs + 2 * told_at_once + 4;
  if (calls("create") > runs || calls("delete") > runs || calls("status") > writes) {
    broken("a run takes four requests, five when it had to wait", object,
           fmt::format("{} runs took {} creates, {} deletes, {} status writes", runs, calls("create"),
                       calls("delete"), calls("status")));
  }
}

void Witness::judge_the_end(Instant quiet_since) {
  for (const auto& [uid, object] : objects_) {
    if (!object.stored) continue;
    check_final_status(object, std::chrono::floor<std::chrono::seconds>(plan_.horizon));
    check_retention(object, time_.now());
    if (object.status_written_at > quiet_since) {
      broken("what has come to rest is written no more", object,
             schedule::format_rfc3339_micro(object.status_written_at));
    }
    if (plan_.undisturbed()) check_calls(object);
  }
}

}  // namespace scheduledjob::sim
