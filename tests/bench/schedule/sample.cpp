#include "bench/schedule/sample.hpp"

namespace scheduledjob::bench {
namespace {

// SplitMix64 (https://prng.di.unimi.it/splitmix64.c): short enough to be the same in two languages.
std::uint64_t mixed(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

}  // namespace

Sample::Sample() noexcept {
  constexpr auto kSeconds = static_cast<std::uint64_t>((kSampleEnd - kSampleBegin).count());
  std::uint64_t state = 1;
  for (schedule::NominalTime& time : times_) {
    time = kSampleBegin + std::chrono::seconds{static_cast<std::int64_t>(mixed(state) % kSeconds)};
  }
}

std::int64_t Sample::sum() const noexcept {
  std::int64_t sum = 0;
  for (const schedule::NominalTime time : times_) sum += time.time_since_epoch().count();
  return sum;
}

}  // namespace scheduledjob::bench
