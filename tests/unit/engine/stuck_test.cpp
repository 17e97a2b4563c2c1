// Runs that have started and get nowhere.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using api::ConditionStatus;
using ::testing::HasSubstr;

bool has_condition(const Life& life, std::string_view type) {
  const auto& conditions = life.status("job").conditions;
  return std::any_of(conditions.begin(), conditions.end(),
                     [type](const api::Condition& condition) { return condition.type == type; });
}

// A run starts at 12:30:00.
class Stuck : public testing::Test {
 protected:
  Stuck() {
    life_.pods_get_ready = false;
    life_.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "30 * * * *"; });
    life_.run_until("2026-03-10T12:30:10Z");
  }

  void change_job(const std::function<void(api::Job&)>& change) {
    life_.change_job("job", "12:30:00", change);
  }
  ConditionStatus verdict() const { return life_.condition("job", "RunsStuck").status; }

  Life life_{"2026-03-10T12:00:30Z"};
};

TEST_F(Stuck, IsARunWithoutAPodReadyOrEndedForFiveMinutes) {
  life_.run_until("2026-03-10T12:34:59Z");
  EXPECT_FALSE(has_condition(life_, "RunsStuck"));
  EXPECT_EQ(life_.engine().summary().stuck_runs, 0u);
  life_.run_until("2026-03-10T12:35:01Z");
  EXPECT_EQ(life_.engine().summary().stuck_runs, 1u);
  EXPECT_EQ(verdict(), ConditionStatus::kTrue);
  EXPECT_EQ(life_.condition("job", "RunsStuck").reason, "NoPodReady");
  EXPECT_THAT(life_.condition("job", "RunsStuck").message,
              HasSubstr(life_.job("job", "12:30:00").metadata.key.name));
}

TEST_F(Stuck, LeavesReadyAsItIs) {
  life_.run_until("2026-03-10T12:40:00Z");
  EXPECT_EQ(life_.condition("job", "Ready").status, ConditionStatus::kTrue);
  EXPECT_EQ(life_.condition("job", "Stalled").status, ConditionStatus::kFalse);
}

TEST_F(Stuck, IsNoRunWithAPodThatIsReadyOrHasEnded) {
  for (const auto count : {&api::Job::ready, &api::Job::succeeded, &api::Job::failed}) {
    change_job([count](api::Job& job) { job.ready = job.succeeded = job.failed = 0, job.*count = 1; });
    life_.run_for(std::chrono::minutes{10});
    EXPECT_FALSE(has_condition(life_, "RunsStuck"));
  }
}

TEST_F(Stuck, IsNoRunThatIsSuspendedOrHasNotStarted) {
  change_job([](api::Job& job) { job.suspended = true; });
  life_.run_until("2026-03-10T12:45:00Z");
  EXPECT_FALSE(has_condition(life_, "RunsStuck"));
  change_job([](api::Job& job) { job.suspended = false, job.start_time.reset(); });
  life_.run_until("2026-03-10T13:00:00Z");
  EXPECT_FALSE(has_condition(life_, "RunsStuck"));
}

TEST_F(Stuck, CountsFromTheLossOfTheLastPod) {
  change_job([](api::Job& job) { job.ready = 1; });
  life_.run_until("2026-03-10T12:50:00Z");
  change_job([](api::Job& job) { job.ready = 0; });
  life_.run_until("2026-03-10T12:54:59Z");
  EXPECT_EQ(life_.engine().summary().stuck_runs, 0u);
  life_.run_until("2026-03-10T12:55:02Z");
  EXPECT_EQ(verdict(), ConditionStatus::kTrue);
}

TEST_F(Stuck, IsOverWhenAPodGetsReadyOrTheRunEnds) {
  life_.run_until("2026-03-10T12:40:00Z");
  change_job([](api::Job& job) { job.ready = 1; });
  life_.run_until("2026-03-10T12:41:00Z");
  EXPECT_EQ(verdict(), ConditionStatus::kFalse);
  change_job([](api::Job& job) { job.ready = 0; });
  life_.run_until("2026-03-10T12:50:00Z");
  EXPECT_EQ(verdict(), ConditionStatus::kTrue);
  life_.finish("job", "12:30:00", api::JobPhase::kFailed);
  life_.run_until("2026-03-10T12:51:00Z");
  EXPECT_EQ(verdict(), ConditionStatus::kFalse);
  EXPECT_EQ(life_.engine().summary().stuck_runs, 0u);
}

TEST_F(Stuck, IsKnownToASuccessorWithoutAnotherWait) {
  life_.run_until("2026-03-10T12:40:00Z");
  const api::Condition before = life_.condition("job", "RunsStuck");
  const int writes = life_.calls["status"];
  life_.restart();
  life_.run_until("2026-03-10T12:41:00Z");
  EXPECT_EQ(life_.engine().summary().stuck_runs, 1u);
  EXPECT_EQ(life_.condition("job", "RunsStuck"), before);
  EXPECT_EQ(life_.calls["status"], writes);
}

TEST_F(Stuck, CostsNoWakeUpBesidesTheOneThatTells) {
  life_.run_until("2026-03-10T12:31:00Z");
  EXPECT_EQ(life_.engine().next_wakeup(), Instant(at("2026-03-10T12:35:00Z")));
  life_.run_until("2026-03-10T12:36:00Z");
  EXPECT_EQ(life_.engine().next_wakeup(), Instant(at("2026-03-10T13:30:00Z")));
}

TEST_F(Stuck, NamesTheEarliestAndCountsTheOthers) {
  life_.run_until("2026-03-10T14:40:00Z");
  EXPECT_EQ(life_.engine().summary().stuck_runs, 3u);
  EXPECT_THAT(life_.condition("job", "RunsStuck").message,
              HasSubstr(life_.job("job", "12:30:00").metadata.key.name + " (and 2 more)"));
}

}  // namespace
}  // namespace scheduledjob::engine
