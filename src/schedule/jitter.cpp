#include "schedule/jitter.hpp"

#include <algorithm>
#include <cstdint>

#include "absl/numeric/int128.h"
#include "schedule/fnv1a.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::milliseconds;

// The finaliser of SplitMix64: a bijection in which every bit of the input sways every bit of the output.
std::uint64_t mixed(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Maps a uniform 64-bit value to [0, bound) without the bias of a remainder.
std::uint64_t scaled(std::uint64_t value, std::uint64_t bound) noexcept {
  return absl::Uint128High64(absl::uint128(value) * bound);
}

}  // namespace

milliseconds jitter(std::string_view uid, NominalTime time, std::chrono::seconds max_jitter,
                    std::optional<NominalTime> next) noexcept {
  constexpr std::chrono::seconds kLongest = std::chrono::hours{24 * 366 * 300};
  std::chrono::seconds bound = std::min(max_jitter, kLongest);
  if (next) bound = std::min(bound, *next - time);
  if (bound <= std::chrono::seconds{0}) return milliseconds{0};

  const auto second = static_cast<std::uint64_t>(time.time_since_epoch().count());
  const std::uint64_t hash = mixed(fnv1a(uid) + second * 0x9e3779b97f4a7c15);
  return milliseconds{scaled(hash, static_cast<std::uint64_t>(milliseconds{bound}.count()))};
}

}  // namespace scheduledjob::schedule
