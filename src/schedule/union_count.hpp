// Counting instants that several cron expressions name, each instant once.
#pragma once

#include <cstdint>
#include <span>

#include "schedule/zoned_cron.hpp"

namespace scheduledjob::schedule {

inline constexpr std::size_t kMostEntries = 100;

// How many instants in (after, through] at least one of `crons` names. All must be in the same zone; at most
// kMostEntries. Takes time in proportion to the days between and the number of expressions, not to the
// instants; only where clocks go back are instants counted one by one. Neither throws nor allocates.
std::uint64_t count_union(std::span<const ZonedCron> crons, NominalTime after, NominalTime through) noexcept;

}  // namespace scheduledjob::schedule
