// What Kubernetes' own end-to-end suite asks of CronJob (test/e2e/apps/cronjob.go), asked of ScheduledJob.
// Schedules of seconds where that suite waits for minutes.
#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/scenario.hpp"

namespace scheduledjob::e2e {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;

constexpr const char* kRunsForever = "kwok.scheduledjob.dev/run-for: 24h";

std::int64_t count(const Json& status, const char* what) {
  return status.contains("runCounts") ? status["runCounts"].value(what, std::int64_t{0}) : 0;
}

class LikeACronJob : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    cluster().install_crds();
  }

  std::vector<std::string> active(const std::string& name) {
    std::vector<std::string> names;
    for (const Json& job : status(name).value("active", Json::array())) names.push_back(job["name"]);
    return names;
  }

  std::size_t ended_jobs(const std::string& condition_type) {
    const std::vector<Json> all = jobs();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Json& job) {
      const Json conditions = job["status"].value("conditions", Json::array());
      return std::any_of(conditions.begin(), conditions.end(), [&](const Json& each) {
        return each["type"] == condition_type && each["status"] == "True";
      });
    }));
  }
};

TEST_F(LikeACronJob, RunsSeveralJobsAtATimeUnderAllow) {
  start_operator();
  schedule("concurrent", "  schedules: [{every: 2s}]\n  concurrencyPolicy: Allow", {kRunsForever});
  await_status("concurrent", "two runs are active",
               [](const Json& status) { return status.value("activeCount", 0) >= 2; });
  EXPECT_GE(jobs().size(), 2u);
  expect_never_early_never_twice();
}

TEST_F(LikeACronJob, RunsNothingWhileSuspended) {
  start_operator();
  schedule("suspended", "  schedules: [{every: 1s}]\n  suspend: true");
  schedule("neighbour", "  schedules: [{every: 1s}]");
  await_status("neighbour", "three instants have passed",
               [](const Json& status) { return count(status, "started") >= 3; });
  EXPECT_THAT(created("suspended"), IsEmpty());
  EXPECT_THAT(active("suspended"), IsEmpty());
  EXPECT_EQ(condition("suspended", "Suspended")["status"], "True");
}

TEST_F(LikeACronJob, RunsNothingBesideAnActiveJobUnderForbid) {
  start_operator();
  schedule("forbid", "  schedules: [{every: 2s}]\n  concurrencyPolicy: Forbid", {kRunsForever});
  await_status("forbid", "two instants went by",
               [](const Json& status) { return count(status, "skipped") >= 2; });
  EXPECT_THAT(created("forbid"), SizeIs(1));
  EXPECT_THAT(active("forbid"), SizeIs(1));
}

TEST_F(LikeACronJob, ReplacesTheActiveJobUnderReplace) {
  start_operator();
  schedule("replace", "  schedules: [{every: 4s}]\n  concurrencyPolicy: Replace", {kRunsForever});
  await_status("replace", "a run is active", [](const Json& status) { return status.contains("active"); });
  const std::string first = active("replace").front();
  eventually("another Job is active in its place", [&] {
    const std::vector<std::string> names = active("replace");
    return names.size() == 1 && names.front() != first;
  });
  EXPECT_TRUE(cluster().get("job", ns(), first).empty());
}

TEST_F(LikeACronJob, RunsInItsTimeZoneAndSaysWhenThereIsNoSuchZone) {
  start_operator();
  schedule("zoned", "  schedule: \"*/2 * * * * *\"\n  timeZone: America/New_York");
  schedule("nowhere", "  schedule: \"*/2 * * * * *\"\n  timeZone: America/Atlantis");
  await_status("zoned", "it has run", [](const Json& status) { return count(status, "succeeded") >= 1; });
  await_status("nowhere", "it is not ready",
               [](const Json& status) { return status.contains("conditions"); });
  EXPECT_THAT(condition("nowhere", "Ready")["message"].get<std::string>(), HasSubstr("America/Atlantis"));
  EXPECT_THAT(created("nowhere"), IsEmpty());
}

