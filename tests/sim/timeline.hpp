// Virtual time.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "schedule/instant.hpp"
#include "sim/dice.hpp"

namespace scheduledjob::sim {

using schedule::Instant;
using schedule::NominalTime;

// What happens next happens in the order of time, and at one time in the order in which it was planned. True
// time is the API server's clock.
class Timeline {
 public:
  explicit Timeline(Instant start) : now_(start) {}

  Instant now() const { return now_; }
  NominalTime now_in_seconds() const { return std::chrono::floor<std::chrono::seconds>(now_); }

  // In the past means: next.
  void at(Instant time, std::function<void()> event);
  void after(Duration delay, std::function<void()> event) { at(now_ + delay, std::move(event)); }

  // Lets everything happen that is planned up to `end`, and what that plans in turn.
  void run_until(Instant end);

  std::uint64_t steps() const { return steps_; }

 private:
  struct Planned {
    Instant time;
    std::uint64_t order;
    std::function<void()> event;
  };
  static bool later(const Planned& a, const Planned& b) {
    return a.time != b.time ? a.time > b.time : a.order > b.order;
  }

  Instant now_;
  std::uint64_t order_ = 0;
  std::uint64_t steps_ = 0;
  std::vector<Planned> planned_;  // a heap
};

}  // namespace scheduledjob::sim
