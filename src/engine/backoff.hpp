// Exponential backoff. Without randomness, which the engine has none of: what spreads retries are the write
// lanes.
#pragma once

#include <algorithm>
#include <chrono>

#include "engine/options.hpp"

namespace scheduledjob::engine {

// Doubles `backoff` within the bounds and returns it; zero means that nothing has failed yet.
inline std::chrono::milliseconds grow(std::chrono::milliseconds& backoff, std::chrono::milliseconds min,
                                      std::chrono::milliseconds max) {
  backoff = std::clamp(backoff * 2, min, max);
  return backoff;
}

// The same within the options' ordinary bounds.
inline std::chrono::milliseconds grow(std::chrono::milliseconds& backoff, const Options& options) {
  return grow(backoff, options.min_backoff, options.max_backoff);
}

}  // namespace scheduledjob::engine
