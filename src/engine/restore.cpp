#include "engine/restore.hpp"

#include <algorithm>

#include "engine/job_name.hpp"
#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {

Ledger stored_books(const api::ScheduledJob& object) {
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
  return ledger;
}

bool stored_as_suspended(const api::ScheduledJobStatus& status) {
  return std::any_of(status.conditions.begin(), status.conditions.end(), [](const api::Condition& condition) {
    return condition.type == "Suspended" && condition.status == api::ConditionStatus::kTrue;
  });
}

namespace {

// What the stored status tells more of than we can know of a Job that is yet to be created, or seen.
void drop_what_others_took_on(Record& record) {
  std::erase_if(record.runs, [&record](const auto& entry) {
    const auto& [time, run] = entry;
    const bool taken_on = is_open(record.stored->open, time) || settled(*record.stored, time);
    return run.state == Run::State::kUnseen || (run.state == Run::State::kCreating && taken_on);
  });
}

void mark_what_is_counted(Record& record) {
  for (auto& [time, run] : record.runs) {
    if (run.state == Run::State::kCreating) continue;
    const bool over = settled(*record.stored, time) && !ended_without_job(record, time);
    run.start_counted = over || is_open(record.ledger.open, time);
    run.end_counted = over;
  }
}

// Started by a predecessor, and gone while nobody watched; or not seen yet.
void take_over_open_runs(Record& record, ResourceVersion jobs_seen_through, const Step& step) {
  for (const NominalTime time : record.ledger.open) {
    const auto [place, is_new] = record.runs.try_emplace(time);
    if (!is_new) continue;
    Run& run = place->second;
    run.start_counted = true;
    const api::RecentRun* entry = recent_entry(record.ledger, time);
    run.job_name = entry ? entry->job_name : job_name(record.object->metadata.key.name, record.uid, time);
    if (entry) run.job.start_time = entry->start_time;
    if (record.version <= jobs_seen_through) {
      run.state = Run::State::kGone;
      run.vanished = true;
    } else {
      run.state = Run::State::kUnseen;
      run.verify_at = step.now;
    }
  }
}

}  // namespace

void restore(Record& record, ResourceVersion jobs_seen_through, Step& step) {
  record.stored = status_within(record.object);
  record.ledger = stored_books(*record.object);
  record.announced_pending = record.ledger.pending;
  record.was_suspended = stored_as_suspended(*record.stored);
  record.restored = true;
  drop_what_others_took_on(record);
  mark_what_is_counted(record);
  take_over_open_runs(record, jobs_seen_through, step);
}

}  // namespace scheduledjob::engine
