// The books of a new leader, rebuilt from the stored status and the facts.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// Call once both caches have passed the barrier. The stored status says what was accounted for; Jobs, alive
// or buried, that it does not cover are entered by enter_facts() afterwards; open runs without a Job have
// vanished.
void restore(Record& record, Step& step);

}  // namespace scheduledjob::engine
