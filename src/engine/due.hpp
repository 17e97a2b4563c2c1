// When the run of an instant is really due.
#pragma once

#include <optional>

#include "engine/record.hpp"

namespace scheduledjob::engine {

// The nominal time plus its jitter. The record's schedule must be valid.
Instant due_time(const Record& record, NominalTime time);

// The moment after which the run may not start any more, by startingDeadlineSeconds; nothing without one. The
// spec must be readable.
std::optional<Instant> starting_deadline(const Record& record, NominalTime time);

}  // namespace scheduledjob::engine
