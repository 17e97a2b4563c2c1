// Exponential backoff. Without randomness, which the engine has none of: what spreads retries are the write
// lanes.
#pragma once

#include <algorithm>
#include <chrono>

#include "engine/options.hpp"

namespace scheduledjob::engine {

// Doubles `backoff` within the options' bounds and returns it; zero means that nothing has failed yet.
inline std::chrono::milliseconds grow(std::chrono::milliseconds& backoff, const Options& options) {
  backoff = std::clamp(backoff * 2, options.min_backoff, options.max_backoff);
  return backoff;
}

}  // namespace scheduledjob::engine
