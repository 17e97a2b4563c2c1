#include "engine/decide.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "engine/dispatch.hpp"
#include "engine/due.hpp"
#include "engine/edit.hpp"
#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

using api::ConcurrencyPolicy;
using api::MissedRunPolicy;
using api::Outcome;
using api::PendingReason;
using api::RunReason;

bool past_deadline(const Record& record, NominalTime time, Instant now) {
  const auto deadline = starting_deadline(record, time);
  return deadline && now > *deadline;
}

void skip(Record& record, NominalTime time, const char* reason, std::string message, Urgency urgency,
          Step& step) {
  enter_no_run(record, Stretch::of(time), Outcome::kSkipped, reason, std::move(message), urgency, step);
}

// The newest instant takes the place of an older one that is still waiting for room.
void supersede(Record& record, PendingReason why, NominalTime by, Step& step) {
  const auto waiting = std::find_if(record.ledger.pending.begin(), record.ledger.pending.end(),
                                    [why](const api::PendingRun& run) { return run.why == why; });
  if (waiting == record.ledger.pending.end()) return;
  const NominalTime time = waiting->scheduled_time;
  remove_pending(record.ledger, time);
  skip(record, time, "Superseded",
       fmt::format("still waiting for an earlier run when {} came due", schedule::format_rfc3339(by)),
       Urgency::kNow, step);
}

std::size_t free_slots(const Record& record) {
  const std::size_t taken = active_runs(record) + record.ledger.pending.size();
  const std::size_t cap = concurrency_cap(*record.spec());
  return taken < cap ? cap - taken : 0;
}

void admit(Record& record, NominalTime time, RunReason reason, Step& step) {
  const api::ScheduledJobSpec& spec = *record.spec();
  switch (spec.concurrency_policy) {
    case ConcurrencyPolicy::kAllow:
      if (free_slots(record) == 0) {
        skip(record, time, "Overlap",
             fmt::format("{} runs are active, the most that Allow permits", api::kMaxOpenRuns),
             Urgency::kSoon, step);
        return;
      }
      add_pending(record.ledger, {time, PendingReason::kOverlap, reason});
      return;
    case ConcurrencyPolicy::kForbid:
      supersede(record, PendingReason::kOverlap, time, step);
      add_pending(record.ledger, {time, PendingReason::kOverlap, reason});
      return;
    case ConcurrencyPolicy::kReplace:
      supersede(record, PendingReason::kReplace, time, step);
      add_pending(record.ledger, {time, PendingReason::kReplace, reason});
      return;
    case ConcurrencyPolicy::kSkip:
      if (free_slots(record) == 0) {
        skip(record, time, "Overlap", "an earlier run was still active", Urgency::kLazy, step);
        return;
      }
      add_pending(record.ledger, {time, PendingReason::kOverlap, reason});
      return;
    case ConcurrencyPolicy::kQueue: {
      const auto limit = static_cast<std::size_t>(spec.max_queued_runs);
      if (free_slots(record) == 0) {
        const std::size_t room = concurrency_cap(spec) - std::min(active_runs(record), concurrency_cap(spec));
        const std::size_t waiting =
            record.ledger.pending.size() - std::min(room, record.ledger.pending.size());
        if (waiting >= limit || record.ledger.pending.size() >= api::kMaxPendingRuns) {
          skip(record, time, "QueueFull", fmt::format("{} runs were waiting already", waiting),
               Urgency::kSoon, step);
          return;
        }
      }
      add_pending(record.ledger, {time, PendingReason::kQueue, reason});
      return;
    }
  }
}

// -- Missed instants

// The last instant that is too late to be on time, or nothing.
std::optional<NominalTime> last_missed(const Record& record, Step& step) {
  const Instant limit = step.now - step.options.on_time_limit;
  auto time = record.schedule->latest_through(std::chrono::floor<std::chrono::seconds>(limit));
  while (time && *time > record.ledger.decided_through && due_time(record, *time) >= limit) {
    time = record.schedule->latest_through(*time - std::chrono::seconds{1});
  }
  return time && *time > record.ledger.decided_through ? time : std::nullopt;
}

// The newest missed instants that may still start, newest first, at most `limit` of them.
std::vector<NominalTime> still_startable(const Record& record, NominalTime after, NominalTime through,
                                         std::size_t limit, Instant now) {
  std::vector<NominalTime> found;
  for (auto time = record.schedule->latest_through(through); time && *time > after && found.size() < limit;
       time = record.schedule->latest_through(*time - std::chrono::seconds{1})) {
    if (past_deadline(record, *time, now)) break;
    if (!started(record, *time)) found.push_back(*time);
  }
  return found;
}

bool next_is_due(const Record& record, NominalTime after, Instant now) {
  const auto next = record.schedule->next_after(after);
  return next && due_time(record, *next) <= now;
}

