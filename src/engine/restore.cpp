#include "engine/restore.hpp"

#include <algorithm>

#include "engine/job_name.hpp"
#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

Ledger ledger_of(const api::ScheduledJob& object) {
  const api::ScheduledJobStatus& status = object.status;
  Ledger ledger;
  ledger.decided_through = status.decided_through.value_or(object.metadata.creation_timestamp);
  ledger.open = status.open;
  ledger.pending = status.pending;
  ledger.basis = status.basis.value_or(api::Basis{});
  ledger.counts = status.run_counts;
  ledger.consecutive_failures = status.consecutive_failures;
  ledger.last_schedule_time = status.last_schedule_time;
  ledger.last_successful_time = status.last_successful_time;
  ledger.last_successful_schedule_time = status.last_successful_schedule_time;
  ledger.last_failure_time = status.last_failure_time;
  ledger.resumed_by = status.resumed_by;
  ledger.recent_runs = status.recent_runs;
  ledger.conditions = status.conditions;
  return ledger;
}

bool stored_as_suspended(const api::ScheduledJobStatus& status) {
  return std::any_of(status.conditions.begin(), status.conditions.end(), [](const api::Condition& condition) {
    return condition.type == "Suspended" && condition.status == api::ConditionStatus::kTrue;
  });
}

void mark_what_is_counted(Record& record) {
  for (auto& [time, run] : record.runs) {
    if (run.state == Run::State::kCreating) continue;
    const bool over = settled(record.stored, time) && !ended_without_job(record.ledger, time);
    run.start_counted = over || is_open(record.ledger.open, time);
    run.end_counted = over;
  }
}

// Started by a predecessor, and gone while nobody watched.
void enter_vanished(Record& record, Step& step) {
  const std::vector<NominalTime> open = record.ledger.open;
  for (const NominalTime time : open) {
    if (record.runs.contains(time)) continue;
    Run& run = record.runs[time];
    run.state = Run::State::kGone;
    run.start_counted = true;
    const api::RecentRun* entry = recent_entry(record.ledger, time);
    run.job_name = entry ? entry->job_name : job_name(record.object->metadata.key.name, record.uid, time);
    if (entry) run.job.start_time = entry->start_time;
    enter_end(record, time, run, api::Outcome::kVanished, step);
  }
}

}  // namespace

void restore(Record& record, Step& step) {
  record.stored = record.object->status;
  record.ledger = ledger_of(*record.object);
  record.announced_pending = record.ledger.pending;
  record.was_suspended = stored_as_suspended(record.stored);
  record.restored = true;
  mark_what_is_counted(record);
  enter_vanished(record, step);
}

}  // namespace scheduledjob::engine
