#include "runtime/watchdog.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace scheduledjob::runtime {

using std::chrono::nanoseconds;
using State = Watchdog::Finding::State;

Watchdog::Watchdog(std::vector<Watched> watched) {
  for (Watched& each : watched) subjects_.push_back({.watched = std::move(each)});
}

Watchdog::Finding Watchdog::check(kube::BootTime now) {
  const nanoseconds step = checked_ ? std::min<nanoseconds>(now - *checked_, kLongestStep) : nanoseconds{0};
  checked_ = now;
  Finding worst;
  for (Subject& subject : subjects_) {
    const std::optional<std::uint64_t> sign = subject.watched.sign();
    const bool goes_on = !sign || sign != subject.last_sign;
    subject.last_sign = sign;
    subject.silent = goes_on ? nanoseconds{0} : subject.silent + step;
    const nanoseconds overdue = subject.silent - subject.watched.patience;
    const State state = overdue < nanoseconds{0} ? State::kWell
                        : overdue < kLastChance  ? State::kStuck
                                                 : State::kHopeless;
    if (state > worst.state) {
      worst = {state, fmt::format("{} has shown no sign of life for {} s", subject.watched.what,
                                  subject.watched.patience.count())};
    }
  }
  return worst;
}

void keep_watch(Watchdog watchdog, Telemetry& telemetry, Log& log, const std::function<void()>& give_up,
                const std::stop_token& stop, const Pacing& pacing) {
  std::string told;
  while (!stop.stop_requested()) {
    const Watchdog::Finding finding = watchdog.check(pacing.now());
    // Before anything that could block.
    telemetry.set_stuck(finding.what);
    if (finding.state == State::kHopeless) return give_up();
    if (finding.what != told) {
      if (finding.what.empty()) {
        log.info("What was stuck goes on", {{"problem", told}});
      } else {
        log.error("Something is stuck; the process ends unless it goes on soon", {{"problem", finding.what}});
      }
      told = finding.what;
    }
    pacing.pause(Watchdog::kStep, stop);
  }
}

}  // namespace scheduledjob::runtime
