// From `kubectl apply` to a recorded outcome.
#include <algorithm>

#include <gmock/gmock.h>
#include <signal.h>

#include "e2e/scenario.hpp"

namespace scheduledjob::e2e {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class AScheduledJob : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    cluster().install_crds();
  }
};

TEST_F(AScheduledJob, RunsAtItsInstantsAndTellsTheTruthAboutThem) {
  start_operator();
  schedule("tick",
           "  schedules: [{every: 3s}]\n  startingDeadlineSeconds: 60\n  successfulJobsHistoryLimit: 2");
  await_status("tick", "five runs succeeded and old Jobs are gone", [this](const Json& status) {
    return run_count(status, "succeeded") >= 5 && jobs().size() <= 5;
  });
  expect_never_early_never_twice();

  const Json seen = object("tick");
  const Json& status = seen["status"];
  EXPECT_EQ(status["observedGeneration"], seen["metadata"]["generation"]);
  EXPECT_EQ(condition("tick", "Ready")["status"], "True");
  EXPECT_EQ(condition("tick", "LastRunSucceeded")["status"], "True");

  // Every instant between creation and decidedThrough was started, or its create awaits an answer: nothing is
  // left out, nothing is counted twice.
  const Time first = parse_time(seen["metadata"]["creationTimestamp"]);
  const Time through = parse_time(status["decidedThrough"]);
  const auto instants = [](Time until) { return until.time_since_epoch() / 3s; };
  EXPECT_EQ(
      run_count(status, "started") + static_cast<std::int64_t>(status.value("pending", Json::array()).size()),
      instants(through) - instants(first));

  // The next times are those of the schedule, in order.
  ASSERT_THAT(status["nextScheduleTimes"], SizeIs(5));
  EXPECT_EQ(status["nextScheduleTime"], status["nextScheduleTimes"][0]);
  Time expected = through;
  for (const Json& next : status["nextScheduleTimes"]) {
    expected += 3s;
    EXPECT_EQ(parse_time(next), expected);
  }

  // The Job says whose it is and when it was due.
  ASSERT_THAT(jobs(), ::testing::Not(IsEmpty()));
  const Json job = jobs().front();
  EXPECT_EQ(job["metadata"]["ownerReferences"][0]["uid"], seen["metadata"]["uid"]);
  EXPECT_EQ(job["metadata"]["ownerReferences"][0]["controller"], true);
  EXPECT_EQ(parse_time(job["metadata"]["annotations"]["scheduledjob.dev/scheduled-time"]),
            time_in_name(job["metadata"]["name"]));
}

TEST_F(AScheduledJob, FollowsACronExpressionInAZone) {
  start_operator();
  schedule("minute", "  schedule: \"* * * * *\"\n  timeZone: Europe/Berlin");
  await_status(
      "minute", "a run succeeded", [](const Json& status) { return run_count(status, "succeeded") >= 1; },
      90s);
  for (const Time time : created("minute")) EXPECT_EQ(time.time_since_epoch() % 60s, 0s);
  expect_never_early_never_twice();
}

TEST_F(AScheduledJob, RecordsAFailedRunWithoutCeasingToBeReady) {
  start_operator();
  schedule("doomed", "  schedules: [{every: 4s}]\n  failedJobsHistoryLimit: 1",
           {"kwok.scheduledjob.dev/outcome: Failed"});
  await_status("doomed", "two runs failed",
               [](const Json& status) { return run_count(status, "failed") >= 2; });
  EXPECT_EQ(condition("doomed", "LastRunSucceeded")["status"], "False");
  EXPECT_EQ(condition("doomed", "Ready")["status"], "True");
  EXPECT_TRUE(status("doomed").contains("lastFailureTime"));
}

TEST_F(AScheduledJob, SuspendedAndResumedFiresNothingOld) {
  start_operator();
  schedule("paused", "  schedules: [{every: 2s}]");
  await_status("paused", "a run started",
               [](const Json& status) { return run_count(status, "started") >= 1; });
  patch("paused", R"({"spec":{"suspend":true}})");
  await_status("paused", "it is suspended",
               [](const Json& status) { return !status.contains("nextScheduleTime"); });
  const Time suspended_at = parse_time(status("paused")["basis"]["since"]);
  // Some instants pass.
  eventually("time passes", [&] { return std::chrono::system_clock::now() > suspended_at + 7s; });
  patch("paused", R"({"spec":{"suspend":false}})");
  await_status("paused", "it runs again",
               [](const Json& status) { return status.contains("nextScheduleTime"); });
  const Time resumed_at = parse_time(status("paused")["basis"]["since"]);
  await_status("paused", "a run started after the suspension", [&](const Json& status) {
    return status.contains("lastScheduleTime") && parse_time(status["lastScheduleTime"]) > resumed_at;
  });
  for (const Time time : created("paused")) EXPECT_TRUE(time <= suspended_at || time > resumed_at);
  EXPECT_GE(run_count(status("paused"), "skipped"), 3);
  expect_never_early_never_twice();
}

