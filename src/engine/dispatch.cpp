#include "engine/dispatch.hpp"

#include <algorithm>
#include <vector>

#include "engine/create.hpp"
#include "engine/decide.hpp"
#include "engine/due.hpp"
#include "engine/edit.hpp"
#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

using api::ConcurrencyPolicy;
using api::Outcome;
using api::PendingReason;
using api::PendingRun;

Run* oldest_active(Record& record) {
  for (auto& [time, run] : record.runs) {
    const bool active = run.state == Run::State::kCreating || run.state == Run::State::kActive;
    if (active && !run.replaced) return &run;
  }
  return nullptr;
}

// Takes runs out of the cap's count, oldest first, until there is room for one more.
void replace_oldest(Record& record, std::size_t cap) {
  while (active_runs(record) >= cap) {
    Run* oldest = oldest_active(record);
    if (!oldest) return;
    oldest->replaced = true;
  }
}

void ask_oldest_to_stop(Record& record, std::size_t cap) {
  std::size_t to_stop = active_runs(record) + 1 - std::min(active_runs(record) + 1, cap);
  for (auto& [time, run] : record.runs) {
    if (to_stop == 0) return;
    if (run.state != Run::State::kActive || run.replaced) continue;
    run.stop_wanted = true;
    --to_stop;
  }
}

// Only what came due under Replace, and only while that is in force: what another policy held, or what is
// made up for, waits for room.
bool may_replace(const Record& record, const PendingRun& waiting) {
  return record.spec()->concurrency_policy == ConcurrencyPolicy::kReplace &&
         waiting.why == PendingReason::kReplace;
}

// An edit has given it a later moment than the one at which it came due.
bool is_early(const Record& record, NominalTime time, Instant now) {
  return now < time + record.spec()->jitter && now < due_time(record, time);
}

std::optional<Instant> patience_ends(const Record& record, const PendingRun& waiting) {
  const api::ScheduledJobSpec& spec = *record.spec();
  if (!may_replace(record, waiting) || !spec.replace_timeout) return std::nullopt;
  return due_time(record, waiting.scheduled_time) + *spec.replace_timeout;
}

// Makes room for a run that may push others out. True when there is room now.
bool make_room(Record& record, const PendingRun& waiting, Step& step) {
  const std::size_t cap = concurrency_cap(*record.spec());
  if (!may_replace(record, waiting)) return places_taken(record) < cap;
  if (active_runs(record) < cap) return true;
  const auto patience = patience_ends(record, waiting);
  if (patience && step.now < *patience) {
    ask_oldest_to_stop(record, cap);
    return false;
  }
  replace_oldest(record, cap);
  return active_runs(record) < cap;
}

// It waits no longer, and will not be started by us.
void drop(Record& record, const PendingRun& waiting, Outcome outcome, const char* reason, const char* message,
          Step& step) {
  remove_pending(record.ledger, waiting.scheduled_time);
  if (waiting.why == PendingReason::kCreate) {
    read_before_verdict(record, waiting.scheduled_time, waiting.reason, step);
  } else {
    enter_no_run(record, Stretch::of(waiting.scheduled_time), outcome, reason, message, Urgency::kNow, step);
  }
}

}  // namespace

std::size_t concurrency_cap(const api::ScheduledJobSpec& spec) {
  return spec.concurrency_policy == ConcurrencyPolicy::kAllow
             ? api::kMaxOpenRuns
             : static_cast<std::size_t>(spec.max_concurrent_runs);
}

void finish_replacing(Record& record) {
  const api::ScheduledJobSpec* spec = record.spec();
  if (!spec || spec->concurrency_policy != ConcurrencyPolicy::kReplace) return;
  std::size_t room = concurrency_cap(*spec);
  for (auto place = record.runs.rbegin(); place != record.runs.rend(); ++place) {
    Run& run = place->second;
    if (run.state == Run::State::kEnded || run.state == Run::State::kGone) continue;
    if (room > 0) {
      --room;
    } else {
      run.replaced = true;
    }
  }
}

void dispatch(Record& record, Step& step) {
  if (!record.spec() || !record.schedule.ok() || record.ledger.pending.empty()) return;
  const bool held = suspended(record);
  const std::vector<PendingRun> waiting = record.ledger.pending;
  bool one_is_early = false;
  for (const PendingRun& run : waiting) {
    const auto deadline = starting_deadline(record, run.scheduled_time);
    if (started(record, run.scheduled_time)) {
      remove_pending(record.ledger, run.scheduled_time);
    } else if (held) {
      drop(record, run, Outcome::kSkipped, "Suspended", "was waiting when the schedule was suspended", step);
    } else if (deadline && step.now > *deadline) {
      drop(record, run, Outcome::kMissed, "Deadline",
           "waited for an earlier run until startingDeadlineSeconds had passed", step);
    } else if (one_is_early || is_early(record, run.scheduled_time, step.now)) {
      one_is_early = true;  // those behind it keep their order
    } else if (make_room(record, run, step)) {
      remove_pending(record.ledger, run.scheduled_time);
      start_run(record, run.scheduled_time, run.reason, step);
    }
  }
  if (record.ledger.pending != record.announced_pending) {
    if (!record.ledger.pending.empty()) touch(record, Urgency::kNow, step);
    record.announced_pending = record.ledger.pending;
  }
}

std::optional<Instant> next_dispatch(const Record& record, Instant now) {
  std::optional<Instant> next;
  if (!record.spec() || !record.schedule.ok()) return next;
  const auto consider = [&next, now](std::optional<Instant> time) {
    if (time && *time > now && (!next || *time < *next)) next = time;
  };
  for (const PendingRun& run : record.ledger.pending) {
    if (const auto deadline = starting_deadline(record, run.scheduled_time))
      consider(*deadline + std::chrono::microseconds{1});
    if (is_early(record, run.scheduled_time, now)) consider(due_time(record, run.scheduled_time));
    consider(patience_ends(record, run));
  }
  return next;
}

}  // namespace scheduledjob::engine
