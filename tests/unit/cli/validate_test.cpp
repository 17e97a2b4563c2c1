#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace scheduledjob::cli {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What is said about a text, without "<stdin>:" before each line and without the summary.
std::string said_about(const std::string& text) {
  std::istringstream lines(run_with({"validate", "-f", "-"}, text).out);
  std::string said;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("<stdin>:")) said += line.substr(8) + "\n";
  }
  return said;
}

std::string said_about_spec(const std::string& lines) {
  return said_about(scheduled_job(lines));
}

TEST(Validate, FindsNothingWrongWithWhatIsRight) {
  const Outcome outcome = run_with({"validate", "-f", "-"}, scheduled_job("  schedule: 0 2 * * *\n"));
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_EQ(outcome.out, "1 valid\n");
}

TEST(Validate, ReportsEveryErrorWithItsLine) {
  EXPECT_EQ(said_about_spec(R"(  shedule: "@daily"
  schedules:
  - cron: 0 2 * * *
  - cron: 61 * * * *
  - every: 5x
  - crn: x
  - {}
  timeZone: Europe/Berln
  jitter: 25h
  suspend: "yes"
  maxConcurrentRuns: 5000
  daylightSaving:
    skippedTime: Skp
    repeatedTim: RunOnce
  concurrencyPolicy: Forbidd
)"),
            R"(5: spec.shedule: is no field (schedule?)
8: spec.schedules[1].cron: minute 61 is outside 0–59, column 1
9: spec.schedules[2].every: "5x" is not a duration such as 90s, 1h30m or 2d (units: s, m, h, d, w)
10: spec.schedules[3].crn: is no field (cron?)
11: spec.schedules[4]: must have one of cron, every and at
12: spec.timeZone: "Europe/Berln" is not a time zone of the IANA database (Europe/Berlin?)
13: spec.jitter: is longer than 24h
14: spec.suspend: must be true or false, not a string
15: spec.maxConcurrentRuns: 5000 is outside 1–1000
17: spec.daylightSaving.skippedTime: "Skp" is not one of RunAfterGap, Skip
18: spec.daylightSaving.repeatedTim: is no field (repeatedTime?)
19: spec.concurrencyPolicy: "Forbidd" is not one of Allow, Forbid, Replace, Skip, Queue
)");
}

TEST(Validate, AcceptsHForIsSpreadByTheObject) {
  EXPECT_EQ(said_about_spec("  schedule: H H(0-5) * * *\n"), "");
}

TEST(Validate, WarnsOfSurprisesWithoutRefusing) {
  const Outcome outcome = run_with({"validate", "-f", "-"}, scheduled_job("  schedule: 0 0 13 * FRI\n"));
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_THAT(outcome.out, AllOf(StartsWith("<stdin>:5: warning: "), EndsWith("1 valid, 1 warning\n")));
}

TEST(Validate, EndsWithCodeOneAndACount) {
  const Outcome outcome =
      run_with({"validate", "-f", "-"}, scheduled_job("  schedule: x\n  jitter: y\n") + "---\n" +
                                            scheduled_job("  schedule: \"@daily\"\n") +
                                            "---\napiVersion: v1\nkind: ConfigMap\n");
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_THAT(outcome.out, EndsWith("1 valid, 1 not valid (2 errors), 1 of another kind skipped\n"));
}

TEST(Validate, MissesWhatIsRequired) {
  const std::string head = "apiVersion: scheduledjob.dev/v1\nkind: ScheduledJob\nmetadata: {name: a}\n";
  EXPECT_EQ(said_about(head), "1: spec: is required\n");
  EXPECT_EQ(said_about(head + "spec:\n  schedule: \"@daily\"\n"), "4: spec.jobTemplate: is required\n");
  EXPECT_EQ(
      said_about(head + "spec:\n  schedule: \"@daily\"\n  jobTemplate:\n    spec: {template: {spec: {}}}\n"),
      "7: spec.jobTemplate.spec.template.spec.containers: is required\n"
      "7: spec.jobTemplate.spec.template.spec.restartPolicy: is required\n");
  EXPECT_EQ(
      said_about(head + "spec:\n  schedule: \"@daily\"\n  jobTemplate:\n    spec:\n      template:\n"
                        "        spec:\n          restartPolicy: Always\n          containers: []\n"),
      "10: spec.jobTemplate.spec.template.spec.restartPolicy: \"Always\" is not one of Never, OnFailure\n"
      "11: spec.jobTemplate.spec.template.spec.containers: must have 1 or more entries, not 0\n");
  EXPECT_EQ(said_about_spec("  timeZone: UTC\n"),
            "4: spec.schedule: is required, unless spec.schedules has an entry\n");
}