// CronJob gives up counting there, and with a bug in its place once stopped for good.
TEST_F(LikeACronJob, RunsAgainAfterMoreThanAHundredMissedInstants) {
  schedule("behind", "  schedules: [{every: 1s}]");
  const auto an_hour_ago = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) - 1h;
  cluster().kubectl({"patch", "scheduledjob", "behind", "-n", ns(), "--subresource=status", "--type=merge",
                     "-p", fmt::format(R"({{"status":{{"decidedThrough":"{:%FT%TZ}"}}}})", an_hour_ago)});
  start_operator();
  await_status("behind", "it runs", [](const Json& status) { return count(status, "succeeded") >= 2; });
  const Json seen = status("behind");
  EXPECT_GE(count(seen, "missed"), 3'500);
  const auto instants = parse_time(seen["decidedThrough"]) - Time(an_hour_ago);
  EXPECT_EQ(count(seen, "missed") + count(seen, "started") + count(seen, "skipped") +
                static_cast<std::int64_t>(seen.value("pending", Json::array()).size()),
            instants / 1s);
}

TEST_F(LikeACronJob, WarnsOfNothingWhenNothingIsWrong) {
  Operator& started = start_operator();
  schedule("quiet", "  schedules: [{every: 2s}]");
  await_status("quiet", "two runs succeeded",
               [](const Json& status) { return count(status, "succeeded") >= 2; });
  const Json events = Json::parse(cluster().kubectl({"get", "events", "-n", ns(), "-o", "json"}));
  for (const Json& event : events["items"]) {
    if (event["involvedObject"]["kind"] == "ScheduledJob") {
      EXPECT_EQ(event["type"], "Normal") << event;
    }
  }
  std::istringstream log(started.log());
  for (std::string line; std::getline(log, line);) {
    if (line.find("namespace=" + ns() + " ") == std::string::npos) continue;
    EXPECT_THAT(line, Not(HasSubstr(" WARN ")));
    EXPECT_THAT(line, Not(HasSubstr(" ERROR ")));
  }
}

TEST_F(LikeACronJob, DropsADeletedJobFromTheActiveOnes) {
  start_operator();
  schedule("victim", "  schedules: [{every: 2s}]\n  concurrencyPolicy: Skip", {kRunsForever});
  await_status("victim", "a run is active", [](const Json& status) { return status.contains("active"); });
  const std::string name = active("victim").front();
  cluster().kubectl({"delete", "job", name, "-n", ns()});
  eventually("it is active no more", [&] { return !std::ranges::count(active("victim"), name); });
  const Json runs = status("victim")["recentRuns"];
  EXPECT_TRUE(std::any_of(runs.begin(), runs.end(), [&](const Json& run) {
    return run.value("jobName", "") == name && run["outcome"] == "Stopped" && run["reason"] == "Deleted";
  })) << runs;
}

TEST_F(LikeACronJob, KeepsOneSucceededAndOneFailedJobWhereThatIsTheLimit) {
  start_operator();
  schedule("succeeding", "  schedules: [{every: 2s}]\n  successfulJobsHistoryLimit: 1");
  schedule("failing", "  schedules: [{every: 2s}]\n  failedJobsHistoryLimit: 1",
           {"kwok.scheduledjob.dev/outcome: Failed"});
  const auto ran_thrice = [](const char* how) {
    return [how](const Json& status) { return count(status, how) >= 3; };
  };
  await_status("succeeding", "three runs succeeded", ran_thrice("succeeded"));
  await_status("failing", "three runs failed", ran_thrice("failed"));
  patch("succeeding", R"({"spec":{"suspend":true}})");
  patch("failing", R"({"spec":{"suspend":true}})");
  eventually("one of each is left", [this] {
    return ended_jobs("Complete") == 1 && ended_jobs("Failed") == 1 && jobs().size() == 2;
  });
}

