// When the run of an instant is really due.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// The nominal time plus its jitter. The record's schedule must be valid.
Instant due_time(const Record& record, NominalTime time);

}  // namespace scheduledjob::engine