TEST(Validate, KnowsTheBoundsOfTheResourceDefinition) {
  EXPECT_EQ(said_about_spec("  schedule: \"@daily\"\n  maxQueuedRuns: 1001\n  maxCatchUpRuns: 0\n"
                            "  startingDeadlineSeconds: -1\n  failedJobsHistoryLimit: 3000000000\n"
                            "  successfulJobsHistoryLimit: 1.5\n  suspendAfterFailures: 0\n"),
            "6: spec.maxQueuedRuns: 1001 is outside 0–1000\n"
            "7: spec.maxCatchUpRuns: 0 is outside 1–1000\n"
            "8: spec.startingDeadlineSeconds: -1 is less than 0\n"
            "9: spec.failedJobsHistoryLimit: 3000000000 is outside 0–2147483647\n"
            "10: spec.successfulJobsHistoryLimit: must be a whole number, not 1.5\n"
            "11: spec.suspendAfterFailures: 0 is less than 1\n");
}

TEST(Validate, TakesNullForAbsentWhereTheServerDoes) {
  EXPECT_EQ(said_about_spec("  schedule: \"@daily\"\n  timeZone: null\n  suspend:\n"), "");
  EXPECT_EQ(said_about_spec("  schedule: \"@daily\"\n  jitter: null\n"),
            "6: spec.jitter: must be a string, not null\n");
}

TEST(Validate, SaysThatWordsLikeOnNeedQuotes) {
  EXPECT_EQ(said_about_spec("  schedule: \"@daily\"\n  timeZone: on\n"),
            "6: spec.timeZone: must be a string, not a boolean; put it in quotes\n");
  EXPECT_EQ(said_about("apiVersion: scheduledjob.dev/v1\nkind: ScheduledJob\nmetadata:\n  name: 1234\nspec:\n"
                       "  schedule: \"@daily\"\n" +
                       std::string(kJobTemplate)),
            "4: metadata.name: must be a string, not a number; put it in quotes\n");
}

TEST(Validate, RefusesTwoWaysInOneEntry) {
  EXPECT_EQ(
      said_about_spec("  schedules:\n  - {cron: \"@daily\", every: 5m}\n  - {at: \"2026-01-01T00:00:00\", "
                      "anchor: \"2026-01-01T00:00:00Z\"}\n"),
      "6: spec.schedules[0]: must have only one of cron, every and at; add an entry for each\n"
      "7: spec.schedules[1].anchor: goes with every only\n");
}

TEST(Validate, RefusesAZoneInsideAnExpression) {
  EXPECT_THAT(said_about_spec("  schedule: TZ=Europe/Berlin 0 2 * * *\n"),
              AllOf(StartsWith("5: spec.schedule: "), HasSubstr("spec.timeZone")));
}

TEST(Validate, RefusesBoundsInTheWrongOrder) {
  EXPECT_EQ(said_about_spec("  schedule: \"@daily\"\n  notBefore: 2026-02-01T00:00:00Z\n"
                            "  notAfter: 2026-01-01T00:00:00Z\n"),
            "7: spec.notAfter: lies before spec.notBefore\n");
}

TEST(Validate, ChecksACronJobByItsOwnFields) {
  EXPECT_EQ(said_about(cron_job("  schedule: 0 2 * * *\n  suspend: no\n")), "");
  EXPECT_EQ(
      said_about(cron_job("  schedule: 61 * * * *\n  jitter: 5m\n  concurrencyPolicy: Queue\n  x: 1\n")),
      "5: spec.schedule: minute 61 is outside 0–59, column 1\n"
      "6: spec.jitter: is no field of a CronJob; a ScheduledJob has it\n"
      "7: spec.concurrencyPolicy: \"Queue\" is not one of Allow, Forbid, Replace; a ScheduledJob has it\n"
      "8: spec.x: is no field\n");
}

TEST(Validate, JudgesKindAndVersion) {
  EXPECT_EQ(said_about("apiVersion: scheduledjob.dev/v1\nkind: Scheduledjob\n"),
            "2: kind: \"Scheduledjob\" is no kind of \"scheduledjob.dev/v1\" (ScheduledJob?)\n");
  EXPECT_EQ(said_about("apiVersion: batch/v1\nkind: Cronjob\n"),
            "2: kind: \"Cronjob\" is no kind of \"batch/v1\" (CronJob?)\n");
  EXPECT_EQ(said_about("apiVersion: scheduledjob.dev/v2\nkind: ScheduledJob\nmetadata: {name: a}\nspec:\n"
                       "  schedule: \"@daily\"\n" +
                       std::string(kJobTemplate)),
            "1: apiVersion: must be scheduledjob.dev/v1 for a ScheduledJob, not \"scheduledjob.dev/v2\"\n");
  EXPECT_EQ(said_about("a: 1\n"), "1: kind: is required\n");
  EXPECT_EQ(said_about("- 1\n"), "1: must be an object, not a list\n");
  EXPECT_EQ(said_about("apiVersion: batch/v1\nkind: Job\n"), "");
}

