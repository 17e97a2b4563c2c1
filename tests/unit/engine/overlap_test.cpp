// What happens when an instant comes due while earlier runs are active.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using api::ConcurrencyPolicy;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Life::SpecEdit each_minute(ConcurrencyPolicy policy, Life::SpecEdit more = {}) {
  return [policy, more](api::ScheduledJobSpec& spec) {
    spec.schedule = "* * * * *";
    spec.concurrency_policy = policy;
    if (more) more(spec);
  };
}

TEST(Overlap, AllowLetsRunsOverlap) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kAllow));
  life.run_until("2026-03-10T12:03:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:03:00"));
  EXPECT_EQ(life.status("job").active_count, 3);
}

TEST(Overlap, AllowStopsAtTheThousandRunsThatTheStatusCanHold) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    api::ScheduleEntry entry;
    entry.every = "1s";
    spec.schedules = {entry};
  });
  life.run_until("2026-03-10T12:17:20Z");
  EXPECT_THAT(life.created("job"), SizeIs(1000));
  life.run_until("2026-03-10T12:17:22Z");
  EXPECT_GE(life.status("job").run_counts.skipped, 10);
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kTrue);
  EXPECT_EQ(life.condition("job", "Ready").reason, "RunLimitReached");
  for (const char* time : {"12:00:31", "12:00:32"}) life.finish("job", time);
  life.run_until("2026-03-10T12:17:23Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  for (const char* time : {"12:00:33", "12:00:34"}) life.finish("job", time);
  life.run_until("2026-03-10T12:17:25Z");
  EXPECT_EQ(life.condition("job", "Ready").reason, "Scheduled");
}

TEST(Overlap, ForbidHoldsTheNewestInstantAndStartsItWhenTheRunEnds) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kForbid));
  life.run_until("2026-03-10T12:03:26Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_THAT(life.status("job").pending,
              ElementsAre(api::PendingRun{at("2026-03-10T12:03:00Z"), api::PendingReason::kOverlap}));
  life.finish("job", "12:01:00");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:03:00"));
  life.run_until("2026-03-10T12:03:40Z");
  EXPECT_THAT(life.outcomes("job"),
              ElementsAre("12:01:00 Succeeded", "12:02:00 Skipped/Superseded", "12:03:00 Running"));
}

TEST(Overlap, ForbidGivesUpAHeldInstantAtItsDeadline) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/10 * * * *";
    spec.concurrency_policy = ConcurrencyPolicy::kForbid;
    spec.starting_deadline = std::chrono::seconds{60};
  });
  life.run_until("2026-03-10T12:21:30Z");
  life.finish("job", "12:10:00");
  life.run_until("2026-03-10T12:25:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:10:00"));
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:10:00 Succeeded", "12:20:00 Missed/Deadline"));
}

TEST(Overlap, ForbidStartsABelatedSuccessorOfTheHeldInstantOnlyOnce) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kForbid));
  life.run_until("2026-03-10T12:02:10Z");
  life.restart();
  life.finish("job", "12:01:00");
  life.restart();
  life.run_until("2026-03-10T12:02:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

TEST(Overlap, SkipDropsAnOverlappedInstantAtOnce) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kSkip));
  life.run_until("2026-03-10T12:02:30Z");
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:03:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:03:00"));
  EXPECT_THAT(life.outcomes("job"),
              ElementsAre("12:01:00 Succeeded", "12:02:00 Skipped/Overlap", "12:03:00 Running"));
}

TEST(Overlap, QueueStartsWaitingInstantsInOrder) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kQueue));
  life.run_until("2026-03-10T12:03:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  life.finish("job", "12:01:00");
  life.finish("job", "12:02:00");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:03:00"));
}

TEST(Overlap, QueueRefusesWhatDoesNotFit) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kQueue,
                              [](api::ScheduledJobSpec& spec) { spec.max_queued_runs = 1; }));
  life.run_until("2026-03-10T12:03:30Z");
  EXPECT_THAT(life.status("job").pending, SizeIs(1));
  EXPECT_EQ(life.engine().summary().waiting_runs, 1u);
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Running", "12:03:00 Skipped/QueueFull"));
}

TEST(Overlap, AQueueOutlivesItsOperator) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kQueue));
  life.run_until("2026-03-10T12:03:30Z");
  life.restart();
  life.finish("job", "12:01:00");
  life.finish("job", "12:02:00");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:03:00"));
}

TEST(Overlap, TheCapIsSettable) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kForbid,
                              [](api::ScheduledJobSpec& spec) { spec.max_concurrent_runs = 2; }));
  life.run_until("2026-03-10T12:03:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

TEST(Overlap, ReplaceStartsTheNewRunAndDeletesTheOld) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kReplace));
  life.run_until("2026-03-10T12:02:10Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
  EXPECT_THAT(life.existing("job"), ElementsAre("12:02:00"));
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Stopped/Replaced", "12:02:00 Running"));
  EXPECT_EQ(life.delete_foreground, 0);
}

TEST(Overlap, ReplaceWithATimeoutWaitsForTheOldPodsToBeGone) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kReplace, [](api::ScheduledJobSpec& spec) {
             spec.replace_timeout = std::chrono::seconds{20};
           }));
  life.run_until("2026-03-10T12:02:10Z");
  EXPECT_EQ(life.delete_foreground, 1);
  EXPECT_EQ(life.delete_active, 1) << "the run that is due waits for it";
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
  EXPECT_THAT(life.existing("job"), ElementsAre("12:02:00"));
}

TEST(Overlap, AJobMadeByHandFromTheTemplateTakesUpRoom) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(ConcurrencyPolicy::kForbid));
  api::Job manual;
  manual.metadata.key = {"default", "job-by-hand"};
  manual.metadata.uid = "by-hand";
  manual.metadata.resource_version = ++life.version;
  manual.owner_uid = manual.label_uid = life.uid_of("job");
  manual.owner_name = "job";
  life.give(JobSeen{manual});
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
  manual.phase = api::JobPhase::kSucceeded;
  manual.metadata.resource_version = ++life.version;
  life.give(JobSeen{manual});
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

}  // namespace
}  // namespace scheduledjob::engine
