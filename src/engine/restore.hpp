// The books of a new leader, rebuilt from the stored status and the facts.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// Call once both caches have passed the barrier. The stored status says what was accounted for; Jobs, alive
// or buried, that it does not cover are entered by enter_facts() afterwards. Open runs without a Job have
// vanished, if the Jobs' watch has got as far as the status, which `jobs_seen_through` tells; otherwise they
// are to be read first.
void restore(Record& record, ResourceVersion jobs_seen_through, Step& step);

// What the stored status alone says.
Ledger stored_books(const api::ScheduledJob& object);
bool stored_as_suspended(const api::ScheduledJobStatus& status);

}  // namespace scheduledjob::engine
