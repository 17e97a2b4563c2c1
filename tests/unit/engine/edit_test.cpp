// Edits, suspension and its end: nothing old fires.
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

TEST(Edit, OfTheScheduleFiresNoPastInstant) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 18 * * *"; });
  life.run_until("2026-03-10T12:30:00Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 12 * * *"; });
  life.run_until("2026-03-10T13:00:00Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
  life.run_until("2026-03-11T12:00:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:00:00"));
}

TEST(Edit, OfTheScheduleWhileNobodyRanFiresNoPastInstantEither) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 18 * * *"; });
  life.run_until("2026-03-10T12:10:00Z");
  life.crash();
  life.edit("job", each_minute);
  life.jump_to("2026-03-10T12:20:30Z");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:21:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:21:00"));
  EXPECT_THAT(life.outcomes("job"), ::testing::Contains(::testing::HasSubstr("Missed/ScheduleChanged")));
}

TEST(Edit, OfTheTemplateAloneChangesNothingAboutInstants) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.crash();
  life.edit_template("job");
  life.jump_to("2026-03-10T12:02:10Z");
  life.start_standby();
  life.lead();
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

TEST(Edit, IsAcknowledgedAtOnceInObservedGeneration) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.edit_template("job");
  life.run_for(std::chrono::milliseconds{1});
  EXPECT_EQ(life.status("job").observed_generation, 2);
}

TEST(Edit, KeepsWhatWaits) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kQueue;
  });
  life.run_until("2026-03-10T12:02:30Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 18 * * *"; });
  life.finish("job", "12:01:00");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

TEST(Edit, ThatBreaksTheScheduleAndItsRepairFireNothingOld) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "nonsense"; });
  life.run_until("2026-03-10T12:10:30Z");
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kFalse);
  life.edit("job", each_minute);
  life.run_until("2026-03-10T12:11:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:11:00"));
  EXPECT_EQ(life.condition("job", "Ready").status, api::ConditionStatus::kTrue);
}

TEST(Suspension, CreatesNothingAndItsEndFiresNothingOld) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.run_until("2026-03-10T12:05:30Z");
  EXPECT_EQ(life.condition("job", "Suspended").status, api::ConditionStatus::kTrue);
  EXPECT_THAT(life.status("job").next_schedule_times, IsEmpty());
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = false; });
  life.run_until("2026-03-10T12:06:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:06:00"));
  EXPECT_THAT(life.outcomes("job"),
              ElementsAre("12:01:00 Running", "12:02:00..12:05:00 Skipped/Suspended x4", "12:06:00 Running"));
}

TEST(Suspension, ThatEndsWhileNobodyRunsIsStillClosedAsOne) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.run_until("2026-03-10T12:03:30Z");
  life.crash();
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = false; });
  life.jump_to("2026-03-10T12:05:30Z");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:05:40Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_THAT(life.outcomes("job"),
              ElementsAre("12:01:00 Running", "12:02:00..12:05:00 Skipped/Suspended x4"));
}

TEST(Suspension, DropsWhatWaits) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
  });
  life.run_until("2026-03-10T12:02:30Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.finish("job", "12:01:00");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = false; });
  life.run_until("2026-03-10T12:02:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Succeeded", "12:02:00 Skipped/Suspended"));
}

// Fails at 12:01 and 12:02, and is suspended by that.
void suspend_by_failures(Life& life, Life::SpecEdit more = {}) {
  life.add("job", [&more](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.suspend_after_failures = 2;
    if (more) more(spec);
  });
  life.run_until("2026-03-10T12:01:10Z");
  life.finish("job", "12:01:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:02:10Z");
  life.finish("job", "12:02:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:05:30Z");
}

TEST(Suspension, ComesByItselfAfterTooManyFailuresAndEndsWithAnEdit) {
  Life life("2026-03-10T12:00:30Z");
  suspend_by_failures(life);
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
  EXPECT_EQ(life.condition("job", "Suspended").reason, "TooManyFailures");
  life.restart();
  life.run_until("2026-03-10T12:06:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
  life.edit_template("job");
  life.run_until("2026-03-10T12:07:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:07:00"));
  EXPECT_EQ(life.condition("job", "Suspended").status, api::ConditionStatus::kFalse);
  EXPECT_THAT(life.outcomes("job"), ::testing::Contains("12:03:00..12:06:00 Skipped/Suspended x4"));
}

