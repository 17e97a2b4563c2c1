#include "runtime/clock.hpp"

#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using schedule::Instant;

// Both clocks of a machine, moved by hand.
struct VirtualMachine {
  Instant wall{std::chrono::sys_seconds{1'790'000'000s}};
  kube::BootTime boot{5min};

  void pass(std::chrono::microseconds time) {
    wall += time;
    boot += time;
  }

  TrustedClock clock() {
    return TrustedClock({.wall = [this] { return wall; }, .boot = [this] { return boot; }});
  }
};

std::chrono::sys_seconds second_of(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant);
}

TEST(TrustedClock, IsTheLocalClockBeforeTheServerHasSpoken) {
  VirtualMachine machine;
  TrustedClock clock = machine.clock();
  EXPECT_EQ(clock.now(), machine.wall);
  machine.pass(3ms);
  EXPECT_EQ(clock.now(), machine.wall);
  EXPECT_EQ(clock.held_back(), 0us);
  EXPECT_EQ(clock.skew(), 0us);
}

TEST(TrustedClock, IsTheLocalClockWhileTheServerAgrees) {
  VirtualMachine machine;
  TrustedClock clock = machine.clock();
  machine.pass(999'999us);
  // The date of an answer made at the end of a second is a whole second old.
  clock.observe(second_of(machine.wall));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(clock.now(), machine.wall);
    machine.pass(77ms);
  }
}

TEST(TrustedClock, IsNeverAheadOfTheServersDateAndTheTimeSinceByMoreThanTwoSeconds) {
  VirtualMachine machine;
  const Instant server = machine.wall;
  TrustedClock clock = machine.clock();
  clock.observe(second_of(server));

  machine.wall += 1h;  // the local clock is set to a wrong time
  EXPECT_EQ(clock.now(), server + 2s);
  EXPECT_EQ(clock.held_back(), 1h - 2s);
  EXPECT_EQ(clock.skew(), 1h - 1s) << "the Date's second may have been nearly over";

  machine.pass(10s);
  EXPECT_EQ(clock.now(), server + 12s);
  EXPECT_EQ(clock.held_back(), 1h - 2s);
}

TEST(TrustedClock, FollowsALocalClockThatStepsBack) {
  VirtualMachine machine;
  TrustedClock clock = machine.clock();
  clock.observe(second_of(machine.wall));
  machine.wall -= 10s;
  EXPECT_EQ(clock.now(), machine.wall);
  EXPECT_EQ(clock.held_back(), 0us);
}

TEST(TrustedClock, KnowsThatTheLocalClockIsBehindTheServers) {
  VirtualMachine machine;
  TrustedClock clock = machine.clock();
  clock.observe(second_of(machine.wall) + 30s);
  EXPECT_EQ(clock.skew(), -30s);
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST(TrustedClock, GoesByTheServersLastWord) {
  VirtualMachine machine;
  const Instant server = machine.wall;
  machine.wall += 1min;
  TrustedClock clock = machine.clock();
  clock.observe(second_of(server));
  machine.pass(5s);
  clock.observe(second_of(server + 6s));
  EXPECT_EQ(clock.now(), server + 8s);
  clock.observe(second_of(server + 5s));
  EXPECT_EQ(clock.now(), server + 7s);
}

TEST(TrustedClock, TakesTheServersTimeAtItsEarliest) {
  VirtualMachine machine;
  const Instant server = machine.wall;
  TrustedClock clock = machine.clock();
  machine.wall -= 1min;
  EXPECT_EQ(clock.server_now(), machine.wall) << "it has not spoken yet";
  clock.observe(second_of(server));
  machine.pass(5s);
  EXPECT_EQ(clock.server_now(), server + 5s) << "the local clock is behind";
  machine.wall += 1h;
  EXPECT_EQ(clock.server_now(), server + 5s) << "the local clock is ahead";
}

TEST(TrustedClock, CountsTheTimeAMachineSleeps) {
  VirtualMachine machine;
  TrustedClock clock = machine.clock();
  clock.observe(second_of(machine.wall));
  machine.pass(8h);  // boot time runs on in suspend
  EXPECT_EQ(clock.now(), machine.wall);
}

TEST(TrustedClock, ReadsTheMachinesClocks) {
  const TrustedClock clock;
  const auto before = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const Instant now = clock.now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, std::chrono::system_clock::now());
}

}  // namespace
}  // namespace scheduledjob::runtime
