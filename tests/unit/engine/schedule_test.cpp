// The ordinary life of a schedule: due, created, ended, recorded.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

void each_minute(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
}

TEST(Schedule, CreatesAJobAtEachInstantAndNoneAtCreation) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", each_minute);
  EXPECT_THAT(life.created("hello"), IsEmpty());
  life.run_until("2026-03-10T12:02:59Z");
  EXPECT_THAT(life.created("hello"), ElementsAre("12:01:00", "12:02:00"));
}

TEST(Schedule, WakesExactlyAtTheInstantAndNotBefore) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  EXPECT_EQ(life.engine().next_wakeup(), Instant(at("2026-03-10T12:01:00Z")));
}

TEST(Schedule, WaitsOutTheJitterButNamesTheRunAfterTheInstant) {
  Life life("2026-03-10T12:00:30Z");
  life.add("spread", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "0 * * * *";
    spec.jitter = std::chrono::minutes{30};
  });
  life.run_until("2026-03-10T13:00:00Z");
  EXPECT_THAT(life.created("spread"), IsEmpty());
  life.run_until("2026-03-10T13:30:00Z");
  EXPECT_THAT(life.created("spread"), ElementsAre("13:00:00"));
}

TEST(Schedule, RecordsEachEndOnce) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", each_minute);
  life.run_until("2026-03-10T12:01:05Z");
  life.finish("hello", "12:01:00");
  life.run_until("2026-03-10T12:02:05Z");
  life.finish("hello", "12:02:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:02:30Z");
  EXPECT_THAT(life.outcomes("hello"),
              ElementsAre("12:01:00 Succeeded", "12:02:00 Failed/BackoffLimitExceeded"));
  const auto& counts = life.status("hello").run_counts;
  EXPECT_EQ(counts.started, 2);
  EXPECT_EQ(counts.succeeded, 1);
  EXPECT_EQ(counts.failed, 1);
  EXPECT_THAT(life.status("hello").open, IsEmpty());
}

TEST(Schedule, NeedsOneCallBeforeTheJobExistsAndFourForAWholeRun) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.successful_jobs_history_limit = 0;
  });
  life.run_until("2026-03-10T12:29:59Z");
  life.calls.clear();
  life.run_until("2026-03-10T12:30:00Z");
  EXPECT_EQ(life.calls["create"], 1);
  EXPECT_EQ(life.calls["status"], 0);
  life.run_until("2026-03-10T12:35:00Z");
  life.finish("hello", "12:30:00");
  life.run_until("2026-03-10T12:50:00Z");
  EXPECT_EQ(life.calls["create"], 1);
  EXPECT_EQ(life.calls["status"], 2);
  EXPECT_EQ(life.calls["delete"], 1);
  EXPECT_EQ(life.delete_active, 0);
  EXPECT_EQ(life.calls["get"], 0);
}

TEST(Schedule, MergesStartAndEndOfAShortRunIntoOneStatusWrite) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:00Z");
  life.calls.clear();
  life.finish("hello", "12:30:00");
  life.run_until("2026-03-10T12:50:00Z");
  EXPECT_EQ(life.calls["status"], 1);
}

TEST(Schedule, DecidesNothingOnceTheObjectIsBeingDeleted) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", each_minute);
  life.start_deleting("hello");
  life.run_until("2026-03-10T12:05:00Z");
  EXPECT_THAT(life.created("hello"), IsEmpty());
}

TEST(Schedule, ForgetsADeletedObjectAndStartsAnewWithItsSuccessor) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.remove("hello");
  EXPECT_EQ(life.engine().summary().objects, 0u);
  life.add("hello", each_minute);
  life.run_until("2026-03-10T12:02:30Z");
  EXPECT_THAT(life.created("hello"), ElementsAre("12:02:00"));
  EXPECT_EQ(life.status("hello").run_counts.started, 1);
}

TEST(Schedule, AnInvalidOneIsReportedAndHarmsNoOther) {
  Life life("2026-03-10T12:00:30Z");
  life.add("broken", [](api::ScheduledJobSpec& spec) { spec.schedule = "61 * * * *"; });
  life.add("sound", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("broken"), IsEmpty());
  EXPECT_THAT(life.created("sound"), ElementsAre("12:01:00"));
  const auto& ready = life.condition("broken", "Ready");
  EXPECT_EQ(ready.status, api::ConditionStatus::kFalse);
  EXPECT_EQ(ready.reason, "InvalidSchedule");
  EXPECT_THAT(ready.message, ::testing::StartsWith("spec.schedule: minute 61 is outside 0–59"));
  EXPECT_EQ(life.condition("broken", "Stalled").status, api::ConditionStatus::kTrue);
  EXPECT_EQ(life.condition("sound", "Ready").status, api::ConditionStatus::kTrue);
}

TEST(Schedule, RunsOnAfterTheClockSteppedBackWithoutRepeatingAnything) {
  Life life("2026-03-10T12:00:30Z");
  life.add("hello", each_minute);
  life.run_until("2026-03-10T12:03:10Z");
  life.jump_to("2026-03-10T12:01:00Z");
  life.run_until("2026-03-10T12:04:10Z");
  EXPECT_THAT(life.created("hello"), ElementsAre("12:01:00", "12:02:00", "12:03:00", "12:04:00"));
}

TEST(Schedule, TakesCareOfManyThatAreDueSomeAtATime) {
  Life life("2026-03-10T12:00:30Z");
  const auto at_once = static_cast<int>(Options{}.due_at_once);
  for (int i = 0; i < at_once + 1; ++i) life.add("job-" + std::to_string(i), each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  life.jump_to("2026-03-10T12:01:00Z");
  life.give(TimePassed{});
  EXPECT_EQ(life.calls["create"], at_once);
  EXPECT_LE(life.engine().next_wakeup(), life.now());
  life.give(TimePassed{});
  EXPECT_EQ(life.calls["create"], at_once + 1);
}

TEST(Schedule, SaysSoWhenItHasEnded) {
  Life life("2026-03-10T12:00:30Z");
  life.add("once", [](api::ScheduledJobSpec& spec) {
    api::ScheduleEntry entry;
    entry.at = "2026-03-10T12:05:00Z";
    spec.schedules = {entry};
  });
  life.run_until("2026-03-10T13:00:00Z");
  EXPECT_THAT(life.created("once"), ElementsAre("12:05:00"));
  EXPECT_EQ(life.condition("once", "Ready").reason, "ScheduleEnded");
  EXPECT_THAT(life.status("once").next_schedule_times, IsEmpty());
}

}  // namespace
}  // namespace scheduledjob::engine
