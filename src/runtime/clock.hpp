// What time it is.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

#include "kube/leader_election.hpp"
#include "schedule/instant.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::runtime {

// Thread-safe. May step back.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual schedule::Instant now() const = 0;

  // What the API server's clock shows at least; now() while nothing is known of it.
  virtual schedule::Instant server_now() const { return now(); }
};

// The two clocks of the machine.
struct ClockReadings {
  std::function<schedule::Instant()> wall;  // CLOCK_REALTIME, rounded down
  std::function<kube::BootTime()> boot;     // CLOCK_BOOTTIME: cannot be set, and runs on in suspend
};
ClockReadings machine_clocks();

// What a thread that waits asks of time. The machine's, unless a test brings its own.
struct Pacing {
  std::function<kube::BootTime()> now;
  // Returns after the time, or as soon as a stop is requested.
  std::function<void(std::chrono::milliseconds, const std::stop_token&)> pause;
};
Pacing machine_pacing();

// The local clock, as long as the API server's does not contradict it:
//
//   now = min(local time, last Date of the server + time passed since that answer + kTolerance)
//
// A local clock that is ahead thus never starts a run early, by the server's clock, by more than the
// tolerance. A local clock that is behind makes runs late: nothing can be known about it that a delayed
// answer would not show as well.
class TrustedClock final : public Clock {
 public:
  // A Date has whole seconds, and its answer may have been made just before the next one (1 s); what remains
  // is for rates that differ between two answers.
  static constexpr std::chrono::seconds kTolerance{2};

  explicit TrustedClock(ClockReadings readings = machine_clocks());

  // The Date of an answer that has just arrived.
  void observe(std::chrono::sys_seconds date);

  schedule::Instant now() const override;
  schedule::Instant server_now() const override;

  // By how much the local clock is ahead of what is trusted; zero while it is trusted itself.
  std::chrono::microseconds held_back() const;

  // By how much the local clock is ahead of the server's, at least; negative: behind it, and runs are late by
  // as much. Zero while they may agree, which a Date of whole seconds leaves room for, or nothing is known.
  std::chrono::microseconds skew() const;

 private:
  struct Observation {
    schedule::Instant date;
    kube::BootTime arrived;
  };
  std::optional<schedule::Instant> server_time() const;  // at the earliest

  const ClockReadings readings_;
  mutable sync::Mutex mutex_;
  std::optional<Observation> last_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace scheduledjob::runtime
