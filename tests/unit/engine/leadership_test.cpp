// Crashes and takeovers: nothing is lost, nothing is doubled.
#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/job_name.hpp"
#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Fate = Life::Fate;

void each_minute(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
}

TEST(Leadership, AStandbyDecidesNothing) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.crash();
  life.start_standby();
  life.run_until("2026-03-10T12:05:00Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
  EXPECT_FALSE(life.engine().next_wakeup());
}

TEST(Leadership, DecidesNothingBeforeBothCachesHaveReachedTheBarrier) {
  Engine engine;
  auto object = std::make_shared<api::ScheduledJob>();
  object->metadata.key = {"default", "job"};
  object->metadata.uid = "uid-job";
  object->metadata.resource_version = 5;
  object->metadata.creation_timestamp = at("2026-03-10T12:00:30Z");
  api::ScheduledJobSpec spec;
  spec.schedule = "* * * * *";
  object->spec = spec;

  const Instant now = at("2026-03-10T12:01:10Z");
  engine.handle(ListStarted{Kind::kScheduledJob}, now);
  engine.handle(ScheduledJobSeen{object}, now);
  engine.handle(ListFinished{Kind::kScheduledJob, 5}, now);
  engine.handle(ListStarted{Kind::kJob}, now);
  engine.handle(ListFinished{Kind::kJob, 5}, now);
  EXPECT_TRUE(engine.synced());
  EXPECT_EQ(engine.handle(LeadershipAcquired{}, now).size(), 2u);
  EXPECT_THAT(engine.handle(BarrierRead{Kind::kScheduledJob, 9}, now), IsEmpty());
  EXPECT_THAT(engine.handle(BarrierRead{Kind::kJob, 9}, now), IsEmpty());
  EXPECT_THAT(engine.handle(Progressed{Kind::kScheduledJob, 9}, now), IsEmpty());
  EXPECT_THAT(engine.handle(Progressed{Kind::kJob, 8}, now), IsEmpty());
  EXPECT_FALSE(engine.deciding());
  EXPECT_FALSE(engine.handle(Progressed{Kind::kJob, 9}, now).empty());
  EXPECT_TRUE(engine.deciding());
}

TEST(Leadership, NeedsNoBarrierWhereItHasAllThatThePredecessorLeft) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  const auto handover = life.drain();
  ASSERT_TRUE(handover);
  life.start_standby();
  const auto gets = life.calls["get"];
  life.lead(handover);
  EXPECT_TRUE(life.engine().deciding());
  EXPECT_EQ(life.calls["get"], gets);
  life.run_until("2026-03-10T12:02:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
  EXPECT_EQ(life.status("job").run_counts.started, 2);
}

TEST(Leadership, WaitsUntilItHasSeenAllThatThePredecessorLeft) {
  Engine engine;
  const Instant now = at("2026-03-10T12:01:10Z");
  for (const Kind kind : {Kind::kScheduledJob, Kind::kJob}) {
    engine.handle(ListStarted{kind}, now);
    engine.handle(ListFinished{kind, 5}, now);
  }
  EXPECT_THAT(engine.handle(LeadershipAcquired{Handover{.versions = {9, 7}}}, now), IsEmpty());
  EXPECT_FALSE(engine.deciding());
  engine.handle(Progressed{Kind::kScheduledJob, 9}, now);
  engine.handle(Progressed{Kind::kJob, 6}, now);
  EXPECT_FALSE(engine.deciding());
  engine.handle(Progressed{Kind::kJob, 7}, now);
  EXPECT_TRUE(engine.deciding());
}

TEST(Leadership, LeavesTheNewestVersionsItKnowsOfButNoBookmarks) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  const auto written = life.version;
  life.give(Progressed{Kind::kScheduledJob, written + 1000});
  const auto handover = life.drain();
  ASSERT_TRUE(handover);
  const auto newest = std::max(handover->versions[0], handover->versions[1]);
  EXPECT_GE(newest, written);
  EXPECT_LT(newest, written + 1000);
}

