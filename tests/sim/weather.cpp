#include "sim/weather.hpp"

#include <algorithm>

namespace scheduledjob::sim {

using namespace std::chrono_literals;

Weather::Weather(const Plan& plan, Timeline& time) : plan_(plan), time_(time) {
  for (const Disturbance& each : plan.disturbances) {
    if (each.length.count() == 0) continue;
    time.at(each.from, [this, &each] { active_.push_back({&each, Dice(each.seed)}); });
    time.at(each.from + each.length, [this, &each] {
      std::erase_if(active_, [&each](const Active& active) { return active.what == &each; });
    });
  }
}

bool Weather::strikes(Trouble trouble, int replica) {
  for (Active& active : active_) {
    const bool here = active.what->replica < 0 || active.what->replica == replica;
    if (active.what->trouble != trouble || !here) continue;
    if (active.dice.chance(active.what->probability)) {
      count(trouble);
      return true;
    }
  }
  return false;
}

Duration Weather::lag(int replica, std::size_t stream) {
  Duration longest{0};
  for (const Active& active : active_) {
    const bool here = active.what->replica < 0 || active.what->replica == replica;
    if (!here) continue;
    if (active.what->trouble == Trouble::kPartition) {
      longest = std::max(longest, active.what->from + active.what->length - time_.now());
    }
    if (active.what->trouble != Trouble::kWatchLag) continue;
    // Each stream lags by a time of its own, and some not at all.
    Dice dice = Dice(active.what->seed + stream + 7 * static_cast<std::uint64_t>(replica));
    longest = std::max(longest, dice.chance(0.3)   ? Duration{0}
                                : dice.chance(0.5) ? dice.spread(50ms, 60s)
                                                   : dice.between(1s, 60s));
  }
  if (longest.count() > 0) count(Trouble::kWatchLag);
  return longest;
}

bool Weather::cut_off(int replica, bool lease) {
  const bool spared = lease && std::any_of(active_.begin(), active_.end(), [](const Active& active) {
                        return active.what->trouble == Trouble::kPartition && active.what->seed % 2 == 0;
                      });
  return !spared && strikes(Trouble::kPartition, replica);
}

Instant Weather::fair_since() const {
  Instant since = std::max(plan_.start, last_strike_);
  for (const Disturbance& each : plan_.disturbances) {
    if (each.from <= time_.now()) since = std::max(since, std::min(each.from + each.length, time_.now()));
  }
  return since;
}

}  // namespace scheduledjob::sim
