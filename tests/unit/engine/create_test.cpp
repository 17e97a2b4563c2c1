// Creates that are lost, refused or answered late.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Fate = Life::Fate;

void each_minute(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
}

TEST(Create, IsSentAgainUnderTheSameNameWhenTheRequestWasLost) {
  Life life("2026-03-10T12:00:30Z");
  int attempts = 0;
  life.create_fate = [&](const CreateJob&) { return ++attempts < 3 ? Fate::kLostRequest : Fate::kDone; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_EQ(attempts, 3);
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

TEST(Create, DoesNotRunTwiceWhenOnlyTheAnswerWasLost) {
  Life life("2026-03-10T12:00:30Z");
  int attempts = 0;
  life.create_fate = [&](const CreateJob&) { return ++attempts == 1 ? Fate::kLostAnswer : Fate::kDone; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_EQ(life.status("job").run_counts.started, 1);
}

TEST(Create, GetsNoVerdictBeforeAReadSaysWhatBecameOfALostOne) {
  Life life("2026-03-10T12:00:30Z");
  bool first = true;
  life.create_fate = [&](const CreateJob& create) {
    if (create.run.scheduled_time != at("2026-03-10T12:01:00Z")) return Fate::kDone;
    return std::exchange(first, false) ? Fate::kLostAnswer : Fate::kRefused;
  };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.starting_deadline = std::chrono::seconds{1};
  });
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_EQ(life.calls["get"], 1);
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Running"));
}

TEST(Create, ThatIsRefusedIsRetriedUntilTheNextInstantAndThenRecorded) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob& create) {
    return create.run.scheduled_time == at("2026-03-10T12:01:00Z") ? Fate::kRefused : Fate::kDone;
  };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:40Z");
  EXPECT_EQ(life.condition("job", "Ready").reason, "CreateForbidden");
  EXPECT_EQ(life.condition("job", "Stalled").status, api::ConditionStatus::kFalse);
  EXPECT_GT(life.calls["create"], 2);
  EXPECT_LT(life.calls["create"], 10);
  life.run_until("2026-03-10T12:02:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:02:00"));
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 NotCreated/Forbidden", "12:02:00 Running"));
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kTrue);
}

TEST(Create, ThatIsRefusedIsRetriedOnlyUntilTheDeadline) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kRefused; };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "0 * * * *";
    spec.starting_deadline = std::chrono::seconds{20};
  });
  life.run_until("2026-03-10T13:10:00Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("13:00:00 NotCreated/Forbidden"));
}

TEST(Create, OfAnInvalidTemplateStallsTheObjectUntilAnEdit) {
  Life life("2026-03-10T12:00:30Z");
  life.refusal = absl::FailedPreconditionError("spec.template.spec.containers: Required value");
  life.create_fate = [](const CreateJob&) { return Fate::kRefused; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_EQ(life.condition("job", "Stalled").status, api::ConditionStatus::kTrue);
  EXPECT_EQ(life.condition("job", "Ready").reason, "InvalidJobTemplate");
  EXPECT_EQ(life.condition("job", "Ready").message, "spec.template.spec.containers: Required value");
  life.create_fate = {};
  life.edit_template("job");
  life.run_until("2026-03-10T12:02:30Z");
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kTrue);
}

void refuse_as_invalid(Life& life) {
  life.refusal = absl::FailedPreconditionError("spec.template.spec.containers: Required value");
  life.create_fate = [](const CreateJob&) { return Fate::kRefused; };
}

TEST(Create, OfAnInvalidJobIsRetriedSlowlyAndRecordedWhenTheNextInstantIsDue) {
  Life life("2026-03-10T12:00:30Z");
  refuse_as_invalid(life);
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:59:50Z");
  EXPECT_THAT(life.outcomes("job"), IsEmpty());
  EXPECT_GT(life.calls["create"], 10);
  EXPECT_LT(life.calls["create"], 20);
  life.create_fate = {};
  life.run_until("2026-03-10T14:00:10Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("13:00:00 NotCreated/Invalid", "14:00:00 Running"));
  EXPECT_EQ(life.status("job").run_counts.missed, 1);
}

TEST(Create, InANamespaceThatIsBeingDeletedIsRetriedSlowlyAndSaysSo) {
  Life life("2026-03-10T12:59:30Z");
  life.refusal = absl::NotFoundError("namespace team-a is being terminated");
  life.create_fate = [](const CreateJob&) { return Fate::kRefused; };
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:01:00Z");
  EXPECT_LE(life.calls["create"], 4);
  EXPECT_EQ(life.condition("job", "Ready").reason, "NamespaceTerminating");
  life.run_until("2026-03-10T14:00:10Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("13:00:00 NotCreated/NamespaceTerminating"));
}

TEST(Create, OfAnInvalidJobIsRetriedAtOnceAfterAnEdit) {
  Life life("2026-03-10T12:00:30Z");
  refuse_as_invalid(life);
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:30:00Z");
  life.create_fate = {};
  life.edit_template("job");
  EXPECT_THAT(life.created("job"), ElementsAre("13:00:00"));
  life.run_until("2026-03-10T13:30:10Z");
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kTrue);
  EXPECT_THAT(life.outcomes("job"), ElementsAre("13:00:00 Running"));
}

TEST(Create, RefusedForASpecThatIsNoMoreIsRetriedAtOnce) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:00:01Z");
  life.edit_template("job");
  life.create_fate = {};
  life.give(CreateEnded{life.uid_of("job"),
                        at("2026-03-10T13:00:00Z"),
                        CreateEnded::Answer::kRefused,
                        {},
                        absl::FailedPreconditionError("the old template is invalid")});
  EXPECT_THAT(life.created("job"), ElementsAre("13:00:00"));
  life.run_until("2026-03-10T13:00:10Z");
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kTrue);
}