TEST(Suspension, ByFailuresSaysBothWaysOfGoingOn) {
  Life life("2026-03-10T12:00:30Z");
  suspend_by_failures(life);
  EXPECT_EQ(
      life.condition("job", "Suspended").message,
      "2 runs failed in a row; to go on, edit the spec or give the annotation scheduledjob.dev/resume a new "
      "value");
}

TEST(Suspension, ByFailuresEndsWithANewValueOfTheAnnotation) {
  Life life("2026-03-10T12:00:30Z");
  suspend_by_failures(life);
  life.annotate_resume("job", "fixed on Tuesday");
  life.run_until("2026-03-10T12:06:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:06:00"));
  EXPECT_EQ(life.status("job").resumed_by, "fixed on Tuesday");
  EXPECT_EQ(life.condition("job", "Suspended").status, api::ConditionStatus::kFalse);
  EXPECT_THAT(life.outcomes("job"), ::testing::Contains("12:03:00..12:05:00 Skipped/Suspended x3"));
}

TEST(Suspension, ByFailuresEndsOnlyOnceByOneValueOfTheAnnotation) {
  Life life("2026-03-10T12:00:30Z");
  suspend_by_failures(life);
  life.annotate_resume("job", "once");
  life.run_until("2026-03-10T12:06:10Z");
  life.finish("job", "12:06:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:07:10Z");
  life.finish("job", "12:07:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:08:30Z");
  life.restart();
  life.run_until("2026-03-10T12:10:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:06:00", "12:07:00"));
  life.annotate_resume("job", "twice");
  life.run_until("2026-03-10T12:11:30Z");
  EXPECT_EQ(life.created("job").back(), "12:11:00");
}

TEST(Suspension, ByFailuresEndsWithAnAnnotationGivenWhileNobodyRan) {
  Life life("2026-03-10T12:00:30Z");
  suspend_by_failures(life);
  life.crash();
  life.annotate_resume("job", "while you slept");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:06:30Z");
  EXPECT_EQ(life.created("job").back(), "12:06:00");
}

TEST(Suspension, ByFailuresIsNotEndedByAnAnnotationOfEarlierTimesNorByItsRemoval) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.suspend_after_failures = 1;
  });
  life.annotate_resume("job", "before anything failed");
  life.run_until("2026-03-10T12:01:10Z");
  life.finish("job", "12:01:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:02:30Z");
  life.restart();
  life.run_until("2026-03-10T12:03:30Z");
  life.annotate_resume("job", "");
  life.run_until("2026-03-10T12:04:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

TEST(Suspension, BySpecIsNotEndedByTheAnnotation) {
  Life life("2026-03-10T12:00:30Z");
  suspend_by_failures(life);
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.annotate_resume("job", "go");
  life.run_until("2026-03-10T12:10:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

TEST(Suspension, ByFailuresThatAHigherLimitEndsFiresNothingOld) {
  Life life("2026-03-10T12:00:30Z");
  suspend_by_failures(life);
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend_after_failures = 5; });
  life.run_until("2026-03-10T12:06:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:06:00"));
  EXPECT_EQ(life.status("job").run_counts.missed, 0);
}

TEST(Suspension, ByFailuresThatALateSuccessEndsFiresNothingOld) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.suspend_after_failures = 1;
  });
  life.run_until("2026-03-10T12:02:10Z");
  life.finish("job", "12:02:00", api::JobPhase::kFailed);
  life.run_until("2026-03-10T12:05:30Z");
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:06:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:06:00"));
  EXPECT_THAT(life.outcomes("job"), ::testing::Contains("12:03:00..12:05:00 Skipped/Suspended x3"));
}

}  // namespace
}  // namespace scheduledjob::engine
