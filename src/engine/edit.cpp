#include "engine/edit.hpp"

#include <algorithm>
#include <utility>

#include "api/compile.hpp"
#include "engine/create.hpp"
#include "engine/ledger.hpp"

namespace scheduledjob::engine {
namespace {

// Stands in the place of a hash while no schedule can be compiled; the next valid spec is then an edit.
constexpr char kInvalidBasis[] = "invalid";

// What a predecessor was told of this same spec holds until a create tells otherwise.
absl::Status inherited_refusal(const Record& record) {
  const auto& conditions = record.stored->conditions;
  const auto ready = std::find_if(conditions.begin(), conditions.end(), [](const api::Condition& condition) {
    return condition.type == "Ready" && condition.reason == "InvalidJobTemplate";
  });
  return ready == conditions.end() ? absl::OkStatus() : absl::FailedPreconditionError(ready->message);
}

void compile(Record& record) {
  const api::ScheduledJob& object = *record.object;
  const bool is_known = record.stored->observed_generation == object.metadata.generation;
  record.compiled_generation = object.metadata.generation;
  record.create_refusal = is_known ? inherited_refusal(record) : absl::OkStatus();
  record.template_unchecked = !is_known;
  if (!is_known) record.dropped_fields = "";
  record.schedule = object.spec.ok() ? api::compile_schedule(*object.spec, object.metadata)
                                     : absl::StatusOr<schedule::Schedule>(object.spec.status());
  record.basis_hash = record.schedule.ok() ? api::basis_hash(*object.spec) : kInvalidBasis;
}

bool has_resume_request(const Record& record) {
  return record.object->metadata.resume != record.ledger.resumed_by;
}

// True when the annotation asks for something. Its value is remembered whatever comes of it.
bool take_resume_request(Record& record, Step& step) {
  if (!has_resume_request(record)) return false;
  record.ledger.resumed_by = record.object->metadata.resume;
  touch(record, Urgency::kLazy, step);
  return !record.ledger.resumed_by.empty();
}

// `in_force`: the schedule that was, if this process knows it; the instants that it named since are the ones
// to account for.
void close_stretch(Record& record, const absl::StatusOr<schedule::Schedule>& in_force, bool witnessed,
                   Step& step) {
  Ledger& ledger = record.ledger;
  const NominalTime from = ledger.decided_through;
  const NominalTime since = std::max(from, std::chrono::floor<std::chrono::seconds>(step.now));
  ledger.basis = {record.basis_hash, since};
  ledger.decided_through = since;
  if (!in_force.ok()) return;
  const std::optional<Stretch> stretch = without_runs(record, *in_force, from, since);
  if (!stretch) return;
  if (record.was_suspended) {
    enter_no_run(record, *stretch, api::Outcome::kSkipped, "Suspended", "the schedule was suspended",
                 Urgency::kNow, step);
  } else if (witnessed) {
    enter_no_run(record, *stretch, api::Outcome::kSkipped, "Edited",
                 "the schedule was changed at that moment", Urgency::kNow, step);
  } else {
    enter_no_run(record, *stretch, api::Outcome::kMissed, "ScheduleChanged",
                 "the schedule was changed while no operator was running", Urgency::kNow, step);
  }
}

}  // namespace

void fold_edit(Record& record, Step& step) {
  const std::int64_t generation = record.object->metadata.generation;
  const bool edited =
      record.compiled_generation != generation || record.basis_hash != record.ledger.basis.hash;
  if (!edited && !has_resume_request(record) && suspended(record) == record.was_suspended) return;

  const bool witnessed = record.compiled_generation >= 0;
  const absl::StatusOr<schedule::Schedule> in_force = record.schedule;
  bool forgive = take_resume_request(record, step);
  if (edited) {
    const bool acted_upon = record.stored->observed_generation == generation;
    forgive = forgive || !acted_upon;
    if (record.compiled_generation != generation) {
      compile(record);
      hurry_refused_creates(record, step.now);
    }
    if (witnessed || !acted_upon) touch(record, Urgency::kNow, step);
  }
  if (forgive && suspended_by_failures(record)) record.ledger.consecutive_failures = 0;

  const bool resumed = record.was_suspended && !suspended(record);
  if (resumed) touch(record, Urgency::kNow, step);
  if (record.ledger.basis.hash.empty()) {
    record.ledger.basis = {record.basis_hash, record.object->metadata.creation_timestamp};
  } else if (record.basis_hash != record.ledger.basis.hash || resumed) {
    close_stretch(record, witnessed ? in_force : record.schedule, witnessed, step);
  }
  record.was_suspended = suspended(record);
}

bool suspended_by_failures(const Record& record) {
  const api::ScheduledJobSpec* spec = record.spec();
  return spec && spec->suspend_after_failures &&
         record.ledger.consecutive_failures >= *spec->suspend_after_failures;
}

bool suspended(const Record& record) {
  const api::ScheduledJobSpec* spec = record.spec();
  return spec && (spec->suspend || suspended_by_failures(record));
}

}  // namespace scheduledjob::engine
