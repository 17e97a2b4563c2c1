#include "runtime/clock_watch.hpp"

#include <string>

#include <fmt/format.h>

namespace scheduledjob::runtime {
namespace {

std::string in_seconds(std::chrono::microseconds duration) {
  return fmt::format("{:.1f}s", std::chrono::duration<double>(duration).count());
}

}  // namespace

ClockWatch::ClockWatch(const TrustedClock& clock, Telemetry& telemetry, Log& log)
    : clock_(clock), telemetry_(telemetry), log_(log) {}

void ClockWatch::look() {
  const std::chrono::microseconds skew = clock_.skew();
  telemetry_.set_clock_skew(skew);
  const bool different = std::chrono::abs(skew) > kDifference;
  if (different && suspected_ && !warned_) {
    warn(skew);
    warned_ = true;
  }
  if (warned_ && std::chrono::abs(skew) < kAgreement) {
    log_.info("The local clock and the API server's agree again");
    warned_ = false;
  }
  suspected_ = different;
}

void ClockWatch::warn(std::chrono::microseconds skew) const {
  if (skew > skew.zero()) {
    log_.warning("The local clock is ahead of the API server's, which is followed instead",
                 {{"ahead", in_seconds(skew)}});
  } else {
    log_.warning("The local clock is behind the API server's; runs will be late by as much",
                 {{"behind", in_seconds(-skew)}});
  }
}

}  // namespace scheduledjob::runtime
