#include "engine/turn.hpp"

#include "engine/create.hpp"
#include "engine/decide.hpp"
#include "engine/dispatch.hpp"
#include "engine/edit.hpp"
#include "engine/observe.hpp"
#include "engine/restore.hpp"
#include "engine/retain.hpp"
#include "engine/status.hpp"
#include "engine/stuck.hpp"
#include "engine/template_check.hpp"

namespace scheduledjob::engine {
namespace {

void keep_earliest(std::optional<Instant>& earliest, std::optional<Instant> time) {
  if (time && (!earliest || *time < *earliest)) earliest = time;
}

std::optional<Instant> next_wakeup_of(const Record& record, bool may_start,
                                      std::optional<Instant> next_deletion, const Step& step) {
  std::optional<Instant> next;
  if (!record.write_in_flight) keep_earliest(next, record.flush.at);
  if (!may_start) return next;
  keep_earliest(next, next_due(record));
  keep_earliest(next, next_fact(record, step.now));
  keep_earliest(next, next_dispatch(record, step.now));
  keep_earliest(next, next_deletion);
  keep_earliest(next, record.stuck.next);
  for (const auto& [time, run] : record.runs) {
    keep_earliest(next, next_create_step(record, time, run, step.options));
    if (run.create_unanswered) keep_earliest(next, dropped_at(run.last_attempt, step.options));
    if (!run.verifying) keep_earliest(next, run.verify_at);
  }
  return next;
}

}  // namespace

std::optional<Instant> take_turn(Record& record, const Course& course, Step& step) {
  const bool may_start = !course.draining && !record.deleting();
  const bool taking_over = !record.restored;
  if (taking_over) restore(record, course.jobs_seen_through, step);
  // Jobs go on to end: a leader that waited to write down each of them would never be done.
  if (course.draining) {
    enter_facts_to_leave(record, step);
  } else {
    enter_facts(record, step);
  }
  if (taking_over) finish_replacing(record);
  std::optional<Instant> next_deletion;
  if (may_start) {
    const bool first_sight = record.compiled_generation < 0;
    fold_edit(record, step);
    // Before anything is decided: what changes by that need not be written at once.
    if (first_sight) correct_status(record, step);
    check_template(record, step);
    resume_creates(record, step);
    decide_due(record, step);
    dispatch(record, step);
    verify_vanished(record, step);
    // The next leader can do that as well.
    if (!course.winding_down) next_deletion = delete_surplus(record, step);
  }
  if (!course.draining) count_stuck_runs(record, step);
  if (course.winding_down) hurry_flush(record, step.now);
  flush(record, step);
  drop_settled_tombstones(record);
  return next_wakeup_of(record, may_start, next_deletion, step);
}

}  // namespace scheduledjob::engine