TEST(Validate, LooksIntoLists) {
  EXPECT_EQ(said_about("apiVersion: v1\nkind: List\nitems:\n- apiVersion: batch/v1\n  kind: CronJob\n"
                       "  metadata: {name: a}\n  spec:\n    schedule: 61 * * * *\n    jobTemplate: 5\n"),
            "8: spec.schedule: minute 61 is outside 0–59, column 1\n"
            "9: spec.jobTemplate: must be an object, not a number\n");
}

TEST(Validate, ReportsWhatIsNoYamlAndReadsOn) {
  const std::string said =
      said_about("spec:\n  schedule: * * * * *\n---\n" + scheduled_job("  schedule: 61 * * * *\n"));
  EXPECT_THAT(said, AllOf(StartsWith("2: is no YAML: "), HasSubstr("must be in quotes"),
                          HasSubstr("\n8: spec.schedule: minute 61")));
}

TEST(Validate, ReportsKeysThatAreThereTwice) {
  EXPECT_EQ(said_about_spec("  schedule: \"@daily\"\n  schedule: \"@hourly\"\n"),
            "6: the key \"schedule\" is there twice\n");
}

TEST(Validate, SurvivesASpecWithCountlessUnknownFields) {
  std::string lines = "  schedule: \"@daily\"\n";
  for (int i = 0; i < 20'000; ++i) lines += "  unknown" + std::to_string(i) + ": x\n";
  EXPECT_THAT(run_with({"validate", "-f", "-"}, cron_job(lines)).out, EndsWith("(20000 errors)\n"));
}

TEST(Validate, RefusesFilesThatAreTooLarge) {
  const Outcome outcome = run_with({"validate", "-f", "-"}, std::string((8 << 20) + 1, ' '));
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_EQ(outcome.err, "<stdin>: is larger than 8 MiB\n");
}

TEST(Validate, AcceptsWhatCronJobAcceptsInItsTemplate) {
  const std::filesystem::path corpus = std::filesystem::path(SOURCE_DIR) / "tests/gitops/corpus";
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator(corpus)) {
    if (file.path().filename() == "schedules.yaml") continue;  // has schedules that CronJob takes by accident
    const Outcome outcome = run_with({"validate", "-f", file.path().string()});
    EXPECT_EQ(outcome.code, kFine) << outcome.out;
    EXPECT_THAT(outcome.out, Not(HasSubstr("is no field"))) << file.path();
    ++files;
  }
  EXPECT_GE(files, 8);
}

constexpr char kMisspeltPod[] = R"(apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata: {name: nightly}
spec:
  schedule: 0 2 * * *
  jobTemplate:
    metadata: {name: unused, creationTimestamp: null}
    spec:
      backofLimit: 1
      template:
        metadata: {generateName: unused}
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: busybox
            resources: {requests: {cpu: 0.5, example.com/gpu: 1}}
            volumeMonts: []
)";

TEST(Validate, DoubtsFieldsOfPodsThatItDoesNotKnow) {
  EXPECT_EQ(
      said_about(kMisspeltPod),
      "9: warning: spec.jobTemplate.spec.backofLimit: is no field (backoffLimit?); it is passed on as it is\n"
      "18: warning: spec.jobTemplate.spec.template.spec.containers[0].volumeMonts: is no field "
      "(volumeMounts?); it is passed on as it is\n");
  EXPECT_EQ(run_with({"validate", "-f", "-"}, kMisspeltPod).code, kFine);
}

TEST(Validate, KnowsTheTypesOfAPodsFields) {
  EXPECT_EQ(
      said_about(scheduled_job("  schedule: 0 2 * * *\n") + R"(---
apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata: {name: nightly}
spec:
  schedule: 0 2 * * *
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          hostNetwork: "yes"
          containers:
          - name: main
            args: [8080]
            env: [{name: A, value: true}]
            ports: [{containerPort: http}]
)"),
      "18: spec.jobTemplate.spec.template.spec.hostNetwork: must be true or false, not a string\n"
      "21: spec.jobTemplate.spec.template.spec.containers[0].args[0]: must be a string, not a number; put it "
      "in quotes\n"
      "22: spec.jobTemplate.spec.template.spec.containers[0].env[0].value: must be a string, not a boolean; "
      "put it in quotes\n"
      "23: spec.jobTemplate.spec.template.spec.containers[0].ports[0].containerPort: must be a whole number, "
      "not a string\n");
}

}  // namespace
}  // namespace scheduledjob::cli
