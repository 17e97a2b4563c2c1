#include "engine/due.hpp"

#include "schedule/jitter.hpp"

namespace scheduledjob::engine {

Instant due_time(const Record& record, NominalTime time) {
  const api::ScheduledJobSpec* spec = record.spec();
  if (!spec || spec->jitter.count() == 0 || !record.schedule.ok()) return time;
  return time + schedule::jitter(record.uid, time, spec->jitter, record.schedule->next_after(time));
}

std::optional<Instant> starting_deadline(const Record& record, NominalTime time) {
  const auto& deadline = record.spec()->starting_deadline;
  if (!deadline) return std::nullopt;
  return due_time(record, time) + *deadline;
}

}  // namespace scheduledjob::engine
