#include "engine/status.hpp"

#include <algorithm>
#include <utility>

#include "api/codec.hpp"
#include "engine/backoff.hpp"
#include "engine/conditions.hpp"
#include "engine/edit.hpp"
#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

using api::ScheduledJobStatus;

void list_active(const Record& record, ScheduledJobStatus& status) {
  const auto add = [&](const std::string& name, const JobFact& job) {
    ++status.active_count;
    status.active.push_back({record.object->metadata.key.namespace_, name, job.uid});
  };
  for (const auto& [time, run] : record.runs) {
    if (run.state == Run::State::kActive) add(run.job_name, run.job);
  }
  for (const auto& [name, job] : record.unscheduled) {
    if (job.phase == api::JobPhase::kActive) add(name, job);
  }
}

std::vector<NominalTime> next_times(const Record& record) {
  std::vector<NominalTime> times;
  if (!record.schedule.ok() || suspended(record) || record.deleting()) return times;
  auto next = record.schedule->next_after(record.ledger.decided_through);
  while (next && times.size() < api::kMaxNextTimes) {
    times.push_back(*next);
    next = record.schedule->next_after(*next);
  }
  return times;
}

// What waits, and what was sent and not answered yet: a successor must know both.
std::vector<api::PendingRun> pending_runs(const Record& record) {
  Ledger ledger;
  ledger.pending = record.ledger.pending;
  for (const auto& [time, run] : record.runs) {
    if (run.creation) add_pending(ledger, {time, api::PendingReason::kCreate, run.creation->context.reason});
  }
  return std::move(ledger.pending);
}

bool may_wait_for_more(const Record& record, const Step& step) {
  return !record.flush.hard && record.flush.soft_since && step.load.is_high(step.options, step.now) &&
         step.now < *record.flush.soft_since + step.options.flush_delay_under_load;
}

// Whether the status tells of more than our books do: another leader wrote it.
bool knows_more(const ScheduledJobStatus& status, const Ledger& ledger) {
  const api::RunCounts& theirs = status.run_counts;
  const api::RunCounts& ours = ledger.counts;
  return (status.decided_through && *status.decided_through > ledger.decided_through) ||
         theirs.started > ours.started || theirs.succeeded > ours.succeeded || theirs.failed > ours.failed ||
         theirs.skipped > ours.skipped || theirs.missed > ours.missed;
}

// Whether another leader has acted on the spec as it is, since `before` was stored, and from another moment
// on than we have or would: the instants since then are the new schedule's.
bool dates_an_edit(const Record& record, const ScheduledJobStatus& before, const ScheduledJobStatus& status) {
  const bool is_later = status.basis && status.basis != before.basis &&
                        (!before.basis || status.basis->since >= before.basis->since);
  return is_later && *status.basis != record.ledger.basis &&
         status.observed_generation == record.object->metadata.generation;
}

// Whether a person would want to know: a new verdict, or a first one that is not as it should be.
bool is_news(const api::Condition& condition, const std::vector<api::Condition>& earlier) {
  const auto before = std::find_if(earlier.begin(), earlier.end(),
                                   [&](const api::Condition& other) { return other.type == condition.type; });
  if (before != earlier.end())
    return before->status != condition.status || before->reason != condition.reason;
  const bool is_well = condition.type == "Ready" ? condition.status == api::ConditionStatus::kTrue
                                                 : condition.status == api::ConditionStatus::kFalse;
  return !is_well;
}

void report_conditions(const Record& record, const ScheduledJobStatus& earlier, const ScheduledJobStatus& now,
                       Step& step) {
  for (const api::Condition& condition : now.conditions) {
    if (is_news(condition, earlier.conditions))
      step.effects.emplace_back(ConditionChanged{record.object->metadata.key, record.uid, condition});
  }
}

}  // namespace

ScheduledJobStatus project(const Record& record, Instant now) {
  const Ledger& ledger = record.ledger;
  ScheduledJobStatus status;
  status.observed_generation = record.folded_generation();
  status.conditions = conditions_of(record, std::chrono::floor<std::chrono::seconds>(now));
  list_active(record, status);
  status.last_schedule_time = ledger.last_schedule_time;
  status.last_successful_time = ledger.last_successful_time;
  status.last_successful_schedule_time = ledger.last_successful_schedule_time;
  status.last_failure_time = ledger.last_failure_time;
  status.next_schedule_times = next_times(record);
  status.decided_through = ledger.decided_through;
  status.open = ledger.open;
  status.pending = pending_runs(record);
  if (!ledger.basis.hash.empty()) status.basis = ledger.basis;
  status.run_counts = ledger.counts;
  status.consecutive_failures = ledger.consecutive_failures;
  status.resumed_by = ledger.resumed_by;
  status.recent_runs = ledger.recent_runs;
  api::clamp_to_schema(status);
  return status;
}

void correct_status(Record& record, Step& step) {
  if (!(project(record, step.now) == *record.stored)) touch(record, Urgency::kNow, step);
}

void hurry_flush(Record& record, Instant now) {
  Flush& plan = record.flush;
  const bool is_retry = plan.backoff > std::chrono::milliseconds{0};
  if (!plan.at || is_retry) return;
  plan.at = std::min(*plan.at, now);
  plan.hard = true;
}

void flush(Record& record, Step& step) {
  Flush& plan = record.flush;
  if (!plan.at || *plan.at > step.now || record.write_in_flight) return;
  if (may_wait_for_more(record, step)) {
    plan.at = step.now + step.options.flush_delay;
    return;
  }
  const auto backoff = plan.backoff;
  plan = Flush{};
  plan.backoff = backoff;
  auto status = std::make_shared<const ScheduledJobStatus>(project(record, step.now));
  if (*status == *record.stored) return;
  ++step.load.unanswered;
  step.effects.emplace_back(WriteStatus{record.object->metadata.key, record.uid, record.version, *status});
  record.write_in_flight = std::move(status);
}

void status_write_ended(Record& record, const StatusWriteEnded& answer, Step& step) {
  if (!record.write_in_flight) return;
  const auto written = std::exchange(record.write_in_flight, nullptr);
  if (answer.written.ok()) {
    record.flush.backoff = std::chrono::milliseconds{0};
    if (*answer.written < record.version) return;  // what has been written since is stored, and was seen
    record.version = *answer.written;
    report_conditions(record, *record.stored, *written, step);
    record.stored = written;
    return;
  }
  // What was meant to be written still is; after a conflict on the fresh object, otherwise once the API
  // server is better.
  record.flush.hard = true;
  const bool conflict = answer.written.status().code() == absl::StatusCode::kAborted && answer.fresh;
  record.flush.at = conflict ? step.now : step.now + grow(record.flush.backoff, record.uid, step.options);
}

void observe_status(Record& record, Step& step) {
  const auto before = std::exchange(record.stored, status_within(record.object));
  const ScheduledJobStatus& status = *record.stored;
  if (!record.restored || (before && status == *before)) return;
  const bool own = record.write_in_flight && status == *record.write_in_flight;
  if (own) {
    report_conditions(record, *before, status, step);
  } else if (knows_more(status, record.ledger) || (before && dates_an_edit(record, *before, status))) {
    record.restored = false;  // begin again from what is stored
  } else {
    touch(record, Urgency::kSoon, step);
  }
}

}  // namespace scheduledjob::engine
