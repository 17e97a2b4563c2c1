// What a start waits for.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "absl/status/status.h"
#include "runtime/clock.hpp"
#include "runtime/log.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

inline constexpr std::chrono::milliseconds kFirstStartPause{1'000};    // doubles
inline constexpr std::chrono::milliseconds kLongestStartPause{5'000};  // until it is this
inline constexpr std::chrono::minutes kStartReminder{5};               // the same obstacle is told again

// Asks `check` again and again until it is content: a kind may be installed, rights be granted and an API
// server come back while this process waits. What is in the way is in the log, once and again when it changes
// or kStartReminder has passed, and in `telemetry`, so that the process shows itself as not ready. Blocks.
//
// Returns OK; kCancelled when a stop was requested before; or the first kFailedPrecondition of `check`, which
// no waiting mends.
absl::Status await_usable_cluster(const std::function<absl::Status()>& check, Telemetry& telemetry, Log& log,
                                  const std::stop_token& stop, const Pacing& pacing = machine_pacing());

}  // namespace scheduledjob::runtime
