// The instants that have come due: which of them are accepted. What is accepted waits in `pending` until
// dispatch.hpp starts it.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// Moves `decided_through` over every instant that is due: on time ones are admitted by the concurrency
// policy, earlier ones by missedRunPolicy, once. Cost does not grow with the number of missed instants.
void decide_due(Record& record, Step& step);

// When the next instant comes due.
std::optional<Instant> next_due(const Record& record);

// True when the instant's Job exists, has existed, or is being created.
bool started(const Record& record, NominalTime time);

}  // namespace scheduledjob::engine
