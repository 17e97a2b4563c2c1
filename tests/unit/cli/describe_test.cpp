#include "cli/describe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_cluster.hpp"

namespace scheduledjob::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string described(const Json& spec, const Json& status) {
  std::ostringstream out;
  write_description(decoded(stored("nightly", spec, status)), at("2026-03-01T12:00:00Z"), Ink(false), out);
  return out.str();
}

Json condition(const char* type, const char* status, const char* reason, const char* message = "") {
  return {{"type", type}, {"status", status}, {"reason", reason}, {"message", message}};
}

TEST(Describe, GoesFromThePastToTheFuture) {
  const Json succeeded{{"scheduledTime", "2026-03-01T02:00:00Z"},
                       {"outcome", "Succeeded"},
                       {"jobName", "nightly-1"},
                       {"startTime", "2026-03-01T02:00:02Z"},
                       {"completionTime", "2026-03-01T02:03:06Z"}};
  const Json running{{"scheduledTime", "2026-03-01T10:00:00Z"},
                     {"outcome", "Running"},
                     {"jobName", "nightly-2"},
                     {"startTime", "2026-03-01T10:00:00Z"}};
  const Json status{
      {"observedGeneration", 1},
      {"recentRuns", {running, succeeded}},
      {"open", {{{"scheduledTime", "2026-03-01T10:00:00Z"}}}},
      {"pending", {{{"scheduledTime", "2026-03-01T11:00:00Z"}, {"why", "Overlap"}}}},
      {"active", {{{"name", "nightly-now-20260301110000"}, {"namespace", "reports"}, {"uid", "u"}}}},
      {"runCounts", {{"started", 2}, {"succeeded", 1}, {"failed", 0}, {"skipped", 0}, {"missed", 0}}}};
  EXPECT_EQ(described({{"schedule", "0 2,10,11 * * *"}}, status),
            "ScheduledJob reports/nightly\n"
            "At 02:00, 10:00 and 11:00 every day, UTC.\n"
            "\n"
            "Recent runs\n"
            "  Sun 2026-03-01 02:00:00 UTC  succeeded after 3 min 4 s, started 2 s late, Job nightly-1\n"
            "  Sun 2026-03-01 10:00:00 UTC  running for 2 h, Job nightly-2\n"
            "\n"
            "Now\n"
            "  Sun 2026-03-01 11:00:00 UTC  waiting for an earlier run to end (concurrencyPolicy)\n"
            "  by hand  running, Job nightly-now-20260301110000\n"
            "\n"
            "Coming\n"
            "  Mon 2026-03-02 02:00:00 UTC  in 14 h\n"
            "  Mon 2026-03-02 10:00:00 UTC  in 22 h\n"
            "  Mon 2026-03-02 11:00:00 UTC  in 23 h\n"
            "  Tue 2026-03-03 02:00:00 UTC  in 1 d 14 h\n"
            "  Tue 2026-03-03 10:00:00 UTC  in 1 d 22 h\n"
            "\n"
            "Runs: 2 started, 1 succeeded, 0 failed. Instants: 0 left out, 0 missed.\n");
}

TEST(Describe, TellsOfAStretchHowManyItHas) {
  const Json stretch{{"scheduledTime", "2026-03-01T02:00:00Z"},
                     {"throughTime", "2026-03-01T09:00:00Z"},
                     {"count", 8},
                     {"outcome", "Skipped"},
                     {"reason", "Suspended"},
                     {"message", "the schedule was suspended"}};
  EXPECT_THAT(
      described({{"schedule", "@hourly"}}, {{"recentRuns", {stretch}}}),
      HasSubstr(
          "left out: the schedule was suspended\n      8 instants, until Sun 2026-03-01 09:00:00 UTC\n"));
}

TEST(Describe, BearsAStretchThatDoesNotTellItsEnd) {
  const Json stretch{{"scheduledTime", "2026-03-01T02:00:00Z"}, {"count", 8}, {"outcome", "Missed"}};
  EXPECT_THAT(described({{"schedule", ""}}, {{"recentRuns", {stretch}}}),
              HasSubstr("8 instants, until Sun 2026-03-01 02:00:00 UTC\n"));
}

TEST(Describe, SaysWhyNothingComes) {
  EXPECT_THAT(described({{"schedule", "@daily"}, {"suspend", true}}, {}),
              AllOf(HasSubstr("! Suspended by spec.suspend"), HasSubstr("nothing while it is suspended")));
  EXPECT_THAT(described({{"schedule", "0 0 0 1 1 * 2020"}}, {}),
              HasSubstr("nothing: the schedule has ended"));
  EXPECT_THAT(described({{"schedule", "61 * * * *"}}, {}), HasSubstr("nothing: the schedule is not valid"));
}

TEST(Describe, SaysHowMuchOfADelayIsJitter) {
  EXPECT_THAT(described({{"schedule", "@daily"}, {"jitter", "1h"}}, {}), HasSubstr(" of that by jitter\n"));
}

TEST(Describe, CutsALongQueue) {
  Json pending = Json::array();
  for (int i = 10; i < 40; ++i) {
    pending.push_back({{"scheduledTime", fmt::format("2026-03-01T11:00:{}Z", i)}, {"why", "Queue"}});
  }
  EXPECT_THAT(described({{"schedule", "@every 1s"}}, {{"pending", pending}}), HasSubstr("… and 20 more\n"));
}

TEST(Describe, ExplainsConditionsThatNeedSomebody) {
  const auto troubles = [](const Json& conditions) {
    return troubles_of(decoded(
        stored("a", {{"schedule", "@daily"}}, {{"observedGeneration", 1}, {"conditions", conditions}})));
  };
  EXPECT_THAT(troubles({condition("Ready", "True", "Scheduled"), condition("Stalled", "False", "Progressing"),
                        condition("Suspended", "False", "NotSuspended"),
                        condition("LastRunSucceeded", "True", "Succeeded")}),
              IsEmpty());
  EXPECT_THAT(troubles(Json::array({condition("Ready", "False", "InvalidJobTemplate", "spec.x: bad\x1b")})),
              ElementsAre("The API server finds the Jobs of this template invalid; only an edit of "
                          "spec.jobTemplate helps (Ready=False, InvalidJobTemplate): spec.x: bad?"));
  EXPECT_THAT(troubles(Json::array({condition("RunsStuck", "True", "NoPodReady", "Job a")})),
              ElementsAre("A run gets nowhere (RunsStuck=True, NoPodReady): Job a"));
}

TEST(Describe, SaysWhatNoOperatorHasSeen) {
  Json object = stored("a", {{"schedule", "@daily"}});
  EXPECT_THAT(troubles_of(decoded(object)), ElementsAre("No operator has seen it yet."));
  object["metadata"]["generation"] = 2;
  object["status"]["observedGeneration"] = 1;
  EXPECT_THAT(troubles_of(decoded(object)), ElementsAre(HasSubstr("latest edit")));
}

TEST(Describe, AsksForOneObject) {
  FakeCluster cluster;
  cluster.has(stored("nightly", {{"schedule", "@daily"}}));
  const Outcome outcome = cluster.run({"describe", "nightly"});
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("ScheduledJob reports/nightly\n"), HasSubstr("none so far"),
                                 Not(HasSubstr("Now"))));
  EXPECT_EQ(cluster.run({"describe", "other"}).code, kRefused);
}

}  // namespace
}  // namespace scheduledjob::cli
