#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace scheduledjob::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

Outcome converted(const std::string& text) {
  return run_with({"convert", "-f", "-"}, text);
}

// The lines of a text that are no comments.
std::string without_comments(const std::string& text) {
  std::istringstream lines(text);
  std::string rest;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos || line[first] != '#') rest += line + "\n";
  }
  return rest;
}

void expect_valid(const std::string& text) {
  const Outcome outcome = run_with({"validate", "-f", "-"}, text);
  EXPECT_EQ(outcome.code, kFine) << outcome.out << text;
}

constexpr char kFull[] = R"(# The nightly report.
apiVersion: batch/v1
kind: CronJob
metadata:
  name: nightly   # of the team
  uid: 0a1b
  creationTimestamp: "2026-01-01T00:00:00Z"
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"kind": "CronJob"}
  managedFields:
  - manager: kubectl
  # Who pays.
  labels: {team: a}
spec:
  schedule: '30 2 * * *'
  timeZone: Europe/Berlin
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 5
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 60
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: a
            image: b
            command:
            - |
              # not a comment
              run
status:
  lastScheduleTime: "2026-01-01T00:00:00Z"
# The end.
)";

TEST(Convert, ChangesTwoLinesAndKeepsTheRestAsItIs) {
  const Outcome outcome = converted(kFull);
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_EQ(without_comments(outcome.out), R"(apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata:
  name: nightly   # of the team
  labels: {team: a}
spec:
  schedule: '30 2 * * *'
  timeZone: Europe/Berlin
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 5
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 60
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: a
            image: b
            command:
            - |
              run
)");
  EXPECT_THAT(outcome.out, StartsWith("# The nightly report.\n"));
  EXPECT_THAT(outcome.out, HasSubstr("  # Who pays.\n  labels"));
  EXPECT_THAT(outcome.out, HasSubstr("              # not a comment\n"));
  EXPECT_THAT(outcome.out, HasSubstr("\n# The end.\n"));
  expect_valid(outcome.out);
}

TEST(Convert, TellsWhatBecomesBetterAboveTheField) {
  const std::string text = converted(kFull).out;
  EXPECT_THAT(text, HasSubstr("# Runs once on days when clocks change too (next: 2026-03-29)"));
  EXPECT_THAT(text,
              HasSubstr("keeps all of them in order, up to maxQueuedRuns.\n  concurrencyPolicy: Forbid"));
  EXPECT_THAT(text, HasSubstr("a CronJob with less than 10 seconds may never run."));
  EXPECT_THAT(text, HasSubstr("once its end is recorded.\n      ttlSecondsAfterFinished: 60"));
}

TEST(Convert, SpeaksOfClocksOnlyWhereTheyMatter) {
  for (const char* harmless : {"  schedule: 30 5 * * *\n  timeZone: Europe/Berlin\n",
                               "  schedule: \"*/5 * * * *\"\n  timeZone: Europe/Berlin\n",
                               "  schedule: 30 2 * * *\n  timeZone: Asia/Tokyo\n"}) {
    EXPECT_THAT(converted(cron_job(harmless)).out, Not(HasSubstr("clocks change"))) << harmless;
  }
  EXPECT_THAT(converted(cron_job("  schedule: 30 2 * * *\n")).out, HasSubstr("Read in UTC"));
}

TEST(Convert, LooksAtNoMoreInstantsThanItMust) {
  EXPECT_THAT(converted(cron_job("  schedule: \"@every 1s\"\n  timeZone: Europe/Berlin\n")).out,
              Not(HasSubstr("clocks change")));
}

TEST(Convert, KeepsTheLineEndsOfTheSource) {
  std::string text = cron_job("  schedule: 0 5 * * *\n  timeZone: UTC\n");
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 2)) {
    text.insert(at, "\r");
  }
  const Outcome outcome = converted(text);
  EXPECT_THAT(outcome.out, StartsWith("apiVersion: scheduledjob.dev/v1\r\nkind: ScheduledJob\r\n"));
  expect_valid(outcome.out);
}