TEST_F(AScheduledJob, TakesItsJobsAlongWhenItIsDeleted) {
  start_operator();
  schedule("short-lived", "  schedules: [{every: 2s}]", {"kwok.scheduledjob.dev/run-for: 24h"});
  await_status("short-lived", "two runs are active",
               [](const Json& status) { return status.value("activeCount", 0) >= 2; });
  cluster().kubectl({"delete", "scheduledjob", "short-lived", "-n", ns()});
  eventually("its Jobs are gone", [this] { return jobs().empty(); });
  // The operator may learn of it a moment later; then two instants pass without a Job.
  std::size_t before = 0;
  auto last_at = std::chrono::system_clock::now();
  eventually("no Job is created any more", [&] {
    const std::size_t so_far = created("short-lived").size();
    const auto now = std::chrono::system_clock::now();
    if (so_far != before) last_at = now;
    before = so_far;
    return now > last_at + 5s;
  });
}

TEST_F(AScheduledJob, WithAnInvalidScheduleSaysWhereAndItsNeighboursRunOn) {
  start_operator();
  schedule("broken", "  schedule: \"61 * * * *\"");
  schedule("sound", "  schedules: [{every: 2s}]");
  await_status("broken", "it is not ready", [](const Json& status) {
    return status.contains("conditions") && status["conditions"][0]["status"] == "False";
  });
  const Json ready = condition("broken", "Ready");
  EXPECT_EQ(ready["reason"], "InvalidSchedule");
  EXPECT_THAT(ready["message"].get<std::string>(),
              ::testing::StartsWith("spec.schedule: minute 61 is outside 0–59, column 1"));
  EXPECT_EQ(condition("broken", "Stalled")["status"], "True");
  await_status("sound", "it runs", [](const Json& status) { return run_count(status, "succeeded") >= 1; });
  patch("broken", R"({"spec":{"schedule":"* * * * *"}})");
  await_status("broken", "the repair is seen", [](const Json& status) {
    return status["conditions"][0]["status"] == "True" && status["observedGeneration"] == 2;
  });
}

TEST_F(AScheduledJob, AppliedTwiceIsUnchanged) {
  start_operator();
  cluster().apply(R"(apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata: {name: stable}
spec:
  schedule: "0 2 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}}
)",
                  ns());
  await_status("stable", "it is ready",
               [](const Json& status) { return status.contains("nextScheduleTime"); });
  const Json before = object("stable");
  const std::string again =
      cluster().kubectl({"apply", "-n", ns(), "-f", "-"}, R"(apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata: {name: stable}
spec:
  schedule: "0 2 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox}]}}}}
)");
  EXPECT_THAT(again, ::testing::HasSubstr("unchanged"));
  EXPECT_EQ(object("stable")["metadata"]["generation"], before["metadata"]["generation"]);
}

TEST_F(AScheduledJob, MadeFromACronJobByTwoLinesBehaves) {
  start_operator();
  std::string manifest =
      cluster().kubectl({"create", "cronjob", "report", "--image=busybox:1.37.0", "--schedule=* * * * *",
                         "--dry-run=client", "-o", "yaml", "--", "date"});
  const auto replace = [&manifest](const std::string& from, const std::string& to) {
    const std::size_t place = manifest.find(from);
    ASSERT_NE(place, std::string::npos) << manifest;
    manifest.replace(place, from.size(), to);
  };
  replace("apiVersion: batch/v1", "apiVersion: scheduledjob.dev/v1");
  replace("kind: CronJob", "kind: ScheduledJob");
  cluster().apply(manifest, ns());
  await_status(
      "report", "a run succeeded", [](const Json& status) { return run_count(status, "succeeded") >= 1; },
      90s);
  const Json seen = status("report");
  EXPECT_TRUE(seen.contains("lastScheduleTime"));
  EXPECT_TRUE(seen.contains("lastSuccessfulTime"));
  expect_never_early_never_twice();
}

TEST_F(AScheduledJob, AmongTheExamplesIsAccepted) {
  start_operator();
  cluster().kubectl({"apply", "-n", ns(), "-f", std::string(SOURCE_DIR) + "/examples"});
  const std::vector<Json> examples = cluster().list("scheduledjobs", ns());
  EXPECT_GE(examples.size(), 5u);
  for (const Json& example : examples) {
    await_status(example["metadata"]["name"], "the example is ready", [](const Json& status) {
      return status.contains("conditions") && status["conditions"][0]["type"] == "Ready" &&
             status["conditions"][0]["status"] == "True";
    });
  }
  await_status(
      "hello-every-minute", "it has run",
      [](const Json& status) { return run_count(status, "succeeded") >= 1; }, 90s);
  EXPECT_EQ(condition("suspended", "Suspended")["status"], "True");
  EXPECT_FALSE(status("suspended").contains("nextScheduleTime"));
  expect_never_early_never_twice();
}

}  // namespace
}  // namespace scheduledjob::e2e
