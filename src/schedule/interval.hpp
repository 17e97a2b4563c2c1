// Instants at a fixed distance from each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "schedule/instant.hpp"

namespace scheduledjob::schedule {

// The instants anchor + k·length for every whole k, as far as they lie within kEarliestInstant to
// kLatestInstant. A day is 24 hours here, whatever clocks do. Every query takes constant time.
class Interval {
 public:
  // Requires a length from 1 s to kLongestDuration.
  Interval(std::chrono::seconds length, NominalTime anchor);

  std::optional<NominalTime> next_after(NominalTime time) const noexcept;
  std::optional<NominalTime> latest_through(NominalTime time) const noexcept;
  std::uint64_t count_between(NominalTime after, NominalTime through) const noexcept;

  // The instants in the minute that begins at `minute`: bit n is its second n.
  std::uint64_t seconds_of_minute(NominalTime minute) const noexcept;

  std::chrono::seconds length() const noexcept { return length_; }

 private:
  std::chrono::seconds length_;
  NominalTime first_;  // of the instants at or after kEarliestInstant
};

}  // namespace scheduledjob::schedule
