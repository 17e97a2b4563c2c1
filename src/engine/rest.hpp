// What makes an object at rest a sleeper, and a sleeper an object again.
//
// A sleeper wakes up as what a new leader finds: it has its object and its Jobs, and no books. So it may only
// fall asleep when a leader that took over now would find nothing to do, and that is tried out.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/job.hpp"
#include "engine/packer.hpp"
#include "engine/record.hpp"
#include "engine/sleepers.hpp"

namespace scheduledjob::engine {

// Whether nothing is under way about it, by all that can be told at a glance.
bool at_rest(const Record& record);

// Nothing: it knows of something that is not stored, or there is something to do. `record` is to be forgotten
// afterwards, unless nothing is returned.
std::optional<Sleeper> fall_asleep(Record& record, const Options& options, Packer& packer, Instant now);

std::unique_ptr<Record> wake_up(std::string uid, Sleeper sleeper, Packer& packer);

// Notes that a list has shown the Job. False when the Job is news.
bool is_known(Sleeper& sleeper, const api::Job& job, std::uint64_t list_round);

// Whether a Job of it was not shown by the list at `version`.
bool misses_a_job(const Sleeper& sleeper, std::uint64_t list_round, ResourceVersion version);

}  // namespace scheduledjob::engine
