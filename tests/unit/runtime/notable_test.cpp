#include "runtime/notable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using api::ConditionStatus;
using api::EventType;
using api::Outcome;

engine::Report report(Outcome outcome, std::string reason = {}) {
  engine::Report report{.key = {"shop", "nightly"}, .owner_uid = "uid", .run = {}};
  report.run.scheduled_time = api::NominalTime{1'790'000'000s};
  report.run.outcome = outcome;
  report.run.reason = std::move(reason);
  return report;
}

engine::ConditionChanged change(std::string type, ConditionStatus status, std::string reason) {
  engine::ConditionChanged change{.key = {"shop", "nightly"}, .owner_uid = "uid", .condition = {}};
  change.condition.type = std::move(type);
  change.condition.status = status;
  change.condition.reason = std::move(reason);
  return change;
}

TEST(Notable, AFailedRunIsWithItsJobAndTheReason) {
  engine::Report failed = report(Outcome::kFailed, "BackoffLimitExceeded");
  failed.run.job_name = "nightly-20260921-141320-7f3ka";
  failed.run.message = "Job has reached the specified backoff limit";
  const auto event = event_of(failed);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->regarding.name, "nightly");
  EXPECT_EQ(event->regarding_uid, "uid");
  EXPECT_EQ(event->type, EventType::kWarning);
  EXPECT_EQ(event->reason, "RunFailed");
  EXPECT_EQ(event->action, "BackoffLimitExceeded");
  EXPECT_EQ(
      event->note,
      "The run of 2026-09-21T14:13:20Z (Job nightly-20260921-141320-7f3ka) failed: BackoffLimitExceeded: "
      "Job has reached the specified backoff limit");
}

TEST(Notable, AStretchOfMissedRunsIsOneEvent) {
  engine::Report missed = report(Outcome::kMissed, "Deadline");
  missed.run.count = 25;
  missed.run.through_time = missed.run.scheduled_time + 24min;
  EXPECT_EQ(event_of(missed)->note,
            "Each of 25 runs from 2026-09-21T14:13:20Z to 2026-09-21T14:37:20Z was missed: Deadline");
}

TEST(Notable, WhatGoesAsItShouldIsNot) {
  EXPECT_FALSE(event_of(report(Outcome::kRunning)));
  EXPECT_FALSE(event_of(report(Outcome::kSucceeded)));
  EXPECT_FALSE(event_of(report(Outcome::kSkipped, "Suspended")));
}

TEST(Notable, AStoppedRunIsButNoWarning) {
  EXPECT_EQ(event_of(report(Outcome::kStopped, "Replaced"))->type, EventType::kNormal);
}

TEST(Notable, EveryOtherOutcomeIsAWarning) {
  for (const Outcome outcome :
       {Outcome::kFailed, Outcome::kVanished, Outcome::kSkipped, Outcome::kMissed, Outcome::kNotCreated}) {
    const auto event = event_of(report(outcome));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->type, EventType::kWarning);
    EXPECT_FALSE(event->action.empty());
  }
}

TEST(Notable, LosingReadinessIsAWarningAndGainingItIsNot) {
  engine::ConditionChanged lost = change("Ready", ConditionStatus::kFalse, "InvalidSpec");
  lost.condition.message = "spec.schedule: minute 61 is outside 0-59, column 1";
  const auto event = event_of(lost);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->type, EventType::kWarning);
  EXPECT_EQ(event->reason, "InvalidSpec");
  EXPECT_EQ(event->action, "Ready");
  EXPECT_EQ(event->note, lost.condition.message);
  EXPECT_EQ(event_of(change("Ready", ConditionStatus::kTrue, "Scheduled"))->type, EventType::kNormal);
}

TEST(Notable, ASuspensionIsAWarningOnlyWhenNobodyAskedForIt) {
  EXPECT_EQ(event_of(change("Suspended", ConditionStatus::kTrue, "Requested"))->type, EventType::kNormal);
  EXPECT_EQ(event_of(change("Suspended", ConditionStatus::kTrue, "TooManyFailures"))->type,
            EventType::kWarning);
}

TEST(Notable, ConditionsThatRepeatTheNewsOfOthersAreNot) {
  for (const char* type : {"Reconciling", "Stalled", "LastRunSucceeded"})
    EXPECT_FALSE(event_of(change(type, ConditionStatus::kTrue, "Whatever")));
}

}  // namespace
}  // namespace scheduledjob::runtime
