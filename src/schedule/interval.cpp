#include "schedule/interval.hpp"

#include <algorithm>

namespace scheduledjob::schedule {

using std::chrono::seconds;

Interval::Interval(seconds length, NominalTime anchor) : length_(length), first_(kEarliestInstant) {
  const seconds remainder = (anchor - kEarliestInstant) % length;
  first_ += remainder < seconds{0} ? remainder + length : remainder;
}

std::optional<NominalTime> Interval::next_after(NominalTime time) const noexcept {
  if (time >= kLatestInstant) return std::nullopt;
  if (time < first_) return first_ <= kLatestInstant ? std::optional(first_) : std::nullopt;
  const NominalTime next = first_ + ((time - first_) / length_ + 1) * length_;
  return next <= kLatestInstant ? std::optional(next) : std::nullopt;
}

std::optional<NominalTime> Interval::latest_through(NominalTime time) const noexcept {
  time = std::min(time, kLatestInstant);
  if (time < first_) return std::nullopt;
  return first_ + (time - first_) / length_ * length_;
}

std::uint64_t Interval::count_between(NominalTime after, NominalTime through) const noexcept {
  const auto count_through = [this](NominalTime time) -> std::uint64_t {
    time = std::min(time, kLatestInstant);
    return time < first_ ? 0 : static_cast<std::uint64_t>((time - first_) / length_) + 1;
  };
  return after < through ? count_through(through) - count_through(after) : 0;
}

std::uint64_t Interval::seconds_of_minute(NominalTime minute) const noexcept {
  std::uint64_t result = 0;
  for (auto time = next_after(minute - seconds{1}); time && *time < minute + seconds{60}; *time += length_) {
    result |= std::uint64_t{1} << (*time - minute).count();
  }
  return result;
}

}  // namespace scheduledjob::schedule