TEST(Create, OfAnInvalidJobWritesNoStatusWithEachRetry) {
  Life life("2026-03-10T12:00:30Z");
  refuse_as_invalid(life);
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:00:20Z");
  const int writes = life.calls["status"];
  life.run_until("2026-03-10T13:50:00Z");
  EXPECT_EQ(life.calls["status"], writes);
}

TEST(Create, ThatWasRefusedIsNotRetriedOnceTheScheduleIsSuspended) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kRefused; };
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:10:00Z");
  life.create_fate = {};
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.run_until("2026-03-10T13:20:00Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
  EXPECT_THAT(life.outcomes("job"), ElementsAre("13:00:00 Skipped/Suspended"));
  EXPECT_THAT(life.status("job").pending, IsEmpty());
}

TEST(Create, ThatMayHaveHappenedIsLookedUpBeforeASuspensionGivesItUp) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kLostAnswer; };
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:00:00Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.run_until("2026-03-10T13:10:00Z");
  EXPECT_EQ(life.calls["get"], 1);
  EXPECT_THAT(life.outcomes("job"), ElementsAre("13:00:00 Running"));
}

TEST(Create, InANamespaceThatIsGoingIsNeitherRetriedHotlyNorCalledStalled) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.refusal = absl::PermissionDeniedError(
      "unable to create new content in namespace default because it is being terminated");
  life.create_fate = [](const CreateJob&) { return Fate::kRefused; };
  life.calls.clear();
  life.run_until("2026-03-10T12:11:30Z");
  EXPECT_LE(life.calls["create"], 10 * 9) << "each instant, within its minute";
  EXPECT_LE(life.calls["status"], 2 * 10);
  EXPECT_EQ(life.condition("job", "Ready").reason, "CreateForbidden");
  EXPECT_EQ(life.condition("job", "Ready").last_transition_time, at("2026-03-10T12:02:01Z"));
  EXPECT_EQ(life.condition("job", "Stalled").status, api::ConditionStatus::kFalse);
  EXPECT_EQ(life.condition("job", "Stalled").last_transition_time, at("2026-03-10T12:00:30Z"));
  EXPECT_THAT(life.outcomes("job"), ::testing::Contains("12:02:00 NotCreated/Forbidden"));
  life.start_deleting("job");
  life.calls.clear();
  life.run_until("2026-03-10T12:20:00Z");
  EXPECT_EQ(life.calls["create"], 0);
}

TEST(Create, OfManyRunsAtOnceShowsTheRefusalOfTheNewest) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.starting_deadline = std::chrono::seconds{600};
  });
  life.create_fate = [&life](const CreateJob& create) {
    life.refusal = absl::PermissionDeniedError(create.run.job_name + " exceeds the quota");
    return Fate::kRefused;
  };
  life.run_until("2026-03-10T12:05:30Z");
  EXPECT_THAT(life.condition("job", "Ready").message, ::testing::HasSubstr("-120500-"));
  const int writes = life.calls["status"];
  life.run_until("2026-03-10T12:05:59Z");
  EXPECT_EQ(life.calls["status"], writes);
}

TEST(Create, OfANameThatSomebodyElseHasIsReported) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [&life](const CreateJob& create) {
    api::Job foreign;
    foreign.metadata.key = {"default", create.run.job_name};
    foreign.metadata.uid = "foreign";
    life.give(CreateEnded{
        create.owner->metadata.uid, create.run.scheduled_time, CreateEnded::Answer::kExists, foreign, {}});
    return Fate::kHeld;
  };
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:00:10Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("13:00:00 NotCreated/NameTaken"));
}

TEST(Create, UnderWayIsWrittenDownAsPendingForASuccessor) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.edit_template("job");
  life.run_for(std::chrono::milliseconds{1});
  EXPECT_THAT(life.status("job").pending,
              ElementsAre(api::PendingRun{at("2026-03-10T12:01:00Z"), api::PendingReason::kCreate}));
  life.create_fate = {};
  life.restart();
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

TEST(Create, CountsAgainstTheCapWhileItIsUnanswered) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
  });
  life.run_until("2026-03-10T12:03:10Z");
  EXPECT_EQ(life.held.size(), 1u);
}

}  // namespace
}  // namespace scheduledjob::engine
