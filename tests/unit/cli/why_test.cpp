#include "cli/why.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_cluster.hpp"

namespace scheduledjob::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr char kNow[] = "2026-03-01T12:00:00Z";

std::string sentences(const Verdict& verdict) {
  std::string all = verdict.sentence;
  for (const std::string& detail : verdict.details) all += "\n" + detail;
  for (const std::string& advice : verdict.advice) all += "\nTo do: " + advice;
  return all;
}

// Why an object with these fields ran, or did not, at `time`; seen, and decided up to 11:00.
std::string asked(const char* time, Json spec, Json status = Json::object()) {
  if (!spec.contains("schedule")) spec["schedule"] = "0 * * * *";
  Json whole{{"observedGeneration", 1},
             {"decidedThrough", "2026-03-01T11:00:00Z"},
             {"basis", {{"hash", "h"}, {"since", "2026-02-01T00:00:00Z"}}}};
  whole.update(status);
  return sentences(why(decoded(stored("nightly", spec, whole)), at(time), at(kNow)));
}

Json entry(const char* time, const char* outcome, const char* reason = "") {
  return {{"scheduledTime", time}, {"outcome", outcome}, {"reason", reason}};
}

TEST(Why, TellsOfARunWhatIsRecorded) {
  Json failed = entry("2026-03-01T10:00:00Z", "Failed", "BackoffLimitExceeded");
  failed["jobName"] = "nightly-1";
  failed["startTime"] = "2026-03-01T10:00:04Z";
  failed["completionTime"] = "2026-03-01T10:05:00Z";
  failed["message"] = "Job has reached the specified backoff limit";
  EXPECT_EQ(
      asked("2026-03-01T10:00:00Z", {}, {{"recentRuns", {failed}}}),
      "It ran and failed (BackoffLimitExceeded).\n"
      "Its Job is nightly-1.\n"
      "It started at Sun 2026-03-01 10:00:04 UTC, 4 s late.\n"
      "It ended at Sun 2026-03-01 10:05:00 UTC.\n"
      "Message: Job has reached the specified backoff limit\n"
      "To do: `kubectl logs job/nightly-1` and `kubectl describe job nightly-1` tell more, while it is kept");
}

TEST(Why, TellsWhyAnInstantWasLeftOutAndWhatHelps) {
  EXPECT_THAT(asked("2026-03-01T10:00:00Z", {},
                    {{"recentRuns", {entry("2026-03-01T10:00:00Z", "Skipped", "Overlap")}}}),
              AllOf(StartsWith("It was left out: as many runs were active as concurrencyPolicy allows."),
                    HasSubstr("To do: concurrencyPolicy: Queue")));
  EXPECT_THAT(asked("2026-03-01T10:00:00Z", {},
                    {{"recentRuns", {entry("2026-03-01T10:00:00Z", "Missed", "Deadline")}}}),
              AllOf(StartsWith("It was missed: it could not start within startingDeadlineSeconds."),
                    HasSubstr("To do: ")));
  EXPECT_THAT(
      asked("2026-03-01T10:00:00Z", {},
            {{"recentRuns", {entry("2026-03-01T10:00:00Z", "NotCreated", "Forbidden")}}}),
      StartsWith("It was not started: a quota, an admission policy or missing rights kept its Job away."));
}

TEST(Why, KnowsEveryOutcomeAndReasonOfTheManual) {
  const std::map<std::string, std::vector<std::string>> reasons{
      {"Running", {""}},
      {"Succeeded", {""}},
      {"Failed", {"DeadlineExceeded"}},
      {"Stopped", {"Replaced", "Deleted"}},
      {"Vanished", {""}},
      {"Skipped", {"Overlap", "Superseded", "QueueFull", "Suspended", "Edited"}},
      {"Missed", {"Deadline", "NotCaughtUp", "ScheduleChanged"}},
      {"NotCreated", {"Invalid", "Forbidden", "NameTaken", "NamespaceTerminating", "Unavailable"}}};
  for (const auto& [outcome, all] : reasons) {
    for (const std::string& reason : all) {
      const Json run = entry("2026-03-01T10:00:00Z", outcome.c_str(), reason.c_str());
      const std::string text = asked("2026-03-01T10:00:00Z", {}, {{"recentRuns", {run}}});
      EXPECT_EQ(text.find("(" + reason + ")") != std::string::npos, outcome == "Failed")
          << outcome << " " << reason << " has no words of its own: " << text;
    }
  }
}

