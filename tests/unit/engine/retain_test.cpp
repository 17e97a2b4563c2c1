// Which ended Jobs are kept, and when the others go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Fate = Life::Fate;

void run_and_end(Life& life, const std::string& minute, api::JobPhase phase) {
  life.run_until("2026-03-10T12:" + minute + ":01Z");
  life.finish("job", "12:" + minute + ":00", phase);
  life.run_until("2026-03-10T12:" + minute + ":30Z");
}

void each_minute_without_history(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
  spec.successful_jobs_history_limit = 0;
}

TEST(Retain, KeepsAsManySucceededAndFailedJobsAsAskedFor) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "* * * * *";
    spec.successful_jobs_history_limit = 2;
    spec.failed_jobs_history_limit = 1;
  });
  for (const char* minute : {"01", "02", "03"}) run_and_end(life, minute, api::JobPhase::kSucceeded);
  for (const char* minute : {"04", "05"}) run_and_end(life, minute, api::JobPhase::kFailed);
  EXPECT_THAT(life.existing("job"), ElementsAre("12:02:00", "12:03:00", "12:05:00"));
}

TEST(Retain, WithLimitsOfZeroKeepsNothing) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute_without_history);
  run_and_end(life, "01", api::JobPhase::kSucceeded);
  EXPECT_THAT(life.existing("job"), IsEmpty());
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

TEST(Retain, DeletesNothingWhoseEndIsNotStored) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.successful_jobs_history_limit = 0;
  });
  life.run_until("2026-03-10T12:29:00Z");
  life.status_fate = [](const WriteStatus&) { return Fate::kLostRequest; };
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:40:00Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.status_fate = {};
  life.run_until("2026-03-10T12:45:00Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

TEST(Retain, DeletesWhenTheTimeToLiveIsOver) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.ttl_seconds_after_finished = 100;
  });
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:31:49Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.run_until("2026-03-10T12:31:51Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

// So that it is in no start's way.
TEST(Retain, DeletesInTheSecondHalfOfASecond) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.ttl_seconds_after_finished = 100;
  });
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:31:50Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.run_for(std::chrono::milliseconds{500});
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

TEST(Retain, WaitsUntilNoCreateOfTheNameCanBeUnderWay) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.successful_jobs_history_limit = 0;
  });
  life.run_until("2026-03-10T12:30:00Z");
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:30:04Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.run_until("2026-03-10T12:30:06Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

void hand_over(Life& life) {
  const auto handover = life.drain();
  ASSERT_TRUE(handover);
  life.start_standby();
  life.lead(handover);
}

// A predecessor whose lease was taken from it, and that does not know yet, would create again what has gone.
TEST(Retain, DeletesNothingWhileAPredecessorMayStillBelieveThatItLeads) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute_without_history);
  life.run_until("2026-03-10T12:01:10Z");
  life.restart();
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:24Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:01:00"));
  life.run_until("2026-03-10T12:01:26Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

TEST(Retain, DeletesAtOnceAfterAHandover) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute_without_history);
  life.run_until("2026-03-10T12:01:10Z");
  hand_over(life);
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:12Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

TEST(Retain, DeletesAfterAHandoverOnceTheGraceOfThePredecessorIsOver) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute_without_history);
  life.run_until("2026-03-10T12:01:10Z");
  life.restart();
  hand_over(life);
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:24Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:01:00"));
  life.run_until("2026-03-10T12:01:26Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

TEST(Retain, GoesByTheTimeToLiveThatTheJobWasCreatedWith) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.ttl_seconds_after_finished = 3600;
  });
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:30:00");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.ttl_seconds_after_finished = 60; });
  life.run_until("2026-03-10T13:00:10Z");
  life.finish("job", "13:00:00");
  life.run_until("2026-03-10T13:02:00Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.restart();
  life.run_until("2026-03-10T13:30:11Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("13:30:00"));
}

TEST(Retain, KeepsAJobThatWasCreatedWithoutATimeToLive) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:30:00");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.ttl_seconds_after_finished = 0; });
  life.run_until("2026-03-10T12:50:00Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
}

// What an admission policy makes of the time to live of the Jobs created from now on.
void policy_sets_ttl(Life& life, std::optional<std::int32_t> ttl) {
  life.admission = [ttl](api::Job& job) { job.ttl_seconds_after_finished = ttl; };
}

TEST(Retain, SaysThatHistoryIsAtRiskWhenAPolicyCutsTheTimeToLive) {
  Life life("2026-03-10T12:00:30Z");
  policy_sets_ttl(life, 600);
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.ttl_seconds_after_finished = 100;
  });
  life.run_until("2026-03-10T12:30:10Z");
  const api::Condition& risk = life.condition("job", "HistoryAtRisk");
  EXPECT_EQ(risk.status, api::ConditionStatus::kTrue);
  EXPECT_EQ(risk.reason, "TimeToLiveCut");
  EXPECT_THAT(risk.message, ::testing::HasSubstr(" is 600, less than the 604900 "));
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kTrue);
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:31:51Z");
  EXPECT_THAT(life.existing("job"), IsEmpty()) << "the user's own value still counts";
}

TEST(Retain, SaysThatHistoryIsAtRiskWhenAPolicyGivesAShortTimeToLive) {
  Life life("2026-03-10T12:00:30Z");
  policy_sets_ttl(life, 600);
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:10Z");
  EXPECT_EQ(life.condition("job", "HistoryAtRisk").status, api::ConditionStatus::kTrue);
}

TEST(Retain, SaysNothingOfAnUnharmedTimeToLive) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.ttl_seconds_after_finished = 100;
  });
  life.run_until("2026-03-10T12:30:10Z");
  EXPECT_THROW(static_cast<void>(life.condition("job", "HistoryAtRisk")), std::out_of_range);
}

TEST(Retain, KeepsTheRiskInMindOverATakeoverUntilACreateComesBackUnharmed) {
  Life life("2026-03-10T12:00:30Z");
  policy_sets_ttl(life, 600);
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:10Z");
  const api::Condition before = life.condition("job", "HistoryAtRisk");
  life.restart();
  life.run_until("2026-03-10T12:40:00Z");
  EXPECT_EQ(life.condition("job", "HistoryAtRisk"), before);
  policy_sets_ttl(life, std::nullopt);
  life.run_until("2026-03-10T13:00:10Z");
  EXPECT_EQ(life.condition("job", "HistoryAtRisk").status, api::ConditionStatus::kFalse);
}

}  // namespace
}  // namespace scheduledjob::engine
