// What the status says, and how often it is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using api::ConditionStatus;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using Fate = Life::Fate;

void each_minute(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
}

TEST(Status, NamesTheNextFiveTimes) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_for(std::chrono::milliseconds{1});
  EXPECT_THAT(life.status("job").next_schedule_times, SizeIs(5));
  EXPECT_EQ(life.status("job").next_schedule_times.front(), at("2026-03-10T12:01:00Z"));
}

TEST(Status, StaysReadyWhenARunFails) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.finish("job", "12:01:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_EQ(life.condition("job", "Ready").status, ConditionStatus::kTrue);
  EXPECT_EQ(life.condition("job", "LastRunSucceeded").status, ConditionStatus::kFalse);
  EXPECT_EQ(life.condition("job", "LastRunSucceeded").reason, "BackoffLimitExceeded");
}

TEST(Status, MovesATransitionTimeOnlyWhenTheStatusFlips) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:02:10Z");
  life.finish("job", "12:02:00");
  life.run_until("2026-03-10T12:02:20Z");
  EXPECT_EQ(life.condition("job", "Ready").last_transition_time, at("2026-03-10T12:00:30Z"));
  EXPECT_EQ(life.condition("job", "LastRunSucceeded").last_transition_time, at("2026-03-10T12:01:11Z"));
}

TEST(Status, MovesATransitionTimeWithEveryFlipAndWithNothingElse) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  for (const auto& [minute, phase] : {std::pair{"12:01", api::JobPhase::kFailed},
                                      {"12:02", api::JobPhase::kFailed},
                                      {"12:03", api::JobPhase::kSucceeded},
                                      {"12:04", api::JobPhase::kFailed}}) {
    life.run_until(std::string("2026-03-10T") + minute + ":10Z");
    life.finish("job", std::string(minute) + ":00", phase);
    life.run_until(std::string("2026-03-10T") + minute + ":20Z");
    const std::string flipped = std::string(minute) == "12:02" ? "12:01" : minute;  // no flip
    EXPECT_EQ(life.condition("job", "LastRunSucceeded").last_transition_time,
              at("2026-03-10T" + flipped + ":11Z"))
        << minute;
  }
  EXPECT_EQ(life.condition("job", "Ready").last_transition_time, at("2026-03-10T12:00:30Z"));
}

TEST(Status, KeepsTransitionTimesOverATakeover) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.restart();
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:30Z");
  for (const char* type : {"Ready", "Reconciling", "Stalled", "Suspended"}) {
    EXPECT_EQ(life.condition("job", type).last_transition_time, at("2026-03-10T12:00:30Z")) << type;
  }
}

TEST(Status, ObservesTheGenerationInEveryCondition) {
  Life life("2026-03-10T12:00:30Z");
  life.pods_get_ready = false;
  life.admission = [](api::Job& job) { job.ttl_seconds_after_finished = 5; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:08:10Z");
  life.finish("job", "12:01:00");
  life.edit_template("job");
  life.run_until("2026-03-10T12:08:20Z");
  EXPECT_EQ(life.status("job").observed_generation, 2);
  EXPECT_THAT(life.status("job").conditions, SizeIs(7));
  for (const api::Condition& condition : life.status("job").conditions) {
    EXPECT_EQ(condition.observed_generation, 2) << condition.type;
    EXPECT_NE(condition.reason, "") << condition.type;
  }
}

std::vector<std::string> verdicts(const Life& life) {
  std::vector<std::string> verdicts;
  for (const ConditionChanged& change : life.conditions_changed)
    verdicts.push_back(change.condition.type + " " + change.condition.reason);
  return verdicts;
}

TEST(Status, ReportsNoConditionOfAnObjectThatIsAsItShouldBe) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  EXPECT_THAT(verdicts(life), IsEmpty());
}

TEST(Status, ReportsAConditionOnceWhenItChangesAndOnceWhenItIsAsBefore) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "61 * * * *"; });
  life.run_for(std::chrono::minutes{10});
  EXPECT_THAT(verdicts(life), ElementsAre("Ready InvalidSchedule", "Stalled InvalidSchedule"));
  EXPECT_EQ(life.conditions_changed.front().key.name, "job");

  life.conditions_changed.clear();
  life.edit("job", each_minute);
  life.run_for(std::chrono::seconds{10});
  EXPECT_THAT(verdicts(life), UnorderedElementsAre("Ready Scheduled", "Stalled Progressing"));
}

TEST(Status, ReportsNoConditionAgainAfterATakeover) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "61 * * * *"; });
  life.run_for(std::chrono::seconds{10});
  life.conditions_changed.clear();
  life.restart();
  life.run_for(std::chrono::minutes{10});
  EXPECT_THAT(verdicts(life), IsEmpty());
}

TEST(Status, SumsOverAllObjectsFollowWhatHappens) {
  Life life("2026-03-10T12:00:30Z");
  life.add("a", each_minute);
  life.add("b", each_minute);
  life.run_until("2026-03-10T12:02:10Z");
  EXPECT_EQ(life.engine().summary().objects, 2u);
  EXPECT_EQ(life.engine().summary().active_runs, 4u);
  life.finish("a", "12:01:00");
  life.delete_job("b", "12:01:00");
  EXPECT_EQ(life.engine().summary().active_runs, 2u);
  life.restart();
  EXPECT_EQ(life.engine().summary().active_runs, 2u);
  life.remove("a");
  EXPECT_EQ(life.engine().summary().objects, 1u);
  EXPECT_EQ(life.engine().summary().active_runs, 1u);
}

