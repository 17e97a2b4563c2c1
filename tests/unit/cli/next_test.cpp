#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support.hpp"

namespace scheduledjob::cli {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Next, ListsLocalTimeAndUtc) {
  const Outcome outcome = run_with({"next", "30 2 * * *", "--time-zone", "Europe/Berlin", "--after",
                                    "2026-03-28T12:00:00Z", "--count", "2"});
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_EQ(outcome.out,
            "Sun 2026-03-29 03:00:00 +02:00 CEST  2026-03-29T01:00:00Z\n"
            "Mon 2026-03-30 02:30:00 +02:00 CEST  2026-03-30T00:30:00Z\n");
}

TEST(Next, TellsTheDistanceFromNow) {
  EXPECT_EQ(run_with({"next", "12 15 * * *", "--count=1"}).out,
            "Sun 2026-03-01 15:12:00 +00:00 UTC   2026-03-01T15:12:00Z  in 3 h 12 min\n");
  EXPECT_THAT(run_with({"next", "@every 45s", "--count=1"}).out, HasSubstr("in 45 s\n"));
}

TEST(Next, SaysWhenTheScheduleEnds) {
  EXPECT_EQ(run_with({"next", "0 0 0 1 1 * 2027", "--after=2026-01-01T00:00:00Z"}).out,
            "Fri 2027-01-01 00:00:00 +00:00 UTC   2027-01-01T00:00:00Z\n"
            "no further instant\n");
}

TEST(Next, ShowsAnOffsetWhereAZoneHasNoAbbreviation) {
  EXPECT_EQ(
      run_with({"next", "@daily", "--time-zone=Asia/Kathmandu", "--after=2026-01-01T00:00:00Z", "--count=1"})
          .out,
      "Fri 2026-01-02 00:00:00 +05:45       2026-01-01T18:15:00Z\n");
}

TEST(Next, FollowsTheRulesForDaylightSaving) {
  const Outcome outcome =
      run_with({"next", "30 2 * * *", "--time-zone=Europe/Berlin", "--after=2026-03-28T12:00:00Z",
                "--count=1", "--daylight-saving=RunTwice,Skip"});
  EXPECT_THAT(outcome.out, HasSubstr("2026-03-30T00:30:00Z"));
  EXPECT_EQ(run_with({"next", "@daily", "--daylight-saving=Never"}).code, kWrongUsage);
}

TEST(Next, SpreadsHByNamespaceAndName) {
  const auto first = [](const std::string& expression, const std::string& name) {
    return run_with({"next", expression, "--count=1", "--namespace=team", "--name=" + name}).out;
  };
  EXPECT_EQ(first("H H * * *", "report"), first("H H * * *", "report"));
  EXPECT_NE(first("H H * * *", "report"), first("H H * * *", "backup"));
  EXPECT_EQ(run_with({"next", "H H * * *"}).code, kWrongInput) << "an H needs an object";
  const std::string manifest =
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: report, namespace: team}\nspec: {schedule: H H "
      "* * *}\n";
  EXPECT_THAT(run_with({"next", "-f", "-", "--count=1"}, manifest).out,
              EndsWith(first("H H * * *", "report")));
}

TEST(Next, RefusesABadExpressionWithTheReason) {
  const Outcome outcome = run_with({"next", "61 * * * *"});
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_EQ(outcome.err, "expression: minute 61 is outside 0–59, column 1\n");
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(run_with({"next", "@daily", "--time-zone=Europe/Berln"}).err,
              StartsWith("--time-zone: \"Europe/Berln\" is not a time zone"));
}

TEST(Next, AnswersInJson) {
  const Outcome outcome = run_with({"next", "0 0 0 1 1 * 2027", "-o", "json", "--after=2026-01-01T00:00:00Z",
                                    "--time-zone=Europe/Berlin"});
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["after"], "2026-01-01T00:00:00Z");
  const auto& schedule = json["schedules"].at(0);
  EXPECT_EQ(schedule["timeZone"], "Europe/Berlin");
  EXPECT_EQ(schedule["ended"], true);
  EXPECT_EQ(schedule["next"].at(0)["utc"], "2026-12-31T23:00:00Z");
  EXPECT_EQ(schedule["next"].at(0)["local"], "2027-01-01T00:00:00+01:00");
  EXPECT_EQ(schedule["next"].at(0)["abbreviation"], "CET");
}

