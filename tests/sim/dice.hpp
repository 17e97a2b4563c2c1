// The only randomness of the simulation: the same seed rolls the same numbers, on every machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "schedule/stable_hash.hpp"

namespace scheduledjob::sim {

using Duration = std::chrono::microseconds;

// A splitmix64 generator. Not thread-safe.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  // Dice of their own for a named purpose: what rolls elsewhere does not change what they roll.
  Dice fork(std::string_view purpose) const {
    return Dice(schedule::mixed(state_ ^ schedule::fnv1a(purpose)));
  }

  std::uint64_t roll() { return schedule::mixed(state_ += 0x9E3779B97F4A7C15ULL); }

  // Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(roll() % static_cast<std::uint64_t>(high - low + 1));
  }
  Duration between(Duration low, Duration high) { return Duration{between(low.count(), high.count())}; }

  // Short and long ones alike: uniform in the logarithm.
  Duration spread(Duration low, Duration high) {
    Duration top = low;
    while (top < high && between(0, 2) != 0) top *= 2;
    return between(low, top < high ? top : high);
  }

  bool chance(double probability) { return static_cast<double>(roll() >> 11) * 0x1.0p-53 < probability; }

  template <typename T>
  const T& pick(const std::vector<T>& choices) {
    return choices[roll() % choices.size()];
  }

 private:
  std::uint64_t state_;
};

}  // namespace scheduledjob::sim
