#include "engine/due.hpp"

#include "schedule/jitter.hpp"

namespace scheduledjob::engine {

Instant due_time(const Record& record, NominalTime time) {
  const api::ScheduledJobSpec* spec = record.spec();
  if (!spec || spec->jitter.count() == 0 || !record.schedule.ok()) return time;
  return time + schedule::jitter(record.uid, time, spec->jitter, record.schedule->next_after(time));
}

}  // namespace scheduledjob::engine
