// Whether the local clock and the API server's agree.
#pragma once

#include <chrono>

#include "runtime/clock.hpp"
#include "runtime/log.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// Warns once when the clocks differ, says so when they agree again, and publishes by how much they differ.
// Not thread-safe.
class ClockWatch {
 public:
  static constexpr std::chrono::seconds kDifference{2};  // more is warned of
  static constexpr std::chrono::seconds kAgreement{1};   // less ends it

  ClockWatch(const TrustedClock& clock, Telemetry& telemetry, Log& log);

  // To be called every few seconds. Two looks in a row must show a difference: one answer alone may have been
  // long on its way.
  void look();

 private:
  void warn(std::chrono::microseconds skew) const;

  const TrustedClock& clock_;
  Telemetry& telemetry_;
  Log& log_;
  bool suspected_ = false;
  bool warned_ = false;
};

}  // namespace scheduledjob::runtime