TEST(Convert, MovesAZoneOutOfTheExpression) {
  const Outcome outcome = converted(cron_job("  schedule: \"CRON_TZ=America/New_York 0 2 * * *\"\n"));
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_THAT(without_comments(outcome.out),
              HasSubstr("  timeZone: America/New_York\n  schedule: \"0 2 * * *\"\n"));
  expect_valid(outcome.out);
}

TEST(Convert, RefusesTwoZonesThatDiffer) {
  const Outcome outcome = converted(cron_job("  schedule: TZ=Asia/Tokyo 0 2 * * *\n  timeZone: UTC\n"));
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_THAT(outcome.err,
              StartsWith("<stdin>:5: spec.schedule: names the zone Asia/Tokyo, and timeZone names UTC"));
}

TEST(Convert, RefusesWhatWouldNotBeAcceptedAndWritesNothing) {
  const Outcome outcome =
      converted(cron_job("  schedule: \"@daily\"\n") + "---\n" + cron_job("  schedule: 0 0 31 2 *\n"));
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, StartsWith("<stdin>:12: spec.schedule: no date"));
}

TEST(Convert, WritesAnewWhatIsNotInLines) {
  const Outcome outcome = converted(
      R"({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a", "annotations": {"x": "y",)"
      R"( "kubectl.kubernetes.io/last-applied-configuration": "{}"}}, "spec": {"schedule": "@daily", "jobTemplate":)"
      R"( {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "args": ["yes",)"
      R"( "a\nb\n"]}]}}}}}, "status": {}})");
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_THAT(outcome.err, IsEmpty()) << "there were no comments";
  EXPECT_EQ(without_comments(outcome.out), R"(apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata:
  name: a
  annotations:
    x: "y"
spec:
  schedule: "@daily"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: a
            args:
            - "yes"
            - |
              a
              b
)");
  expect_valid(outcome.out);
}

TEST(Convert, SaysWhenCommentsAreLost) {
  const std::string list =
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: CronJob\n  metadata: {name: a}\n"
      "  spec:\n    schedule: \"#\"\n    jobTemplate: {spec: {template: {spec: {restartPolicy: Never, "
      "containers: "
      "[{name: a, args: [\"a #b\"]}]}}}}\n";
  const auto with = [&list](const std::string& schedule) {
    std::string text = list;
    return text.replace(text.find("\"#\""), 3, schedule);
  };
  EXPECT_THAT(converted(with("\"@daily\"")).err, IsEmpty());
  EXPECT_EQ(converted(with("\"@daily\"  # at night")).err,
            "<stdin>:1: the comments of this document are not carried over\n");
}

TEST(Convert, ResolvesAliasesThatReachOutOfTheirPlace) {
  const Outcome outcome = converted(
      "x: &meta {name: a}\napiVersion: batch/v1\nkind: CronJob\nmetadata: *meta\nspec:\n"
      "  schedule: \"@daily\"\n" +
      std::string(kJobTemplate));
  EXPECT_EQ(outcome.code, kWrongInput) << "x is no field";
  const Outcome merged = converted(
      "apiVersion: batch/v1\nkind: CronJob\nmetadata: &m\n  name: a\n  labels: &l {b: c}\nspec:\n  schedule: "
      "\"@daily\"\n"
      "  jobTemplate:\n    metadata: {labels: {<<: *l}}\n    spec: {template: {spec: {restartPolicy: Never, "
      "containers: "
      "[{name: a}]}}}\n");
  EXPECT_EQ(merged.code, kFine) << merged.err;
  expect_valid(merged.out);
}

TEST(Convert, PassesOnEveryOtherDocument) {
  const std::string other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x} # as it is\n";
  const Outcome outcome = converted(other + "---\n" + cron_job("  schedule: \"@daily\"\n") + "---\n" +
                                    cron_job("  schedule: \"@hourly\"\n"));
  EXPECT_THAT(outcome.out, StartsWith(other + "---\napiVersion: scheduledjob.dev/v1\n"));
  EXPECT_THAT(outcome.out, HasSubstr("@hourly"));
  expect_valid(outcome.out);
}

TEST(Convert, RefusesFilesWithoutACronJob) {
  const Outcome outcome = converted(scheduled_job("  schedule: \"@daily\"\n"));
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_THAT(outcome.err, HasSubstr("no CronJob"));
}

}  // namespace
}  // namespace scheduledjob::cli
