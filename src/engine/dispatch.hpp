// Accepted instants that wait: which of them start now, which are out of time.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// How many runs may be active at one time.
std::size_t concurrency_cap(const api::ScheduledJobSpec& spec);

// Under Replace, has the oldest runs beyond the cap replaced: what a predecessor meant to do is not written
// anywhere. Call when the books are taken over.
void finish_replacing(Record& record);

// Starts what waits, in order, as far as the concurrency policy leaves room; drops what has waited too long.
void dispatch(Record& record, Step& step);

// When, after `now`, time alone changes something for an instant that waits.
std::optional<Instant> next_dispatch(const Record& record, Instant now);

}  // namespace scheduledjob::engine
