// The deterministic delay of a run: the same for every replica and after every restart.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "schedule/instant.hpp"

namespace scheduledjob::schedule {

// A delay for the run of `uid` at `time`, uniform over whole milliseconds in [0, min(max_jitter, next −
// time)), where `next` is the instant that follows `time` in the same schedule. A run thus never reaches the
// next instant, and order is kept. A pure function of its arguments: a 64-bit hash of (uid, time) that must
// never change between releases, for a replica of another version would otherwise fire at another moment.
std::chrono::milliseconds jitter(std::string_view uid, NominalTime time, std::chrono::seconds max_jitter,
                                 std::optional<NominalTime> next) noexcept;

}  // namespace scheduledjob::schedule