TEST(Next, TellsWhichEntriesNameAnInstant) {
  const TemporaryFile file(
      scheduled_job("  schedules:\n  - cron: 0 3 * * *\n  - every: 1h\n  timeZone: UTC\n  jitter: 5m\n"));
  const Outcome outcome = run_with({"next", "-f", file.name(), "--after=2026-01-01T01:30:00Z", "--count=2"});
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_EQ(outcome.out,
            "ScheduledJob nightly (" + file.name() +
                ":1), UTC\n"
                "Thu 2026-01-01 02:00:00 +00:00 UTC   2026-01-01T02:00:00Z  spec.schedules[1].every\n"
                "Thu 2026-01-01 03:00:00 +00:00 UTC   2026-01-01T03:00:00Z  spec.schedules[0].cron, "
                "spec.schedules[1].every\n"
                "# Each run is delayed by up to 300 s of jitter, which depends on the object's UID.\n");
}

TEST(Next, ObeysTheBoundsOfAManifest) {
  const std::string manifest = scheduled_job(
      "  schedule: \"@daily\"\n  notBefore: 2026-05-01T00:00:00Z\n  notAfter: 2026-05-02T00:00:00Z\n");
  const Outcome outcome = run_with({"next", "-f", "-"}, manifest);
  EXPECT_THAT(outcome.out, HasSubstr("2026-05-01T00:00:00Z"));
  EXPECT_THAT(outcome.out, EndsWith("no further instant\n"));
}

TEST(Next, LooksAtEveryObjectOfEveryFile) {
  const TemporaryFile first(scheduled_job("  schedule: \"@daily\"\n") + "---\n" +
                            cron_job("  schedule: \"@hourly\"\n"));
  const TemporaryFile second(
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: CronJob\n  metadata: {name: c, "
      "namespace: team}\n  spec: {schedule: \"@weekly\"}\n");
  const Outcome outcome = run_with({"next", "-f", first.name(), "-f", second.name(), "--count=1"});
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("ScheduledJob nightly (" + first.name() + ":1)"));
  EXPECT_THAT(outcome.out, HasSubstr("CronJob nightly (" + first.name() + ":8)"));
  EXPECT_THAT(outcome.out, HasSubstr("CronJob team/c (" + second.name() + ":4)"));
}

TEST(Next, CountsEveryFromTheCreation) {
  const std::string manifest =
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a, creationTimestamp: 2026-01-01T00:00:30Z}\n"
      "spec: {schedule: \"@every 1h\"}\n";
  const Outcome outcome =
      run_with({"next", "-f", "-", "--count=1", "--after=2026-01-05T00:00:00Z"}, manifest);
  EXPECT_THAT(outcome.out, HasSubstr("2026-01-05T00:00:30Z"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("creation")));
  EXPECT_THAT(run_with({"next", "@every 1h"}).out, HasSubstr("# @every counts from the creation"));
}

TEST(Next, PointsAtTheLineOfWhatIsWrongAndAnswersTheRest) {
  const Outcome outcome =
      run_with({"next", "-f", "-", "--count=1"}, scheduled_job("  schedule: \"@daily\"\n  timeZone: 5\n") +
                                                     "---\n" + cron_job("  schedule: \"@hourly\"\n"));
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_EQ(outcome.err, "<stdin>:6: spec.timeZone: must be a string, not a number\n");
  EXPECT_THAT(outcome.out, StartsWith("CronJob nightly"));
}

TEST(Next, RefusesFilesWithNothingToLookAt) {
  const Outcome outcome = run_with({"next", "-f", "-"}, "apiVersion: v1\nkind: ConfigMap\n");
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_THAT(outcome.err, HasSubstr("no ScheduledJob"));
  EXPECT_THAT(run_with({"next", "-f", "/nowhere.yaml"}).err, StartsWith("/nowhere.yaml: "));
}

TEST(Next, ColoursOnATerminalOnly) {
  EXPECT_THAT(run_with({"next", "@daily"}).out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(run_with({"next", "@daily"}, {}, true).out, HasSubstr("\x1b["));
}

}  // namespace
}  // namespace scheduledjob::cli
