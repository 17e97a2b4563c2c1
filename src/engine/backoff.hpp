// How long to wait before the next try.
//
// Each wait is one and a half times to three times as long as the one before: exponential backoff with
// decorrelated jitter (M. Brooker, "Exponential Backoff and Jitter", 2015), but never shrinking. The engine
// has no randomness: how long exactly follows from who waits, and how long that was before. So objects that
// were refused together do not come back together, and the same inputs still give the same effects.
#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>

#include "engine/options.hpp"
#include "schedule/stable_hash.hpp"

namespace scheduledjob::engine {

// Sets `backoff` to the next wait, from `min` to `max`, and returns it; zero means that nothing has failed
// yet. `waiter`: the object's UID.
inline std::chrono::milliseconds grow(std::chrono::milliseconds& backoff, std::string_view waiter,
                                      std::chrono::milliseconds min, std::chrono::milliseconds max) {
  const auto shortest = std::clamp(backoff * 3 / 2, min, max);
  const auto longest = std::clamp(backoff * 3, std::min(min * 3, max), max);
  const std::uint64_t draw =
      schedule::mixed(schedule::fnv1a(waiter) ^ static_cast<std::uint64_t>(backoff.count()));
  const auto spread = static_cast<std::uint64_t>((longest - shortest).count());
  backoff = shortest + std::chrono::milliseconds(schedule::scaled(draw, spread + 1));
  return backoff;
}

// The same within the options' ordinary bounds.
inline std::chrono::milliseconds grow(std::chrono::milliseconds& backoff, std::string_view waiter,
                                      const Options& options) {
  return grow(backoff, waiter, options.min_backoff, options.max_backoff);
}

}  // namespace scheduledjob::engine
