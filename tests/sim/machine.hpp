// The clocks of one replica's machine: they survive its processes.
#pragma once

#include "runtime/clock.hpp"
#include "sim/timeline.hpp"

namespace scheduledjob::sim {

class Machine {
 public:
  Machine(Timeline& time, Dice dice)
      : time_(time),
        boot_rate_(1.0 + static_cast<double>(dice.between(-200, 200)) * 1e-6),
        born_(time.now() - dice.between(std::chrono::hours{1}, std::chrono::hours{100})),
        changed_at_(time.now()) {}

  Instant wall() const {
    const auto passed = std::chrono::duration<double, std::micro>(time_.now() - changed_at_).count();
    return time_.now() + offset_ + Duration{static_cast<std::int64_t>(passed * drift_)};
  }

  std::chrono::nanoseconds boot() const {
    const auto passed = std::chrono::duration<double, std::nano>(time_.now() - born_).count();
    return std::chrono::nanoseconds{static_cast<std::int64_t>(passed * boot_rate_)};
  }

  void step(Duration offset) { set(offset, 0); }
  void drift(double rate) { set(wall() - time_.now(), rate); }
  void synchronise() { set(Duration{0}, 0); }

  // When, in true time, the wall clock will show `instant`, if nobody sets it.
  Instant when_wall_shows(Instant instant) const {
    const auto left = std::chrono::duration<double, std::micro>(instant - wall()).count();
    return time_.now() + Duration{static_cast<std::int64_t>(left / (1.0 + drift_)) + 1};
  }

  runtime::ClockReadings readings() const {
    return {.wall = [this] { return wall(); }, .boot = [this] { return boot(); }};
  }

 private:
  void set(Duration offset, double drift) {
    offset_ = offset;
    drift_ = drift;
    changed_at_ = time_.now();
  }
  Timeline& time_;
  double boot_rate_;
  Instant born_;
  Instant changed_at_;
  Duration offset_{0};
  double drift_ = 0;
};

}  // namespace scheduledjob::sim
