// What the engine asks of the heap and of the API server, with 2,000 schedules of which 1,000 are due at
// once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bench/support/allocations.hpp"
#include "bench/support/fleet.hpp"
#include "cost/bounds.hpp"

namespace scheduledjob::bench {
namespace {

constexpr std::size_t kSchedules = 2000;
constexpr std::size_t kTogether = 1000;

template <class Total>
double per(Total total, std::size_t among) {
  return static_cast<double>(total) / static_cast<double>(among);
}

TEST(TheEngine, AsksForARunTheAPICallsOfAShortOneInABurst) {
  Fleet fleet(kSchedules, kTogether);
  fleet.list();
  fleet.lead();
  fleet.calls.clear();
  fleet.burst();
  EXPECT_EQ(fleet.calls["create"], kTogether);
  EXPECT_EQ(fleet.calls["delete"], kTogether);
  EXPECT_EQ(fleet.calls["status"], kTogether);
  EXPECT_EQ(fleet.calls["read"], 0u);
}

TEST(TheEngine, WritesOneStatusForANewScheduleAndNoneForOneThatHasIt) {
  Fleet fleet(kSchedules, kTogether);
  fleet.list();
  fleet.lead();
  EXPECT_EQ(fleet.calls["status"], kSchedules);
  EXPECT_EQ(fleet.calls["create"], 0u);
  EXPECT_EQ(fleet.calls["delete"], 0u);
}

engine::Options keeping_all_awake() {
  engine::Options options;
  options.resting_awake = kSchedules;
  return options;
}

TEST(TheEngine, HoldsSoMuchMemoryForASchedule) {
  const Allocations before = allocations();
  Fleet fleet(kSchedules, kTogether);
  fleet.list();
  fleet.lead();
  expect_at_most_about("a schedule, in bytes", per((allocations() - before).held, kSchedules), 593);
}

TEST(TheEngine, HoldsSoMuchMemoryForAScheduleThatIsNotPacked) {
  const Allocations before = allocations();
  Fleet fleet(kSchedules, kTogether, keeping_all_awake());
  fleet.list();
  fleet.lead();
  expect_at_most_about("a schedule, in bytes", per((allocations() - before).held, kSchedules), 4213);
}

TEST(TheEngine, AllocatesSoOftenForASchedule) {
  Fleet fleet(kSchedules, kTogether);
  fleet.list();
  expect_at_most_about("listing a schedule, in allocations", per(fleet.take_engine_allocations(), kSchedules),
                       8);
  fleet.lead();
  expect_at_most_about("taking it over and packing it, in allocations",
                       per(fleet.take_engine_allocations(), kSchedules), 96);
}

TEST(TheEngine, AllocatesSoOftenForARun) {
  Fleet fleet(kSchedules, kTogether, keeping_all_awake());
  fleet.list();
  fleet.lead();
  fleet.take_engine_allocations();
  fleet.burst();
  expect_at_most_about("a run, in allocations", per(fleet.take_engine_allocations(), kTogether), 57);
}

TEST(TheEngine, AllocatesSoOftenForARunOfAScheduleThatIsPacked) {
  Fleet fleet(kSchedules, kTogether);
  fleet.list();
  fleet.lead();
  fleet.take_engine_allocations();
  fleet.burst();
  expect_at_most_about("a run, in allocations", per(fleet.take_engine_allocations(), kTogether), 366);
}

TEST(TheEngine, AllocatesNothingWhileNothingIsDue) {
  Fleet fleet(kSchedules, kTogether);
  fleet.list();
  fleet.lead();
  fleet.take_engine_allocations();
  for (int i = 0; i < 100; ++i) fleet.wake();
  EXPECT_EQ(fleet.take_engine_allocations(), 0u);
}

}  // namespace
}  // namespace scheduledjob::bench