TEST(Status, FollowsAJobMadeByHandToItsEndAndItsDeletion) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 18 * * *"; });
  api::Job manual;
  manual.metadata.key = {"default", "job-by-hand"};
  manual.metadata.uid = "by-hand";
  manual.owner_uid = manual.label_uid = life.uid_of("job");
  manual.owner_name = "job";
  const auto show = [&](api::JobPhase phase) {
    manual.phase = phase;
    manual.metadata.resource_version = ++life.version;
    life.give(JobSeen{manual});
    life.run_for(std::chrono::seconds{2});
    return life.status("job").active_count;
  };
  EXPECT_EQ(show(api::JobPhase::kActive), 1);
  EXPECT_EQ(show(api::JobPhase::kSucceeded), 0);
  EXPECT_EQ(show(api::JobPhase::kActive), 1);
  manual.metadata.resource_version = ++life.version;
  life.give(JobDeleted{manual});
  life.run_for(std::chrono::seconds{2});
  EXPECT_EQ(life.status("job").active_count, 0);
}

TEST(Status, IsNotWrittenWhileNothingHappens) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 0 1 1 *"; });
  life.run_for(std::chrono::milliseconds{1});
  const int before = life.calls["status"];
  life.run_until("2026-12-31T00:00:00Z");
  life.restart();
  EXPECT_EQ(life.calls["status"], before);
}

TEST(Status, IsWrittenAgainOnTheFreshObjectAfterAConflict) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  life.status_fate = [](const WriteStatus&) { return Fate::kHeld; };
  life.run_until("2026-03-10T12:01:05Z");
  life.edit_template("job");
  life.status_fate = {};
  life.release_held_answers();
  life.run_until("2026-03-10T12:01:10Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_EQ(life.status("job").observed_generation, 2);
}

TEST(Status, IsNotCountedTwiceWhenTheAnswerToAWriteWasLost) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  bool first = true;
  life.status_fate = [&first](const WriteStatus&) {
    return std::exchange(first, false) ? Fate::kLostAnswer : Fate::kDone;
  };
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
}

TEST(Status, OverwrittenByAStrangerIsPutRight) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  auto meddled = std::make_shared<api::ScheduledJob>();
  meddled->metadata.key = {"default", "job"};
  meddled->metadata.uid = life.uid_of("job");
  meddled->metadata.generation = 1;
  meddled->metadata.creation_timestamp = at("2026-03-10T12:00:30Z");
  meddled->metadata.resource_version = ++life.version;
  api::ScheduledJobSpec spec;
  each_minute(spec);
  meddled->spec = spec;
  life.give(ScheduledJobSeen{meddled});
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

TEST(Status, UnderLoadWaitsForEndsToComeInToo) {
  Life life("2026-03-10T12:00:30Z");
  for (int i = 0; i < 40; ++i) life.add("job-" + std::to_string(i), each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  life.calls.clear();
  int unanswered = 0;
  life.create_fate = [&unanswered](const CreateJob&) {
    return unanswered++ < 20 ? Fate::kHeld : Fate::kDone;
  };
  life.run_until("2026-03-10T12:01:05Z");
  EXPECT_EQ(life.calls["status"], 0);
  life.run_until("2026-03-10T12:01:40Z");
  EXPECT_EQ(life.calls["status"], 20);
}

// At 12:01: "job" is answered at once, "slow-0" to "slow-19" a second later. Then the burst is over.
void have_a_burst(Life& life) {
  for (int i = 0; i < 20; ++i) life.add("slow-" + std::to_string(i), each_minute);
  life.add("job", each_minute);
  life.create_fate = [](const CreateJob& create) {
    return create.owner->metadata.key.name == "job" ? Fate::kDone : Fate::kHeld;
  };
  life.run_until("2026-03-10T12:01:01Z");
  life.release_held_answers();
}

// However soon the burst is over: otherwise each run of it would be written twice.
TEST(Status, OfAStartInABurstWaitsForItsEnd) {
  Life life("2026-03-10T12:00:30Z");
  have_a_burst(life);
  life.run_until("2026-03-10T12:01:05Z");
  EXPECT_EQ(life.status("job").run_counts.started, 0);
  EXPECT_EQ(life.status("slow-19").run_counts.started, 0) << "the last of the burst";
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:07Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
}

TEST(Status, OfAStartInABurstIsWrittenAfterHalfAMinuteWithoutAnEnd) {
  Life life("2026-03-10T12:00:30Z");
  have_a_burst(life);
  life.run_until("2026-03-10T12:01:31Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
}

TEST(Status, OfSkippedInstantsRidesAlong) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kSkip;
  });
  life.run_until("2026-03-10T12:01:10Z");
  life.calls.clear();
  life.run_until("2026-03-10T12:09:30Z");
  EXPECT_EQ(life.calls["status"], 0);
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:09:40Z");
  EXPECT_EQ(life.calls["status"], 1);
  EXPECT_EQ(life.status("job").run_counts.skipped, 8);
}

}  // namespace
}  // namespace scheduledjob::engine
