// What Kubernetes' own end-to-end suite asks of CronJob (test/e2e/apps/cronjob.go), asked of ScheduledJob.
// Schedules of seconds where that suite waits for minutes.
#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/scenario.hpp"

namespace scheduledjob::e2e {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using namespace std::chrono_literals;

constexpr const char* kRunsForever = "kwok.scheduledjob.dev/run-for: 24h";

// A new leader deletes no Job for the length of a lease (docs/guarantees.md): with a short one its deletions
// come soon.
const std::vector<std::string> kShortLease{"--lease-duration",     "10s", "--lease-renew-deadline", "8s",
                                           "--lease-retry-period", "1s"};

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

  Time newest(const std::string& name) {
    const std::vector<Time> times = created(name);
    return times.empty() ? Time{} : *std::max_element(times.begin(), times.end());
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
               [](const Json& status) { return run_count(status, "started") >= 3; });
  EXPECT_THAT(created("suspended"), IsEmpty());
  EXPECT_THAT(active("suspended"), IsEmpty());
  EXPECT_EQ(condition("suspended", "Suspended")["status"], "True");
}

TEST_F(LikeACronJob, RunsNothingBesideAnActiveJobUnderForbid) {
  start_operator();
  schedule("forbid", "  schedules: [{every: 2s}]\n  concurrencyPolicy: Forbid", {kRunsForever});
  await_status("forbid", "its Job runs",
               [](const Json& status) { return run_count(status, "started") >= 1; });
  // Instants that passed while the Job could not be created are skipped, too.
  const std::int64_t skipped = run_count(status("forbid"), "skipped");
  await_status("forbid", "two instants went by",
               [&](const Json& status) { return run_count(status, "skipped") >= skipped + 2; });
  EXPECT_THAT(created("forbid"), SizeIs(1));
  EXPECT_THAT(active("forbid"), SizeIs(1));
}

