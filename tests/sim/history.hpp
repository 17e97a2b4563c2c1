// One history: a seed lived through, from the first event to rest.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "sim/plan.hpp"
#include "sim/sabotage.hpp"
#include "sim/weather.hpp"

namespace scheduledjob::sim {

struct Outcome {
  // Empty: every promise was kept.
  std::string broken_promise;
  std::string details;
  std::deque<std::string> last_events;

  std::uint64_t fires = 0;
  std::uint64_t steps = 0;
  Tally troubles{};
  Duration lived{};

  bool kept() const { return broken_promise.empty(); }
};

// Keeps the last `events` events; none is quickest.
Outcome live(const Plan& plan, Bug bug, std::size_t events = 0);

}  // namespace scheduledjob::sim
