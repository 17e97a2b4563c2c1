// What statuses may say, and how they may change.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "sim/witness.hpp"

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using api::Outcome;
using api::RecentRun;
using api::ScheduledJobStatus;

[[noreturn]] void broken(const char* promise, const ObjectAnnals& object, const std::string& details) {
  throw Violation(promise, fmt::format("{}: {}", object.uid, details));
}

// Instants that the books have taken up: each belongs to exactly one of these.
std::int64_t accounted(const ScheduledJobStatus& status) {
  const api::RunCounts& counts = status.run_counts;
  return counts.started + counts.skipped + counts.missed + static_cast<std::int64_t>(status.pending.size());
}

struct Bounds {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// Runs that a schedule does not name: an earlier one did.
std::int64_t strays(const ObjectAnnals& object, const SpecVersion& version, NominalTime after,
                    NominalTime through) {
  return std::count_if(
      object.runs.upper_bound(after), object.runs.upper_bound(through),
      [&version](const auto& run) { return run.second.creations > 0 && !version.names(run.first); });
}

// How many instants came to be accounted for between two statuses, by the schedules that were in force.
Bounds newly_due(const ObjectAnnals& object, const ScheduledJobStatus& before,
                 const ScheduledJobStatus& after) {
  const NominalTime from = before.decided_through.value_or(object.created());
  const NominalTime through = after.decided_through.value_or(object.created());
  const std::int64_t first = std::max<std::int64_t>(1, before.observed_generation);
  std::vector<const SpecVersion*> versions;  // one for each change of the basis
  for (std::int64_t generation = first; generation <= after.observed_generation; ++generation) {
    const SpecVersion& version = object.version(generation);
    if (versions.empty() || versions.back()->basis != version.basis) versions.push_back(&version);
  }
  if (versions.size() == 1) {
    const std::int64_t count = versions.front()->count(from, through);
    return {count, count};
  }
  Bounds bounds;
  if (versions.size() == 2 && before.observed_generation > 0 && after.basis) {
    // An operator that saw the edit closes the stretch before it by the old schedule, one that did not by the
    // new, and finds what was started by the old.
    const NominalTime since = std::clamp(after.basis->since, from, through);
    const std::int64_t unwitnessed =
        versions[1]->count(from, since) + strays(object, *versions[1], from, since);
    const auto [least, most] = std::minmax({versions[0]->count(from, since), unwitnessed});
    const std::int64_t fresh = versions[1]->count(since, through);
    return {least + fresh, most + fresh};
  }
  for (const SpecVersion* version : versions) bounds.most += version->count(from, through);
  return bounds;
}

void check_account(const ObjectAnnals& object, const ScheduledJobStatus& before,
                   const ScheduledJobStatus& after, Instant before_written_at) {
  const NominalTime from = before.decided_through.value_or(object.created());
  const NominalTime through = after.decided_through.value_or(object.created());
  const std::int64_t change = accounted(after) - accounted(before);
  Bounds due = newly_due(object, before, after);
  // A leader whose clock lags may meet Jobs of instants that are not due yet by its own.
  for (const auto& [time, run] : object.runs) {
    if (run.creations == 0) continue;
    if (time > from && run.created_at < before_written_at) --due.least;
    if (time > through) ++due.most;
  }
  if (change < due.least - object.blurred || change > due.most + object.blurred) {
    broken("every instant is accounted for once", object,
           fmt::format("{} to {} instants came due, {} were accounted for\n  before: {}\n  after:  {}",
                       due.least, due.most, change, describe(before), describe(after)));
  }
}

// -- The entries for people

std::string describe_entry(const RecentRun& entry) {
  return fmt::format("{}{} {}/{} x{}", schedule::format_rfc3339(entry.scheduled_time),
                     entry.through_time ? ".." + schedule::format_rfc3339(*entry.through_time) : "",
                     std::string(api::to_string(entry.outcome)), entry.reason, entry.count);
}

bool any_version(const ObjectAnnals& object, auto predicate) {
  return std::any_of(object.versions.begin(), object.versions.end(),
                     [&](const SpecVersion& version) { return predicate(version.spec()); });
}

bool is_plausible_run(const ObjectAnnals& object, const RecentRun& entry) {
  const auto place = object.runs.find(entry.scheduled_time);
  if (place == object.runs.end() || place->second.creations == 0) return false;
  const RunAnnals& run = place->second;
  if (run.creations > 1) return true;  // it may tell of the first Job
  switch (entry.outcome) {
    case Outcome::kRunning:
      return true;
    case Outcome::kSucceeded:
      return run.ended_at && !run.failed;
    case Outcome::kFailed:
      return run.ended_at && run.failed;
    default:
      break;
  }
  // Stopped or vanished. Its end may have been lost only with a Job that somebody else deleted.
  if (run.stripped) return true;
  if (!run.deleted_at) return false;
  return run.deleted_by < 0 || !run.ended_at || run.end_unrecorded || entry.outcome == Outcome::kStopped;
}

// Rule 10: a create that may have been carried out bars every verdict.
bool has_job_of(const ObjectAnnals& object, const RecentRun& entry, int actor, Instant now) {
  const auto place = object.runs.find(entry.scheduled_time);
  if (entry.count != 1 || place == object.runs.end()) return false;
  const RunAnnals& run = place->second;
  const auto known = run.known_to.find(actor);
  const auto asked = object.write_asked_at.find(actor);
  const bool known_when_asked =
      known != run.known_to.end() && asked != object.write_asked_at.end() && known->second < asked->second;
  return run.creations > 0 && known_when_asked && !run.deleted_at && run.created_at < now - 1s;
}

// Refused, or asked for by a leader that did not live to hear the answer.
bool may_be_not_created(const ObjectAnnals& object, NominalTime time, int actor) {
  const auto place = object.runs.find(time);
  if (place == object.runs.end()) return false;
  const auto& asked = place->second.asked_for;
  return place->second.refused ||
         std::any_of(asked.begin(), asked.end(), [actor](const auto& each) { return each.first != actor; });
}

bool is_plausible_verdict(const ObjectAnnals& object, const RecentRun& entry, int actor, Instant now) {
  const NominalTime last = entry.through_time.value_or(entry.scheduled_time);
  const auto policy = [&](std::initializer_list<api::ConcurrencyPolicy> policies) {
    return any_version(object, [&](const api::ScheduledJobSpec& spec) {
      return std::find(policies.begin(), policies.end(), spec.concurrency_policy) != policies.end();
    });
  };
  using enum api::ConcurrencyPolicy;
  if (entry.reason == "NotCaughtUp") return last + 27s <= now;
  if (entry.reason == "Deadline") {
    return any_version(object, [&](const api::ScheduledJobSpec& spec) {
      return spec.starting_deadline && last + *spec.starting_deadline <= now + 3s;
    });
  }
  if (entry.reason == "ScheduleChanged" || entry.reason == "Edited") return object.versions.size() > 1;
  if (entry.reason == "Suspended") {
    return any_version(object, [](const api::ScheduledJobSpec& spec) {
      return spec.suspend || spec.suspend_after_failures.has_value();
    });
  }
  if (entry.reason == "Overlap") return policy({kSkip});
  if (entry.reason == "QueueFull") return policy({kQueue});
  if (entry.reason == "Superseded") return policy({kForbid, kReplace});
  if (entry.outcome == Outcome::kNotCreated) {
    return may_be_not_created(object, entry.scheduled_time, actor);
  }
  return false;
}

void check_entries(const ObjectAnnals& object, const ScheduledJobStatus& before,
                   const ScheduledJobStatus& after, int actor, Instant now) {
  for (const RecentRun& entry : after.recent_runs) {
    if (std::find(before.recent_runs.begin(), before.recent_runs.end(), entry) != before.recent_runs.end())
      continue;
    const bool no_run = entry.outcome == Outcome::kSkipped || entry.outcome == Outcome::kMissed ||
                        entry.outcome == Outcome::kNotCreated;
    const bool plausible =
        no_run ? is_plausible_verdict(object, entry, actor, now) && !has_job_of(object, entry, actor, now)
               : is_plausible_run(object, entry);
    if (!plausible) broken("an outcome is what happened", object, describe_entry(entry));
  }
}

void check_order(const ObjectAnnals& object, const ScheduledJobStatus& before,
                 const ScheduledJobStatus& after) {
  const api::RunCounts& old_counts = before.run_counts;
  const api::RunCounts& counts = after.run_counts;
  if (before.decided_through &&
      (!after.decided_through || *after.decided_through < *before.decided_through)) {
    broken("decidedThrough never goes back", object, describe(before) + "\n  " + describe(after));
  }
  if (after.observed_generation < before.observed_generation) {
    broken("observedGeneration never goes back", object, describe(after));
  }
  if (counts.started < old_counts.started || counts.succeeded < old_counts.succeeded ||
      counts.failed < old_counts.failed) {
    broken("counts of runs never go back", object, describe(before) + "\n  " + describe(after));
  }
  const auto in_order = [](const auto& times) {
    return std::is_sorted(times.begin(), times.end(), [](auto a, auto b) { return a <= b; }) ||
           times.size() < 2;
  };
  std::vector<NominalTime> pending;
  for (const api::PendingRun& run : after.pending) pending.push_back(run.scheduled_time);
  std::vector<NominalTime> both;
  std::set_intersection(after.open.begin(), after.open.end(), pending.begin(), pending.end(),
                        std::back_inserter(both));
  if (!both.empty() || std::adjacent_find(pending.begin(), pending.end()) != pending.end() ||
      std::adjacent_find(after.open.begin(), after.open.end()) != after.open.end() || !in_order(pending)) {
    broken("an instant is open or pending, once", object, describe(after));
  }
}

}  // namespace

void check_status(const ObjectAnnals& object, const ScheduledJobStatus& before,
                  const ScheduledJobStatus& after, Instant before_written_at, int actor, Instant now) {
  if (before == after) broken("no write changes nothing", object, describe(after));
  check_order(object, before, after);
  check_account(object, before, after, before_written_at);
  check_entries(object, before, after, actor, now);
}

}  // namespace scheduledjob::sim
