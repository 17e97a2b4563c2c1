// Many histories, and what to make of one that fails.
#pragma once

#include <cstdint>
#include <set>

#include "sim/sabotage.hpp"

namespace scheduledjob::sim {

struct Campaign {
  std::uint64_t seed = 1;
  double seconds = 0;  // if set: as many histories as fit
  std::uint64_t histories = 100;
  Bug bug = Bug::kNone;
  std::size_t events = 120;  // so many of the last are told
};

// Lives through one history after another, up to the first that breaks a promise; that one is shortened and
// told. Prints totals. True: every promise was kept.
bool run(const Campaign& campaign);

// Lives through one history and tells what happened. True: every promise was kept.
bool tell(std::uint64_t seed, const std::set<std::size_t>& without, Bug bug, std::size_t events);

// For each deliberate bug (or the campaign's one), lives histories until one fails. True: all were caught
// within their bounds.
bool prove_all_bugs(const Campaign& campaign);

}  // namespace scheduledjob::sim