TEST_F(LikeACronJob, ReplacesTheActiveJobUnderReplace) {
  start_operator(kShortLease);
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
  await_status("zoned", "it has run", [](const Json& status) { return run_count(status, "succeeded") >= 1; });
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
  await_status("behind", "it runs", [](const Json& status) { return run_count(status, "succeeded") >= 2; });
  const Json seen = status("behind");
  EXPECT_GE(run_count(seen, "missed"), 3'500);
  const auto instants = parse_time(seen["decidedThrough"]) - Time(an_hour_ago);
  EXPECT_EQ(run_count(seen, "missed") + run_count(seen, "started") + run_count(seen, "skipped") +
                static_cast<std::int64_t>(seen.value("pending", Json::array()).size()),
            instants / 1s);
}

TEST_F(LikeACronJob, WarnsOfNothingWhenNothingIsWrong) {
  // Straight to the API server: a fault would be something to warn of.
  Operator& started = start_operator({"--kubeconfig", cluster().kubeconfig()});
  cluster().kubectl({"apply", "-n", ns(), "--warnings-as-errors", "-f",
                     std::string(SOURCE_DIR) + "/examples/hello-every-minute.yaml"});
  schedule("quiet", "  schedules: [{every: 2s}]");
  await_status("quiet", "two runs succeeded",
               [](const Json& status) { return run_count(status, "succeeded") >= 2; });
  const Json events = Json::parse(cluster().kubectl({"get", "events", "-n", ns(), "-o", "json"}));
  for (const Json& event : events["items"]) {
    if (event["involvedObject"]["kind"] == "ScheduledJob") {
      EXPECT_EQ(event["type"], "Normal") << event;
    }
  }
  // CronJob has the events MissingJob and UnexpectedJob for what would be another outcome here.
  const Json told = status("quiet");
  for (const Json& run : told["recentRuns"]) {
    EXPECT_THAT(run["outcome"].get<std::string>(), AnyOf("Running", "Succeeded")) << run;
  }
  // An operator serves the namespaces of earlier tests too, while they go.
  std::istringstream log(started.log());
  for (std::string line; std::getline(log, line);) {
    if (line.find("namespace=" + ns() + " ") == std::string::npos) continue;
    EXPECT_THAT(line, Not(HasSubstr(" WARN ")));
    EXPECT_THAT(line, Not(HasSubstr(" ERROR ")));
  }
}

TEST_F(LikeACronJob, DropsADeletedJobFromTheActiveOnesAndMakesRoomForTheNext) {
  start_operator();
  schedule("victim", "  schedules: [{every: 2s}]\n  concurrencyPolicy: Forbid", {kRunsForever});
  await_status("victim", "an instant waits for the active run", [](const Json& status) {
    return status.contains("active") && status.contains("pending") &&
           status["pending"][0]["why"] == "Overlap";
  });
  const std::string name = active("victim").front();
  cluster().kubectl({"delete", "job", name, "-n", ns()});
  eventually("it is active no more", [&] { return !std::ranges::count(active("victim"), name); });
  const Json runs = status("victim")["recentRuns"];
  EXPECT_TRUE(std::any_of(runs.begin(), runs.end(), [&](const Json& run) {
    if (run.value("jobName", "") != name) return false;
    // A watch that was broken at that moment and had to begin with a list has not seen it go.
    if (run["outcome"] == "Vanished") return cluster().operators_meet_faults();
    return run["outcome"] == "Stopped" && run["reason"] == "Deleted";
  })) << runs;
  await_status("victim", "the instant that waited runs",
               [](const Json& status) { return status.contains("active"); });
  EXPECT_THAT(active("victim"), SizeIs(1));
  EXPECT_THAT(created("victim"), SizeIs(2));
  expect_never_early_never_twice();
}

TEST_F(LikeACronJob, KeepsTheNewestSucceededAndTheNewestFailedJobWhereThatIsTheLimit) {
  start_operator(kShortLease);
  schedule("succeeding",
           "  schedules: [{every: 2s}]\n  successfulJobsHistoryLimit: 1\n  failedJobsHistoryLimit: 0");
  schedule("failing",
           "  schedules: [{every: 2s}]\n  successfulJobsHistoryLimit: 0\n  failedJobsHistoryLimit: 1",
           {"kwok.scheduledjob.dev/outcome: Failed"});
  const auto ran_thrice = [](const char* how) {
    return [how](const Json& status) { return run_count(status, how) >= 3; };
  };
  await_status("succeeding", "three runs succeeded", ran_thrice("succeeded"));
  await_status("failing", "three runs failed", ran_thrice("failed"));
  patch("succeeding", R"({"spec":{"suspend":true}})");
  patch("failing", R"({"spec":{"suspend":true}})");
  eventually("one of each is left", [this] {
    return ended_jobs("Complete") == 1 && ended_jobs("Failed") == 1 && jobs().size() == 2;
  });
  std::vector<Time> left;
  for (const Json& job : jobs()) left.push_back(time_in_name(job["metadata"]["name"]));
  EXPECT_THAT(left, UnorderedElementsAre(newest("succeeding"), newest("failing")));
  eventually("the pods of the others are gone", [this] { return cluster().list("pods", ns()).size() == 2; });
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

const std::string kApi = "/apis/scheduledjob.dev/v1";

class TheApi : public LikeACronJob {
 protected:
  // Objects that are never due, so that nobody but the test has a reason to change them for long.
  void create(const std::vector<std::string>& names, const std::string& label = {}) {
    for (const std::string& name : names) {
      schedule(name, "  schedule: \"0 2 1 1 *\"\n  suspend: true");
      await_status(name, "the operator knows it",
                   [](const Json& status) { return status.contains("conditions"); });
      if (!label.empty()) cluster().kubectl({"label", "scheduledjob", name, "-n", ns(), "suite=" + label});
    }
  }

  // PUT, as kubectl does it, and once more where someone else was quicker; returns the answer.
  Json update(const std::string& name, const std::function<void(Json&)>& change,
              const std::vector<std::string>& flags = {}) {
    std::vector<std::string> command{"replace", "-n", ns(), "-o", "json", "-f", "-"};
    command.insert(command.end(), flags.begin(), flags.end());
    Finished put;
    eventually(name + " is updated", [&] {
      Json changed = object(name);
      change(changed);
      put = cluster().try_kubectl(command, changed.dump());
      return put.errors.find("(Conflict)") == std::string::npos;
    });
    if (put.exit_code != 0) throw std::runtime_error(put.errors);
    return Json::parse(put.output);
  }

  std::string collection() const { return kApi + "/namespaces/" + ns() + "/scheduledjobs"; }
  std::string labelled() const { return "?labelSelector=suite%3D" + ns(); }

  Json raw(const std::string& target) { return Json::parse(cluster().kubectl({"get", "--raw", target})); }

  std::vector<std::string> names(const Json& list) {
    std::vector<std::string> names;
    for (const Json& item : list["items"]) names.push_back(item["metadata"]["name"]);
    return names;
  }

  // What a watch of `target` tells that begins at this version of it.
  std::vector<Json> changes(const std::string& target, const std::string& version) {
    std::istringstream lines(
        cluster().kubectl({"get", "--raw", target + "&watch=1&timeoutSeconds=1&resourceVersion=" + version}));
    std::vector<Json> changes;
    for (std::string line; std::getline(lines, line);) changes.push_back(Json::parse(line));
    return changes;
  }
};

TEST_F(TheApi, IsDiscoveredWithAllItsVerbs) {
  const Json group = raw("/apis/scheduledjob.dev");
  EXPECT_EQ(group["preferredVersion"]["version"], "v1");
  const Json list = raw(kApi);
  std::map<std::string, std::vector<std::string>> verbs;
  for (const Json& resource : list["resources"]) verbs[resource["name"]] = resource["verbs"];
  EXPECT_THAT(verbs["scheduledjobs"], IsSupersetOf({"create", "delete", "deletecollection", "get", "list",
                                                    "patch", "update", "watch"}));
  EXPECT_THAT(verbs["scheduledjobs/status"], IsSupersetOf({"get", "patch", "update"}));
}

TEST_F(TheApi, ListsAndWatchesByLabelInANamespaceAndEverywhere) {
  start_operator();
  create({"chosen"}, ns());
  create({"other"});
  for (const std::string& where : {collection(), kApi + "/scheduledjobs"}) {
    SCOPED_TRACE(where);
    const Json list = raw(where + labelled());
    EXPECT_THAT(names(list), ElementsAre("chosen"));
    cluster().kubectl({"annotate", "scheduledjob", "--all", "-n", ns(), "--overwrite", "seen-in=" + where});
    eventually("the watch tells of the annotation", [&] {
      std::vector<Json> seen =
          changes(where + labelled(), list["metadata"]["resourceVersion"].get<std::string>());
      for (Json& change : seen) {
        EXPECT_EQ(change["type"], "MODIFIED");
        EXPECT_EQ(change["object"]["metadata"]["name"], "chosen");
      }
      return std::any_of(seen.begin(), seen.end(), [&](Json& change) {
        return change["object"]["metadata"]["annotations"].value("seen-in", "") == where;
      });
    });
  }
}

TEST_F(TheApi, TakesPatchesAndUpdatesOfAnObjectAndOfItsStatusApart) {
  start_operator();
  create({"one"});
  patch("one", R"({"metadata":{"annotations":{"patched":"true"}}})");
  EXPECT_EQ(object("one")["metadata"]["annotations"]["patched"], "true");
  const Json updated = update("one", [](Json& object) {
    object["metadata"]["annotations"]["updated"] = "true";
    object["status"]["lastScheduleTime"] = "2026-01-01T00:00:00Z";
  });
  EXPECT_EQ(updated["metadata"]["annotations"]["updated"], "true");
  EXPECT_FALSE(updated["status"].contains("lastScheduleTime"));

  const Json patched_status = Json::parse(
      cluster().kubectl({"patch", "scheduledjob", "one", "-n", ns(), "--subresource=status", "--type=merge",
                         "-o", "json", "-p", R"({"status":{"lastScheduleTime":"2026-01-02T00:00:00Z"}})"}));
  EXPECT_EQ(patched_status["status"]["lastScheduleTime"], "2026-01-02T00:00:00Z");
  const Json updated_status = update("one",
                                     [](Json& object) {
                                       object["spec"]["suspend"] = false;
                                       object["status"]["lastScheduleTime"] = "2026-01-03T00:00:00Z";
                                     },
                                     {"--subresource=status"});
  EXPECT_EQ(updated_status["status"]["lastScheduleTime"], "2026-01-03T00:00:00Z");
  EXPECT_EQ(updated_status["spec"]["suspend"], true);

  const Json read = raw(collection() + "/one/status");
  EXPECT_EQ(read["metadata"]["uid"], object("one")["metadata"]["uid"]);
  EXPECT_EQ(read["metadata"]["generation"], 1) << "neither annotations nor a status are an edit of the spec";
}

TEST_F(TheApi, DeletesAnObjectAtOnceAndACollectionByLabel) {
  start_operator();
  create({"one", "two", "three"}, ns());
  create({"bystander"});
  cluster().kubectl({"delete", "scheduledjob", "one", "-n", ns(), "--wait=false"});
  EXPECT_TRUE(object("one").empty()) << "no finalizer holds it";
  cluster().kubectl({"delete", "--raw", collection() + labelled()});
  EXPECT_THAT(names(raw(collection())), ElementsAre("bystander"));
}

}  // namespace
}  // namespace scheduledjob::e2e
