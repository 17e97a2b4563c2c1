// Runs that have started and get nowhere: their pods cannot be created (a quota, an admission policy), find
// no node, pull no image, or never get ready. For people; nothing is decided by it.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// Since when a Job as it is now has had nothing to show, given what was known of it before.
std::optional<Instant> fruitless_since(const api::Job& job, const JobFact& before, Instant now);

// Counts the runs that are stuck, and plans a write of the condition RunsStuck when that changes.
void count_stuck_runs(Record& record, Step& step);

}  // namespace scheduledjob::engine
