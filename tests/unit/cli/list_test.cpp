#include "cli/list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/terminal_text.hpp"
#include "fake_cluster.hpp"

namespace scheduledjob::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string listed(const std::vector<Json>& objects, bool with_namespaces = false) {
  std::vector<api::ScheduledJob> decoded_objects;
  for (const Json& object : objects) decoded_objects.push_back(decoded(object));
  std::ostringstream out;
  write_list(decoded_objects, with_namespaces, at("2026-03-01T12:00:00Z"), out);
  return out.str();
}

Json run_of(const std::string& outcome) {
  return {{"scheduledTime", "2026-03-01T02:00:00Z"},
          {"outcome", outcome},
          {"jobName", "nightly-1"},
          {"startTime", "2026-03-01T02:00:03Z"},
          {"completionTime", "2026-03-01T02:10:00Z"}};
}

TEST(List, ShowsOneLineForEach) {
  const Json status{{"recentRuns", {run_of("Succeeded")}}, {"activeCount", 2}};
  EXPECT_EQ(listed({stored("nightly", {{"schedule", "0 2 * * *"}}, status)}, true),
            "NAMESPACE   NAME      SCHEDULE    TIME ZONE   NEXT RUN   LAST RESULT                LATE   "
            "SUSPENDED   "
            "ACTIVE\n"
            "reports     nightly   0 2 * * *   UTC         in 14 h    Succeeded 9 h 50 min ago   3 s    no   "
            "       "
            "2\n");
}

TEST(List, TellsWhyARunFailedOrWasLeftOut) {
  Json failed = run_of("Failed");
  failed["reason"] = "BackoffLimitExceeded";
  EXPECT_THAT(listed({stored("a", {{"schedule", "@daily"}}, {{"recentRuns", {failed}}})}),
              HasSubstr("Failed (BackoffLimitExceeded) 9 h 50 min ago"));
  const Json stretch{{"scheduledTime", "2026-03-01T02:00:00Z"},
                     {"throughTime", "2026-03-01T11:00:00Z"},
                     {"count", 10},
                     {"outcome", "Missed"},
                     {"reason", "NotCaughtUp"}};
  EXPECT_THAT(listed({stored("a", {{"schedule", "@hourly"}}, {{"recentRuns", {stretch}}})}),
              HasSubstr("Missed (NotCaughtUp) 1 h ago"));
}

TEST(List, ShowsTheResultBeforeARunThatHasNotEnded) {
  Json running = run_of("Running");
  running["scheduledTime"] = "2026-03-01T11:00:00Z";
  running["startTime"] = "2026-03-01T11:00:00Z";
  const std::string text =
      listed({stored("a", {{"schedule", "@hourly"}}, {{"recentRuns", {running, run_of("Succeeded")}}})});
  EXPECT_THAT(text, AllOf(HasSubstr("Succeeded 9 h 50 min ago"), HasSubstr("   0 s   ")));
}

TEST(List, NamesNoNextRunWhereThereIsNone) {
  EXPECT_THAT(listed({stored("a", {{"schedule", "@daily"}, {"suspend", true}})}),
              HasSubstr("UTC         -          "));
  EXPECT_THAT(listed({stored("a", {{"schedule", "0 0 0 1 1 * 2020"}})}), HasSubstr("schedule ended"));
  EXPECT_THAT(listed({stored("a", {{"schedule", "61 * * * *"}})}), HasSubstr("never: not valid"));
  const Json by_failures{
      {"conditions", {{{"type", "Suspended"}, {"status", "True"}, {"reason", "TooManyFailures"}}}}};
  EXPECT_THAT(listed({stored("a", {{"schedule", "@daily"}}, by_failures)}), HasSubstr("by failures"));
}

TEST(List, DoesNotCallJitterLate) {
  Json status{{"recentRuns", {run_of("Succeeded")}}};
  status["recentRuns"][0]["startTime"] = "2026-03-01T03:00:00Z";
  EXPECT_THAT(listed({stored("a", {{"schedule", "0 2 * * *"}}, status)}), HasSubstr("1 h "));
  EXPECT_THAT(listed({stored("a", {{"schedule", "0 2 * * *"}, {"jitter", "2h"}}, status)}),
              Not(HasSubstr("1 h ")));
}