std::vector<NominalTime> choose_catch_up(const Record& record, NominalTime after, NominalTime through,
                                         Step& step) {
  const api::ScheduledJobSpec& spec = *record.spec();
  switch (spec.missed_run_policy) {
    case MissedRunPolicy::kNone:
      return {};
    case MissedRunPolicy::kLatest:
      // The latest of all: an instant that is due and on time, or a missed one that was started, leaves
      // nothing to catch up.
      if (next_is_due(record, through, step.now) || started(record, through)) return {};
      return still_startable(record, after, through, 1, step.now);
    case MissedRunPolicy::kAll: {
      const std::size_t room =
          api::kMaxPendingRuns - std::min(record.ledger.pending.size(), api::kMaxPendingRuns);
      return still_startable(record, after, through,
                             std::min(room, static_cast<std::size_t>(spec.max_catch_up_runs)), step.now);
    }
  }
  return {};
}

// Enters the instants in (after, through] that nobody started and nobody will, as one stretch.
void enter_missed(Record& record, NominalTime after, NominalTime through, const char* reason,
                  const char* message, Step& step) {
  const std::optional<Stretch> stretch = without_runs(record, *record.schedule, after, through);
  if (!stretch) return;
  enter_no_run(record, *stretch, Outcome::kMissed, reason, message, Urgency::kSoon, step);
}

void decide_missed(Record& record, NominalTime through, Step& step) {
  const NominalTime after = record.ledger.decided_through;
  const std::vector<NominalTime> chosen = choose_catch_up(record, after, through, step);

  // What came before the first chosen instant is lost, and in two ways: too late by its deadline, or not
  // asked for.
  const NominalTime lost_through = chosen.empty() ? through : chosen.back() - std::chrono::seconds{1};
  NominalTime expired_through = after;
  if (const auto& deadline = record.spec()->starting_deadline) {
    auto expired = record.schedule->latest_through(
        std::min(lost_through, std::chrono::floor<std::chrono::seconds>(step.now - *deadline)));
    while (expired && *expired > after && !past_deadline(record, *expired, step.now)) {
      expired = record.schedule->latest_through(*expired - std::chrono::seconds{1});
    }
    if (expired) expired_through = std::max(after, *expired);
  }
  enter_missed(record, after, expired_through, "Deadline",
               "startingDeadlineSeconds had passed when an operator ran again", step);
  enter_missed(record, expired_through, lost_through, "NotCaughtUp",
               "missed while no operator ran; see spec.missedRunPolicy", step);

  record.ledger.decided_through = through;
  const bool all = record.spec()->missed_run_policy == MissedRunPolicy::kAll;
  for (auto time = chosen.rbegin(); time != chosen.rend(); ++time) {
    if (all) {
      add_pending(record.ledger, {*time, PendingReason::kCatchUp, RunReason::kCatchUp});
    } else {
      admit(record, *time, RunReason::kCatchUp, step);
    }
  }
}

// A predecessor has started runs that it did not live to record, and no instant is being decided that would
// bring decidedThrough up to them. What came due before the last of them had come due before the suspension.
void cover_started(Record& record, Step& step) {
  const NominalTime after = record.ledger.decided_through;
  auto last = record.runs.upper_bound(std::chrono::floor<std::chrono::seconds>(step.now));
  if (last == record.runs.begin() || (--last)->first <= after) return;
  const NominalTime through = last->first;
  if (const auto due = next_due(record); due && *due <= through) return;
  if (record.schedule.ok()) {
    if (const std::optional<Stretch> stretch = without_runs(record, *record.schedule, after, through)) {
      enter_no_run(record, *stretch, Outcome::kSkipped, "Suspended", "the schedule was suspended",
                   Urgency::kSoon, step);
    }
  }
  record.ledger.decided_through = through;
}

void decide_instants(Record& record, Step& step) {
  if (const auto missed = last_missed(record, step)) decide_missed(record, *missed, step);
  for (auto due = next_due(record); due && *due <= step.now; due = next_due(record)) {
    const NominalTime time = *record.schedule->next_after(record.ledger.decided_through);
    record.ledger.decided_through = time;
    if (started(record, time)) continue;
    if (past_deadline(record, time, step.now)) {
      enter_no_run(record, Stretch::of(time), Outcome::kMissed, "Deadline",
                   "startingDeadlineSeconds had passed", Urgency::kSoon, step);
    } else {
      admit(record, time, RunReason::kScheduled, step);
    }
  }
}

}  // namespace

bool started(const Record& record, NominalTime time) {
  return record.runs.contains(time);
}

void decide_due(Record& record, Step& step) {
  if (record.schedule.ok() && record.spec() && !suspended(record)) decide_instants(record, step);
  cover_started(record, step);
}

std::optional<Instant> next_due(const Record& record) {
  if (!record.schedule.ok() || !record.spec() || suspended(record)) return std::nullopt;
  const auto next = record.schedule->next_after(record.ledger.decided_through);
  if (!next) return std::nullopt;
  return due_time(record, *next);
}

}  // namespace scheduledjob::engine
