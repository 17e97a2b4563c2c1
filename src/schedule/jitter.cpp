#include "schedule/jitter.hpp"

#include <algorithm>
#include <cstdint>

#include "schedule/stable_hash.hpp"

namespace scheduledjob::schedule {

using std::chrono::milliseconds;

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
