#include "engine/template_check.hpp"

#include <chrono>

#include "engine/create.hpp"
#include "engine/job_name.hpp"
#include "engine/ledger.hpp"

namespace scheduledjob::engine {

void check_template(Record& record, Step& step) {
  if (!record.template_unchecked || !record.schedule.ok()) return;
  record.template_unchecked = false;
  const NominalTime time = record.schedule->next_after(record.ledger.decided_through)
                               .value_or(std::chrono::floor<std::chrono::seconds>(step.now));
  step.effects.emplace_back(
      TryJob{record.object, {job_name(record.object->metadata.key.name, record.uid, time), time, {}}});
}

void template_checked(Record& record, const JobTried& answer, Step& step) {
  if (answer.generation != record.compiled_generation) return;
  if (record.dropped_fields != answer.dropped_fields) {
    record.dropped_fields = answer.dropped_fields;
    touch(record, Urgency::kSoon, step);
  }
  if (is_invalid(answer.verdict))
    take_note_of_refusal(record, record.ledger.decided_through, answer.verdict, step);
}

}  // namespace scheduledjob::engine