TEST_F(LikeACronJob, TellsAJobItsScheduledTime) {
  start_operator();
  schedule("told", "  schedule: \"*/2 * * * * *\"\n  timeZone: Asia/Tokyo");
  eventually("there is a Job", [this] { return !jobs().empty(); });
  const Json job = jobs().front();
  const std::string told = job["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"];
  EXPECT_THAT(told, ::testing::EndsWith("+09:00"));
  EXPECT_EQ(parse_time(told) - 9h, time_in_name(job["metadata"]["name"]));
}

class TheApi : public LikeACronJob {
 protected:
  std::string path(const std::string& rest = {}) {
    return "/apis/scheduledjob.dev/v1/namespaces/" + ns() + "/scheduledjobs" + rest;
  }
  Json raw(const std::string& target) { return Json::parse(cluster().kubectl({"get", "--raw", target})); }
};

TEST_F(TheApi, IsDiscoveredWithAllItsVerbs) {
  const Json group = raw("/apis/scheduledjob.dev");
  EXPECT_EQ(group["preferredVersion"]["version"], "v1");
  const Json list = raw("/apis/scheduledjob.dev/v1");
  std::map<std::string, std::vector<std::string>> verbs;
  for (const Json& resource : list["resources"]) verbs[resource["name"]] = resource["verbs"];
  EXPECT_THAT(verbs["scheduledjobs"], IsSupersetOf({"create", "delete", "deletecollection", "get", "list",
                                                    "patch", "update", "watch"}));
  EXPECT_THAT(verbs["scheduledjobs/status"], IsSupersetOf({"get", "patch", "update"}));
}

TEST_F(TheApi, CreatesReadsChangesWatchesAndDeletes) {
  for (const char* name : {"one", "two", "three"})
    schedule(name, "  schedule: \"0 2 1 1 *\"\n  suspend: true");
  EXPECT_EQ(object("one")["spec"]["schedule"], "0 2 1 1 *");
  const Json before = raw(path());
  EXPECT_THAT(before["items"], SizeIs(3));
  const Json everywhere = raw("/apis/scheduledjob.dev/v1/scheduledjobs");
  EXPECT_GE(everywhere["items"].size(), 3u);

  patch("one", R"({"metadata":{"annotations":{"patched":"true"}}})");
  EXPECT_EQ(object("one")["metadata"]["annotations"]["patched"], "true");
  Json changed = object("one");
  changed["metadata"]["annotations"]["updated"] = "true";
  cluster().kubectl({"replace", "-n", ns(), "-f", "-"}, changed.dump());
  EXPECT_EQ(object("one")["metadata"]["annotations"]["updated"], "true");

  const std::string events =
      cluster().kubectl({"get", "--raw",
                         path("?watch=1&timeoutSeconds=1&resourceVersion=" +
                              before["metadata"]["resourceVersion"].get<std::string>())});
  EXPECT_THAT(events, HasSubstr(R"("type":"MODIFIED")"));
  EXPECT_THAT(events, HasSubstr(R"("updated":"true")"));

  cluster().kubectl({"patch", "scheduledjob", "one", "-n", ns(), "--subresource=status", "--type=merge", "-p",
                     R"({"status":{"lastScheduleTime":"2026-01-01T00:00:00Z"}})"});
  EXPECT_EQ(raw(path("/one/status"))["status"]["lastScheduleTime"], "2026-01-01T00:00:00Z");
  EXPECT_EQ(object("one")["metadata"]["generation"], 1) << "a status is no edit of the spec";

  cluster().kubectl({"delete", "scheduledjob", "one", "-n", ns()});
  EXPECT_TRUE(object("one").empty());
  cluster().kubectl({"delete", "--raw", path()});
  EXPECT_THAT(raw(path())["items"], IsEmpty());
}

}  // namespace
}  // namespace scheduledjob::e2e