TEST(Why, FindsAnInstantWithinAStretch) {
  Json stretch = entry("2026-03-01T02:00:00Z", "Missed", "NotCaughtUp");
  stretch["throughTime"] = "2026-03-01T09:00:00Z";
  stretch["count"] = 8;
  const Json status{{"recentRuns", {stretch}}};
  EXPECT_THAT(
      asked("2026-03-01T05:00:00Z", {}, status),
      AllOf(StartsWith("It was missed: no operator ran"),
            HasSubstr("all 8 instants from Sun 2026-03-01 02:00:00 UTC to Sun 2026-03-01 09:00:00 UTC")));
  EXPECT_THAT(asked("2026-03-01T05:30:00Z", {}, status), StartsWith("It is no instant of the schedule."));
}

TEST(Why, BearsAStretchThatDoesNotTellItsEnd) {
  Json stretch = entry("2026-03-01T05:00:00Z", "Missed", "NotCaughtUp");
  stretch["count"] = 8;
  EXPECT_THAT(asked("2026-03-01T05:00:00Z", {}, {{"recentRuns", {stretch}}}), StartsWith("It was missed: "));
}

TEST(Why, NamesTheNeighboursOfWhatIsNoInstant) {
  EXPECT_EQ(asked("2026-03-01T10:30:00Z", {}),
            "It is no instant of the schedule.\n"
            "The one before is Sun 2026-03-01 10:00:00 UTC.\n"
            "The one after is Sun 2026-03-01 11:00:00 UTC.");
  EXPECT_THAT(asked("2026-03-01T10:30:00Z", {{"notBefore", "2026-03-01T11:00:00Z"}}),
              HasSubstr("There is none before."));
  EXPECT_THAT(asked("2026-03-01T10:30:00Z", {{"notAfter", "2026-03-01T10:00:00Z"}}),
              HasSubstr("There is none after."));
}

TEST(Why, TellsWhatAChangeOfClocksDoes) {
  const Json spec{{"schedule", "30 2 * * *"}, {"timeZone", "Europe/Berlin"}};
  EXPECT_THAT(asked("2026-03-29T00:30:00Z", spec), AllOf(StartsWith("It is no instant of the schedule."),
                                                         HasSubstr("02:30 does not exist on 29 March 2026")));
}

TEST(Why, TellsWhatWaitsAndForWhat) {
  const Json pending{{"scheduledTime", "2026-03-01T11:00:00Z"}, {"why", "Queue"}};
  EXPECT_EQ(asked("2026-03-01T11:00:00Z", {{"startingDeadlineSeconds", 7200}}, {{"pending", {pending}}}),
            "It came due and is waiting for its turn (concurrencyPolicy: Queue).\n"
            "If it has not started by Sun 2026-03-01 13:00:00 UTC, it counts as Missed (Deadline).");
}

TEST(Why, TellsOfARunThatIsOpenOnly) {
  EXPECT_THAT(asked("2026-03-01T10:00:00Z", {}, {{"open", {{{"scheduledTime", "2026-03-01T10:00:00Z"}}}}}),
              StartsWith("It is running:"));
}

TEST(Why, TellsOfAnInstantBeforeTheObjectOrItsLastChange) {
  EXPECT_THAT(asked("2026-01-31T23:00:00Z", {}), StartsWith("The ScheduledJob was created after that, at "));
  EXPECT_THAT(
      asked("2026-03-01T08:00:00Z", {}, {{"basis", {{"hash", "h"}, {"since", "2026-03-01T08:30:00Z"}}}}),
      StartsWith("What determines the instants was changed, or a suspension ended, after that, at Sun "
                 "2026-03-01 08:30:00 UTC."));
}

TEST(Why, AdmitsWhatIsNotRecordedAnyMore) {
  const Json status{{"recentRuns", {entry("2026-03-01T10:00:00Z", "Succeeded")}}};
  EXPECT_THAT(asked("2026-03-01T05:00:00Z", {}, status),
              AllOf(StartsWith("It was decided, but what became of it is older than what status records."),
                    HasSubstr("the oldest of them that of Sun 2026-03-01 10:00:00 UTC"),
                    HasSubstr("kubectl -n reports get jobs -l scheduledjob.dev/uid=0b7d4a5e")));
}

