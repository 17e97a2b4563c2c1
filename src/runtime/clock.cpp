#include "runtime/clock.hpp"

#include <algorithm>
#include <utility>

#include "kube/pause.hpp"

namespace scheduledjob::runtime {

using schedule::Instant;

ClockReadings machine_clocks() {
  return {
      .wall = [] { return std::chrono::floor<Instant::duration>(std::chrono::system_clock::now()); },
      .boot = [] { return kube::boot_time(); },
  };
}

Pacing machine_pacing() {
  return {
      .now = [] { return kube::boot_time(); },
      .pause = [](std::chrono::milliseconds time, const std::stop_token& stop) { kube::pause(time, stop); },
  };
}

TrustedClock::TrustedClock(ClockReadings readings) : readings_(std::move(readings)) {}

void TrustedClock::observe(std::chrono::sys_seconds date) {
  const kube::BootTime arrived = readings_.boot();
  const sync::MutexLock lock(mutex_);
  last_ = Observation{date, arrived};
}

std::optional<Instant> TrustedClock::server_time() const {
  std::optional<Observation> last;
  {
    const sync::MutexLock lock(mutex_);
    last = last_;
  }
  if (!last) return std::nullopt;
  return last->date + std::chrono::floor<Instant::duration>(readings_.boot() - last->arrived);
}

Instant TrustedClock::now() const {
  const Instant local = readings_.wall();
  const std::optional<Instant> server = server_time();
  return server ? std::min(local, *server + kTolerance) : local;
}

Instant TrustedClock::server_now() const {
  const std::optional<Instant> server = server_time();
  return server ? *server : now();
}

std::chrono::microseconds TrustedClock::held_back() const {
  const Instant local = readings_.wall();
  const std::optional<Instant> server = server_time();
  if (!server) return {};
  return std::max(std::chrono::microseconds{0}, local - (*server + kTolerance));
}

std::chrono::microseconds TrustedClock::skew() const {
  const Instant local = readings_.wall();
  const std::optional<Instant> earliest = server_time();
  if (!earliest) return {};
  const Instant latest = *earliest + std::chrono::seconds{1};
  if (local > latest) return local - latest;
  return std::min(std::chrono::microseconds{0}, local - *earliest);
}

}  // namespace scheduledjob::runtime
