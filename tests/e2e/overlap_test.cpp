// concurrencyPolicy on a real Job controller.
#include <algorithm>

#include <gmock/gmock.h>

#include "e2e/scenario.hpp"

namespace scheduledjob::e2e {
namespace {

using namespace std::chrono_literals;

class AnOverlap : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    cluster().install_crds();
  }
};

TEST_F(AnOverlap, UnderForbidHoldsTheNewestInstantAndStartsItAtTheEndOfTheRun) {
  start_operator();
  schedule("slow", "  schedules: [{every: 5s}]\n  concurrencyPolicy: Forbid",
           {"kwok.scheduledjob.dev/run-for: 12s"});
  await_status("slow", "two instants were superseded and two runs ended", [](const Json& status) {
    return run_count(status, "succeeded") >= 2 && run_count(status, "skipped") >= 2;
  });
  expect_never_early_never_twice();

  const Json seen = status("slow");
  // The second run started when the first ended, not at an instant: later than its scheduled time, and before
  // the next one.
  const std::vector<AuditEvent> creates = cluster().created_jobs(ns());
  ASSERT_GE(creates.size(), 2u);
  const Time second_due = time_in_name(creates[1].name);
  EXPECT_GT(creates[1].received, second_due);
  EXPECT_LT(creates[1].received, second_due + 5s);
  for (const Json& run : seen["recentRuns"]) {
    if (run["outcome"] == "Skipped") {
      EXPECT_EQ(run["reason"], "Superseded");
    }
  }
  EXPECT_LE(seen.value("activeCount", 0), 1);
}

TEST_F(AnOverlap, UnderReplaceStartsTheNewRunAndDeletesTheOld) {
  start_operator();
  schedule("restless", "  schedules: [{every: 8s}]\n  concurrencyPolicy: Replace",
           {"kwok.scheduledjob.dev/run-for: 24h"});
  await_status("restless", "a run was replaced", [](const Json& status) {
    const Json runs = status.value("recentRuns", Json::array());
    return std::any_of(runs.begin(), runs.end(), [](const Json& run) { return run["outcome"] == "Stopped"; });
  });
  eventually("only the newest Job is left", [this] { return jobs().size() == 1; });
  expect_never_early_never_twice();
}

TEST_F(AnOverlap, UnderQueueStartsEveryInstantInOrder) {
  start_operator();
  schedule("patient", "  schedules: [{every: 4s}]\n  startingDeadlineSeconds: 60\n  concurrencyPolicy: Queue",
           {"kwok.scheduledjob.dev/run-for: 5s"});
  await_status("patient", "three runs ended and more wait", [](const Json& status) {
    return run_count(status, "succeeded") >= 3 && status.contains("pending");
  });
  const std::vector<Time> times = created("patient");
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_EQ(times[i] - times[i - 1], 4s);
  expect_never_early_never_twice();
}

}  // namespace
}  // namespace scheduledjob::e2e
