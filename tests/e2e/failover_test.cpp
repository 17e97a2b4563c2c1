// Operators that die: nothing is lost, nothing is doubled.
#include <algorithm>
#include <fstream>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <signal.h>

#include "e2e/scenario.hpp"

namespace scheduledjob::e2e {
namespace {

using ::testing::SizeIs;
using namespace std::chrono_literals;

// Short, for what waits until it has run out; with room for a fault or two on a busy machine.
const std::vector<std::string> kQuickLease{"--lease-duration",     "6s", "--lease-renew-deadline", "5s",
                                           "--lease-retry-period", "1s"};

class AnOperator : public Scenario {
 protected:
  void SetUp() override {
    Scenario::SetUp();
    cluster().install_crds();
  }

  // With a deadline of its own, so that an instant which a fault meets is tried again for longer than until
  // the next one.
  void schedule_every(const std::string& name, std::chrono::seconds interval, const std::string& more = "") {
    schedule(name, fmt::format("  schedules: [{{every: {}s}}]\n  startingDeadlineSeconds: 60\n{}",
                               interval.count(), more));
  }

  // Each instant from the first Job on, at this interval, is created exactly once; the newest may still be
  // under way.
  void await_no_gap(const std::string& name, std::chrono::seconds interval) {
    std::vector<Time> times;
    eventually(
        "each instant has its Job",
        [&] {
          times = created(name);
          std::sort(times.begin(), times.end());
          return !times.empty() &&
                 std::adjacent_find(times.begin(), times.end(), [interval](Time one, Time next) {
                   return next - one != interval;
                 }) == times.end();
        },
        90s, [&] { return fmt::format("created for {:%T}", fmt::join(times, ", ")); });
  }
};

TEST_F(AnOperator, KilledBetweenCreateAndStatusMakesNoSecondJob) {
  // A status is written a second after the Job is created: on a busy machine that may be before we see the
  // Job.
  std::string name;
  bool in_between = false;
  for (int attempt = 0; attempt < 5 && !in_between; ++attempt) {
    name = "once-" + std::to_string(attempt);
    Operator& first = start_operator();
    schedule_every(name, 10s);
    eventually("a Job is created", [&] { return !created(name).empty(); });
    first.process().signal(SIGKILL);
    first.process().wait(10s);
    operators_.clear();
    in_between = run_count(status(name), "started") == 0;
  }
  ASSERT_TRUE(in_between) << "the status was written before the operator died, each time";

  start_operator();
  await_status(name, "the run is recorded",
               [](const Json& status) { return run_count(status, "succeeded") >= 2; });
  expect_never_early_never_twice();
  await_no_gap(name, 10s);
  eventually("every Job is counted once", [&] {
    return run_count(status(name), "started") == static_cast<std::int64_t>(created(name).size());
  });
}

TEST_F(AnOperator, KilledWhileLeadingIsFollowedByAnotherThatLosesAndDoublesNothing) {
  Operator& leader = start_operator(kQuickLease);
  leader.await_leading();
  Operator& standby = start_operator(kQuickLease);
  standby.await_ready();
  schedule_every("steady", 2s, "  missedRunPolicy: None");
  await_status("steady", "the leader runs it",
               [](const Json& status) { return run_count(status, "started") >= 2; });
  leader.process().signal(SIGKILL);
  const auto killed_at = std::chrono::system_clock::now();
  await_status("steady", "the standby runs it", [&](const Json& status) {
    return status.contains("lastScheduleTime") && parse_time(status["lastScheduleTime"]) > killed_at + 8s;
  });
  expect_never_early_never_twice();
  await_no_gap("steady", 2s);
}

TEST_F(AnOperator, AskedToStopDrainsHandsOverAndEndsWithZero) {
  Operator& leader = start_operator();
  leader.await_leading();
  Operator& standby = start_operator();
  standby.await_ready();
  schedule_every("steady", 2s);
  await_status("steady", "the leader runs it",
               [](const Json& status) { return run_count(status, "started") >= 2; });
  leader.process().signal(SIGTERM);
  EXPECT_EQ(leader.process().wait(30s), 0);
  const auto stopped_at = std::chrono::system_clock::now();
  await_status("steady", "the standby runs it", [&](const Json& status) {
    return status.contains("lastScheduleTime") && parse_time(status["lastScheduleTime"]) > stopped_at + 4s;
  });
  expect_never_early_never_twice();
  await_no_gap("steady", 2s);
}

TEST_F(AnOperator, LeavesTheNextOneNothingToWaitFor) {
  Operator& leader = start_operator(kQuickLease);
  leader.await_leading();
  Operator& standby = start_operator(kQuickLease);
  standby.await_ready();
  schedule_every("steady", 1s);
  // By then it has led for longer than a predecessor of its own could have been frozen.
  await_status("steady", "the leader runs it for a while",
               [](const Json& status) { return run_count(status, "started") >= 8; });
  leader.process().signal(SIGTERM);
  standby.await_line("handedOver=yes");
  standby.await_leading();
  EXPECT_EQ(leader.process().wait(30s), 0);
  const auto stopped_at = std::chrono::system_clock::now();
  await_status("steady", "the standby runs it", [&](const Json& status) {
    return status.contains("lastScheduleTime") && parse_time(status["lastScheduleTime"]) > stopped_at + 4s;
  });
  expect_never_early_never_twice();
  await_no_gap("steady", 1s);
}

TEST_F(AnOperator, FrozenUntilAnotherLeadsWritesNothingMoreAndEnds) {
  Operator& frozen = start_operator(kQuickLease);
  frozen.await_leading();
  Operator& standby = start_operator(kQuickLease);
  standby.await_ready();
  schedule_every("steady", 2s);
  await_status("steady", "the leader runs it",
               [](const Json& status) { return run_count(status, "started") >= 2; });
  frozen.process().signal(SIGSTOP);
  standby.await_leading();
  frozen.process().signal(SIGCONT);
  EXPECT_EQ(frozen.process().wait(30s), 3);
  const auto woken_at = std::chrono::system_clock::now();
  await_status("steady", "the standby goes on", [&](const Json& status) {
    return status.contains("lastScheduleTime") && parse_time(status["lastScheduleTime"]) > woken_at + 4s;
  });
  expect_never_early_never_twice();
  await_no_gap("steady", 2s);
}

TEST_F(AnOperator, StartedAfterASuspensionEndedUnwatchedFiresNothingOld) {
  start_operator().await_leading();
  schedule("rare", "  schedules: [{every: 4s}]\n  suspend: true");
  await_status("rare", "it is known", [](const Json& status) { return status.contains("basis"); });
  end_operators();
  // An edit that nobody watches: what came due before an operator sees it never fires.
  patch("rare", R"({"spec":{"suspend":false}})");
  const auto edited_at = std::chrono::system_clock::now();
  eventually("instants pass unwatched", [&] { return std::chrono::system_clock::now() > edited_at + 9s; });
  start_operator();
  await_status("rare", "it runs", [](const Json& status) { return run_count(status, "succeeded") >= 1; });
  const Time since = parse_time(status("rare")["basis"]["since"]);
  for (const Time time : created("rare")) EXPECT_GT(time, since);
  EXPECT_GE(run_count(status("rare"), "skipped"), 2);
  expect_never_early_never_twice();
}

}  // namespace
}  // namespace scheduledjob::e2e