TEST(Leadership, LeavesNothingUnlessAllIsWritten) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  EXPECT_FALSE(life.engine().handover(life.now())) << "it leads";
  life.give(DrainRequested{});
  EXPECT_FALSE(life.engine().handover(life.now())) << "a create is unanswered";
}

TEST(Leadership, LeavesWhatIsLeftOfItsOwnGrace) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.restart();
  life.run_until("2026-03-10T12:01:20Z");
  const auto handover = life.drain();
  ASSERT_TRUE(handover);
  EXPECT_EQ(handover->grace, Options{}.takeover_grace - 10s);

  life.start_standby();
  life.lead(handover);
  EXPECT_TRUE(life.engine().deciding());
  EXPECT_EQ(life.engine().handover(life.now()), std::nullopt) << "it leads";
  life.run_until("2026-03-10T12:01:21Z");
  const auto next = life.drain();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->grace, handover->grace - 1s);
}

TEST(Leadership, LeavesTheTimeInWhichACreateWithoutAnAnswerMayStillBeCarriedOut) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kLostAnswer; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  const auto handover = life.drain();
  ASSERT_TRUE(handover);
  EXPECT_EQ(handover->grace, Options{}.create_timeout + Options{}.settle_margin);
}

TEST(Leadership, ACrashBetweenCreateAndStatusMakesNoSecondJob) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  life.restart();
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_EQ(life.status("job").run_counts.started, 1);
}

TEST(Leadership, ACrashBetweenAnEndAndItsRecordCountsItOnce) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.crash();
  life.finish("job", "12:01:00");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
  life.restart();
  life.run_until("2026-03-10T12:01:40Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
}

TEST(Leadership, AJobThatEndedAndWasDeletedUnrecordedIsRememberedByAWarmStandby) {
  // The hole that other controllers have: the leader dies after the create, the Job's TTL removes it, the
  // next leader creates it again.
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.crash();
  life.start_standby();
  api::Job job;
  job.metadata.key = {"default", job_name("job", life.uid_of("job"), at("2026-03-10T12:01:00Z"))};
  job.metadata.uid = "made-by-the-dead-leader";
  job.owner_uid = job.label_uid = life.uid_of("job");
  job.owner_name = "job";
  job.scheduled_time = at("2026-03-10T12:01:00Z");
  job.metadata.resource_version = ++life.version;
  life.give(JobSeen{job});
  job.phase = api::JobPhase::kSucceeded;
  job.metadata.resource_version = ++life.version;
  life.give(JobDeleted{job});
  life.jump_to("2026-03-10T12:01:15Z");
  life.lead();
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Succeeded"));
}

TEST(Leadership, AnOpenRunWhoseJobIsGoneHasVanished) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:10Z");
  life.crash();
  life.delete_job("job", "12:30:00");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:30:30Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:30:00 Vanished"));
  EXPECT_THAT(life.created("job"), ElementsAre("12:30:00"));
}

TEST(Leadership, AJobDeletedByHandIsStoppedAndNotCreatedAgain) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:10Z");
  life.delete_job("job", "12:30:00");
  life.run_until("2026-03-10T12:30:20Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:30:00 Stopped/Deleted"));
  life.restart();
  life.run_until("2026-03-10T12:31:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:30:00"));
}

TEST(Leadership, AJobThatLostItsLabelIsFollowedToItsEnd) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:10Z");
  life.strip_label("job", "12:30:00");
  life.run_until("2026-03-10T12:30:20Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:30:00 Running"));
  life.job("job", "12:30:00").phase = api::JobPhase::kSucceeded;
  life.job("job", "12:30:00").metadata.resource_version = ++life.version;
  life.run_until("2026-03-10T12:32:00Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:30:00 Succeeded"));
}

TEST(Leadership, AJobSeenBeforeItsOwnerIsKept) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.crash();
  // The two watches are not ordered against each other: here the Jobs come first.
  api::Job existing = life.job("job", "12:01:00");
  life.start_standby();
  life.give(ScheduledJobDeleted{"uid-other", 1});
  life.give(JobSeen{existing});
  life.lead();
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

