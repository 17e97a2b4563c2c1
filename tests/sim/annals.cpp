#include "sim/annals.hpp"

#include <algorithm>

#include "schedule/jitter.hpp"

namespace scheduledjob::sim {

bool SpecVersion::names(NominalTime time) const {
  return schedule.ok() && schedule->latest_through(time) == time;
}

std::int64_t SpecVersion::count(NominalTime after, NominalTime through) const {
  return schedule.ok() && through > after ? static_cast<std::int64_t>(schedule->count_between(after, through))
                                          : 0;
}

Instant SpecVersion::due(NominalTime time) const {
  if (!schedule.ok() || spec().jitter.count() == 0) return time;
  return time + schedule::jitter(object->metadata.uid, time, spec().jitter, schedule->next_after(time));
}

bool is_recorded(const api::ScheduledJobStatus& status, NominalTime time) {
  if (std::binary_search(status.open.begin(), status.open.end(), time)) return true;
  const bool pending = std::any_of(status.pending.begin(), status.pending.end(),
                                   [time](const api::PendingRun& run) { return run.scheduled_time == time; });
  return status.decided_through && time <= *status.decided_through && !pending;
}

}  // namespace scheduledjob::sim
