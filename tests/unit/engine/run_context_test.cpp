// What a run is told about itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using api::RunContext;
using api::RunReason;
using ::testing::ElementsAre;
using Fate = Life::Fate;

void each_minute(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
}

RunContext only_context(const Life& life, std::string_view scheduled_time) {
  const std::vector<RunContext> contexts = life.contexts("job", scheduled_time);
  EXPECT_EQ(contexts.size(), 1u);
  return contexts.at(0);
}

// Nobody runs from 12:01:30 until the given time.
void outage_until(Life& life, std::string_view end) {
  life.run_until("2026-03-10T12:01:30Z");
  life.crash();
  life.jump_to(end);
  life.start_standby();
  life.lead();
}

TEST(RunContext, NamesTheInstantOfTheLatestRunThatSucceeded) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:02:10Z");
  life.finish("job", "12:02:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:03:10Z");
  EXPECT_EQ(only_context(life, "12:01:00").previous_success, std::nullopt);
  EXPECT_EQ(only_context(life, "12:02:00").previous_success, at("2026-03-10T12:01:00Z"));
  EXPECT_EQ(only_context(life, "12:03:00").previous_success, at("2026-03-10T12:01:00Z"));
}

TEST(RunContext, RemembersThePreviousSuccessOverATakeoverAndLongAfterItsJobIsGone) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.successful_jobs_history_limit = 0;
    spec.concurrency_policy = api::ConcurrencyPolicy::kSkip;
  });
  life.run_until("2026-03-10T12:01:10Z");
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:02:10Z");
  life.restart();
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:02:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:31:10Z");
  EXPECT_EQ(only_context(life, "12:31:00").previous_success, at("2026-03-10T12:01:00Z"));
  EXPECT_EQ(life.status("job").last_successful_schedule_time, at("2026-03-10T12:01:00Z"));
}

TEST(RunContext, ReachesBackToThePreviousInstantOfTheSchedule) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 */6 * * *"; });
  life.run_until("2026-03-10T18:00:10Z");
  EXPECT_EQ(only_context(life, "18:00:00").data_interval_start, at("2026-03-10T12:00:00Z"));
}

TEST(RunContext, HasNoIntervalStartAtTheVeryFirstInstant) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.not_before = at("2026-03-10T12:05:00Z");
  });
  life.run_until("2026-03-10T12:06:10Z");
  EXPECT_EQ(only_context(life, "12:05:00").data_interval_start, std::nullopt);
  EXPECT_EQ(only_context(life, "12:06:00").data_interval_start, at("2026-03-10T12:05:00Z"));
}

TEST(RunContext, TellsScheduledRunsFromThoseThatCatchUp) {
  for (const auto policy : {api::MissedRunPolicy::kLatest, api::MissedRunPolicy::kAll}) {
    Life life("2026-03-10T12:00:30Z");
    life.add("job", [policy](api::ScheduledJobSpec& spec) {
      each_minute(spec);
      spec.missed_run_policy = policy;
    });
    outage_until(life, "2026-03-10T12:04:45Z");
    life.run_until("2026-03-10T12:05:10Z");
    EXPECT_EQ(only_context(life, "12:01:00").reason, RunReason::kScheduled);
    EXPECT_EQ(only_context(life, "12:04:00").reason, RunReason::kCatchUp);
    EXPECT_EQ(only_context(life, "12:05:00").reason, RunReason::kScheduled);
  }
}

TEST(RunContext, OfARunThatIsOnlyLateIsNotThatOfOneThatCatchesUp) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
  });
  life.run_until("2026-03-10T12:02:50Z");
  life.finish("job", "12:01:00");
  EXPECT_EQ(only_context(life, "12:02:00").reason, RunReason::kScheduled);
}

TEST(RunContext, KeepsItsReasonWhileItWaitsThroughATakeover) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
  });
  outage_until(life, "2026-03-10T12:04:45Z");
  life.run_until("2026-03-10T12:04:46Z");
  life.restart();
  life.finish("job", "12:01:00");
  EXPECT_EQ(only_context(life, "12:04:00").reason, RunReason::kCatchUp);
}

TEST(RunContext, IsTheSameInEveryRetry) {
  Life life("2026-03-10T12:00:30Z");
  int attempts = 0;
  life.create_fate = [&](const CreateJob& create) {
    if (create.run.scheduled_time != at("2026-03-10T12:02:00Z")) return Fate::kDone;
    return ++attempts < 3 ? Fate::kLostRequest : Fate::kDone;
  };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:02:00Z");
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:02:30Z");
  const RunContext told{std::nullopt, at("2026-03-10T12:01:00Z"), RunReason::kScheduled};
  EXPECT_THAT(life.contexts("job", "12:02:00"), ElementsAre(told, told, told));
}

TEST(RunContext, OfARetryByASuccessorHasTheSameReason) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.crash();
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  life.jump_to("2026-03-10T12:04:45Z");
  life.start_standby();
  life.lead();
  life.edit_template("job");
  life.run_for(std::chrono::milliseconds{1});
  EXPECT_THAT(life.status("job").pending,
              ElementsAre(api::PendingRun{at("2026-03-10T12:04:00Z"), api::PendingReason::kCreate,
                                          RunReason::kCatchUp}));
  life.restart();
  const std::vector<RunContext> contexts = life.contexts("job", "12:04:00");
  ASSERT_EQ(contexts.size(), 2u);
  EXPECT_EQ(contexts[0], contexts[1]);
}

}  // namespace
}  // namespace scheduledjob::engine