TEST(Why, TellsOfASuspension) {
  EXPECT_THAT(asked("2026-03-01T12:00:00Z", {{"suspend", true}}),
              AllOf(StartsWith("It did not run: the schedule is suspended."), HasSubstr("resume nightly")));
  const Json condition{{"type", "Suspended"}, {"status", "True"}, {"reason", "TooManyFailures"}};
  EXPECT_THAT(
      asked("2026-03-01T13:00:00Z", {}, {{"conditions", {condition}}}),
      AllOf(StartsWith("It will not run: the schedule is suspended because too many runs failed in a row."),
            HasSubstr("scheduledjob.dev/resume")));
}

TEST(Why, TellsOfWhatLiesAhead) {
  EXPECT_EQ(asked("2026-03-01T15:00:00Z", {}), "It lies ahead, and is due in 3 h.");
  EXPECT_THAT(asked("2026-03-01T15:00:00Z", {{"jitter", "30m"}}),
              HasSubstr("By its jitter it is due at Sun "));
}

TEST(Why, TellsOfWhatNobodyHasDecided) {
  EXPECT_EQ(asked("2026-03-01T12:00:00Z", {}),
            "It came due 0 s ago, and status does not tell yet what became of it.");
  EXPECT_THAT(asked("2026-03-01T11:00:00Z", {}, {{"decidedThrough", "2026-03-01T10:00:00Z"}}),
              HasSubstr("To do: look whether an operator runs and leads"));
  EXPECT_THAT(asked("2026-03-01T11:00:00Z", {}, {{"decidedThrough", nullptr}, {"observedGeneration", 0}}),
              HasSubstr("No operator has seen this ScheduledJob so far."));
}

TEST(Why, IsPatientWithWhatIsWrittenLate) {
  const Json late{{"decidedThrough", "2026-03-01T10:00:00Z"}};
  EXPECT_THAT(
      asked("2026-03-01T11:55:00Z", {{"schedule", "*/5 * * * *"}, {"concurrencyPolicy", "Skip"}}, late),
      AllOf(HasSubstr("told with the next run, or within ten minutes"), Not(HasSubstr("To do"))));
  EXPECT_THAT(asked("2026-03-01T11:00:00Z", {{"concurrencyPolicy", "Skip"}}, late), HasSubstr("To do"));
}

TEST(Why, TellsWhatIsWrongWithAnInvalidSchedule) {
  EXPECT_THAT(asked("2026-03-01T10:00:00Z", {{"schedule", "61 * * * *"}}),
              AllOf(StartsWith("It did not run: the ScheduledJob is not valid."), HasSubstr("minute 61")));
}

TEST(Why, TakesTheTimeAsClocksShowIt) {
  FakeCluster cluster;
  cluster.has(stored("nightly", {{"schedule", "30 2 * * *"}, {"timeZone", "Europe/Berlin"}}));
  const Outcome local = cluster.run({"why", "nightly", "--at", "2026-03-02T02:30:00"});
  EXPECT_EQ(local.code, kFine) << local.err;
  EXPECT_EQ(local.out,
            "ScheduledJob reports/nightly at Mon 2026-03-02 02:30:00 CET\n"
            "It lies ahead, and is due in 13 h 30 min.\n");
  EXPECT_EQ(cluster.run({"why", "nightly", "--at", "2026-03-02T01:30:00Z"}).out, local.out);
  const Outcome wrong = cluster.run({"why", "nightly", "--at", "noon"});
  EXPECT_EQ(wrong.code, kWrongUsage);
  EXPECT_THAT(wrong.err, StartsWith("--at: "));
}

TEST(Why, SaysWhenThereIsNoSuchObject) {
  FakeCluster cluster;
  const Outcome outcome = cluster.run({"why", "other", "--at", "2026-03-02T01:30:00Z"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.err, "not found (cluster of kubeconfig test)\n");
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST(Why, LetsNoMessageReachTheTerminalRaw) {
  Json run = entry("2026-03-01T10:00:00Z", "NotCreated", "\x1b[2J");
  run["message"] = "\x1b]0;title\x07";
  EXPECT_THAT(asked("2026-03-01T10:00:00Z", {}, {{"recentRuns", {run}}}), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace scheduledjob::cli
