// Objects at rest. That packing them changes nothing is for all other tests of this room to show, which are
// run a second time with every object packed as soon as it is at rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/job_name.hpp"
#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

constexpr int kMany = 400;  // more than stay awake

std::string name_of(int number) {
  return "job-" + std::to_string(number);
}

void at_noon(api::ScheduledJobSpec& spec) {
  spec.schedule = "0 12 * * *";
}

// At a quarter to noon, with all first statuses written.
void make_many(Life& life) {
  for (int i = 0; i < kMany; ++i) life.add(name_of(i), at_noon);
  life.run_until("2026-03-10T11:45:00Z");
}

TEST(Rest, PutsThoseToSleepThatHaveBeenAtRestForLongest) {
  Life life("2026-03-10T11:30:00Z");
  make_many(life);
  const auto summary = life.engine().summary();
  EXPECT_GE(summary.asleep, kMany - Options{}.resting_awake);
  EXPECT_EQ(summary.objects, static_cast<std::size_t>(kMany));
  EXPECT_EQ(summary.records, static_cast<std::size_t>(kMany));
}

TEST(Rest, WakesEveryObjectForItsInstantWithTheCallsOfAnyOther) {
  Life life("2026-03-10T11:30:00Z");
  make_many(life);
  life.run_until("2026-03-10T11:59:59Z");
  life.calls.clear();
  life.run_until("2026-03-10T12:00:00Z");
  EXPECT_EQ(life.calls["create"], kMany);
  EXPECT_EQ(life.calls["status"], 0) << "nothing is written only because something woke up";
  for (int i = 0; i < kMany; ++i) ASSERT_THAT(life.created(name_of(i)), ElementsAre("12:00:00"));
}

TEST(Rest, KeepsANewLeaderFromTouchingWhatNeedsNothing) {
  Life life("2026-03-10T11:30:00Z");
  make_many(life);
  life.calls.clear();
  life.restart();
  EXPECT_GE(life.engine().summary().asleep, kMany - Options{}.resting_awake);
  EXPECT_THAT(life.engine().next_wakeup(), Optional(Instant(at("2026-03-10T12:00:00Z"))));
  life.run_until("2026-03-10T12:00:00Z");
  EXPECT_EQ(life.calls["status"], 0);
  EXPECT_EQ(life.calls["create"], kMany);
}

TEST(Rest, OfAnObjectEndsWithAnEdit) {
  Life life("2026-03-10T11:30:00Z");
  make_many(life);
  life.edit(name_of(0), [](api::ScheduledJobSpec& spec) { spec.schedule = "50 11 * * *"; });
  life.run_until("2026-03-10T12:05:00Z");
  EXPECT_THAT(life.created(name_of(0)), ElementsAre("11:50:00"));
  EXPECT_THAT(life.created(name_of(1)), ElementsAre("12:00:00"));
}

TEST(Rest, OfAnObjectThatAListDoesNotShowAnyMoreEnds) {
  Life life("2026-03-10T11:30:00Z");
  make_many(life);
  life.give(ListStarted{Kind::kScheduledJob});
  life.give(ListFinished{Kind::kScheduledJob, ++life.version});
  EXPECT_EQ(life.engine().summary().objects, 0u);
  EXPECT_EQ(life.engine().summary().records, 0u);
  EXPECT_EQ(life.engine().next_wakeup(), std::nullopt);
}

}  // namespace
}  // namespace scheduledjob::engine