TEST(List, ShortensWhatIsLong) {
  const Json many{{"schedules", {{{"every", "15m"}}, {{"cron", "@daily"}}, {{"cron", "@weekly"}}}}};
  EXPECT_THAT(listed({stored("a", many)}), HasSubstr("every 15m (+2)"));
  EXPECT_THAT(listed({stored("a", {{"schedule", "0,5,10,15,20,25,30,35 * * * *"}})}),
              HasSubstr("0,5,10,15,20,25,30,35 *…"));
}

TEST(List, AsksForTheNamespaceOfTheContextAnotherOrAll) {
  FakeCluster cluster;
  cluster.lists("namespaces/reports/", {stored("nightly", {{"schedule", "@daily"}})});
  EXPECT_THAT(cluster.run({"list"}).out, AllOf(HasSubstr("nightly"), Not(HasSubstr("NAMESPACE"))));
  cluster.lists("namespaces/team-a/", {});
  const Outcome none = cluster.run({"list", "-n", "team-a", "--context", "c", "--kubeconfig", "f"});
  EXPECT_EQ(none.code, kFine);
  EXPECT_THAT(none.out, IsEmpty());
  EXPECT_EQ(none.err, "There are no ScheduledJobs in the namespace team-a.\n");
  EXPECT_EQ(cluster.choice.context, "c");
  EXPECT_EQ(cluster.choice.kubeconfig, "f");
  cluster.lists("", {stored("nightly", {{"schedule", "@daily"}})});
  EXPECT_THAT(cluster.run({"list", "-A"}).out, HasSubstr("NAMESPACE"));
}

TEST(List, ReadsEveryPage) {
  FakeCluster cluster;
  cluster.lists("", {stored("first", {{"schedule", "@daily"}})});
  const std::string page = cluster.answers.begin()->first;
  cluster.answers.begin()->second.front().body["metadata"]["continue"] = "a/b";
  cluster.answers[page + "&continue=a%2Fb"] = {
      {200,
       {{"metadata", {{"resourceVersion", "9"}}}, {"items", {stored("second", {{"schedule", "@daily"}})}}}}};
  EXPECT_THAT(cluster.run({"list", "-A"}).out, AllOf(HasSubstr("first"), HasSubstr("second")));
}

TEST(List, EndsWhenTheServersListDoesNot) {
  FakeCluster cluster;
  cluster.lists("", {});
  const std::string page = cluster.answers.begin()->first;
  cluster.answers.begin()->second.front().body["metadata"]["continue"] = "a";
  cluster.answers[page + "&continue=a"] = cluster.answers[page];
  EXPECT_EQ(cluster.run({"list", "-A"}).code, kRefused);
}

TEST(List, SaysWhatToDoWhereScheduledJobsAreNotKnown) {
  const Json known_group{{"kind", "Status"}, {"message", "the server could not find the requested resource"}};
  for (const Json& body : {known_group, Json("404 page not found")}) {
    FakeCluster cluster;
    cluster.answers["GET /apis/scheduledjob.dev/v1/namespaces/reports/scheduledjobs?limit=250"] = {
        {404, body}};
    const Outcome outcome = cluster.run({"list"});
    EXPECT_EQ(outcome.code, kRefused);
    EXPECT_EQ(
        outcome.err,
        "it knows no ScheduledJobs: install crds/, as docs/install.md tells (cluster of kubeconfig test)\n");
  }
}

TEST(TerminalText, HasNothingThatATerminalWouldObey) {
  EXPECT_EQ(printable("plain – ✓"), "plain – ✓");
  EXPECT_EQ(printable("a\x1b[31mb\nc\x7f"), "a?[31mb c?");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "?31m")
      << "the control sequence introducer of C1";
  EXPECT_EQ(printable("\xff\xe2\x82"), "???") << "no UTF-8";
}

TEST(TerminalText, IsShortenedBetweenCharacters) {
  EXPECT_EQ(shortened("äöü", 3), "äöü");
  EXPECT_EQ(shortened("äöüß", 3), "äö…");
}

}  // namespace
}  // namespace scheduledjob::cli
