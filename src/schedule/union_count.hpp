// Counting instants that several cron expressions and intervals name, each instant once.
#pragma once

#include <cstdint>
#include <span>

#include "schedule/interval.hpp"
#include "schedule/zoned_cron.hpp"

namespace scheduledjob::schedule {

inline constexpr std::size_t kMostEntries = 100;

// How many instants in (after, through] at least one of `crons` and `intervals` names. All crons must be in
// `zone`; together at most kMostEntries. Takes time in proportion to the days between and the number of
// entries, not to the instants: most days are alike and counted once, unless an interval does not divide the
// day. Only where clocks change are instants counted one by one. Neither throws nor allocates.
std::uint64_t count_union(const TimeZone& zone, std::span<const ZonedCron> crons,
                          std::span<const Interval> intervals, NominalTime after,
                          NominalTime through) noexcept;

}  // namespace scheduledjob::schedule