TEST(Leadership, NothingIsKeptOfADeletedObjectAndItsJobs) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:03:10Z");
  life.finish("job", "12:02:00");
  life.remove("job");
  life.give(Progressed{Kind::kScheduledJob, life.version});
  EXPECT_EQ(life.engine().summary().records, 0u);
}

TEST(Leadership, WindingDownGoesOnToStartAndWritesEachChangeAtOnce) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  life.give(WindDownRequested{});
  life.run_until("2026-03-10T12:01:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  life.finish("job", "12:01:00");
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
}

TEST(Leadership, WindingDownWritesWhatHasBeenWaitingForMore) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  ASSERT_EQ(life.status("job").run_counts.started, 0);
  life.give(WindDownRequested{});
  EXPECT_EQ(life.status("job").run_counts.started, 1);
}

TEST(Leadership, WindingDownDeletesNoJobs) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.successful_jobs_history_limit = 0;
  });
  life.run_until("2026-03-10T12:01:10Z");
  life.give(WindDownRequested{});
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_EQ(life.calls["delete"], 0);
  life.restart();
  life.run_until("2026-03-10T12:02:30Z");
  EXPECT_EQ(life.calls["delete"], 1);
}

TEST(Leadership, ALeaderHasWoundDownOnceFewEffectsAreUnanswered) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  const std::size_t more = Options{}.drain_backlog + 1;
  for (std::size_t i = 0; i < more; ++i) life.add(fmt::format("job-{}", i), each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  life.give(WindDownRequested{});
  EXPECT_FALSE(life.engine().wound_down());
  life.release_held_answers();
  EXPECT_TRUE(life.engine().wound_down());
}

TEST(Leadership, AReplicaThatDecidesNothingHasNothingToWindDown) {
  Life life("2026-03-10T12:00:30Z");
  life.crash();
  life.start_standby();
  life.give(WindDownRequested{});
  EXPECT_TRUE(life.engine().wound_down());
}

TEST(Leadership, DrainingStartsNothingAndWritesDownEverything) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  life.give(DrainRequested{});
  EXPECT_FALSE(life.engine().drained());
  life.release_held_answers();
  EXPECT_TRUE(life.engine().drained());
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  life.run_until("2026-03-10T12:05:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

// Under many runs a second there is always one that has just ended.
TEST(Leadership, TheEndsOfJobsSeenWhileDrainingAreLeftToTheNextLeader) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.give(DrainRequested{});
  const auto writes = life.calls["status"];
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_TRUE(life.engine().drained());
  EXPECT_EQ(life.calls["status"], writes);
  life.restart();
  life.run_until("2026-03-10T12:01:40Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Succeeded"));
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
}

// Nothing in the cluster would tell a leader that comes later.
TEST(Leadership, TheEndOfAJobThatIsDeletedWhileDrainingIsWritten) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.give(DrainRequested{});
  life.finish("job", "12:01:00");
  life.delete_job("job", "12:01:00");
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_TRUE(life.engine().drained());
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Succeeded"));
}

TEST(Leadership, AStartAnsweredWhileDrainingIsOpenToTheNextLeader) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
  });
  life.run_until("2026-03-10T12:01:00Z");
  life.give(DrainRequested{});
  life.release_held_answers();
  life.finish("job", "12:01:00");
  EXPECT_TRUE(life.engine().drained());
  EXPECT_EQ(life.status("job").open.size(), 1u);
  life.create_fate = {};
  life.restart();
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Succeeded"));
}

TEST(Leadership, AMissedDeletionComesOutInTheNextList) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  life.run_until("2026-03-10T12:30:10Z");
  life.give(ListStarted{Kind::kJob});
  life.give(ListFinished{Kind::kJob, ++life.version});
  life.run_until("2026-03-10T12:30:20Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:30:00 Vanished"));
}

TEST(Leadership, AListOlderThanOurCreateProvesNothing) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/30 * * * *"; });
  const auto before = life.version;
  life.run_until("2026-03-10T12:30:10Z");
  life.give(ListStarted{Kind::kJob});
  life.give(ListFinished{Kind::kJob, before});
  life.run_until("2026-03-10T12:30:20Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:30:00 Running"));
}

}  // namespace
}  // namespace scheduledjob::engine
