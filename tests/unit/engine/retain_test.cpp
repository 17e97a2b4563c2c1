// Which ended Jobs are kept, and when the others go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Fate = Life::Fate;

void run_and_end(Life& life, const std::string& minute, api::JobPhase phase) {
  life.run_until("2026-03-10T12:" + minute + ":01Z");
  life.finish("job", "12:" + minute + ":00", phase);
  life.run_until("2026-03-10T12:" + minute + ":30Z");
}

TEST(Retain, KeepsAsManySucceededAndFailedJobsAsAskedFor) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "* * * * *";
    spec.successful_jobs_history_limit = 2;
    spec.failed_jobs_history_limit = 1;
  });
  for (const char* minute : {"01", "02", "03"}) run_and_end(life, minute, api::JobPhase::kSucceeded);
  for (const char* minute : {"04", "05"}) run_and_end(life, minute, api::JobPhase::kFailed);
  EXPECT_THAT(life.existing("job"), ElementsAre("12:02:00", "12:03:00", "12:05:00"));
}

TEST(Retain, WithLimitsOfZeroKeepsNothing) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "* * * * *";
    spec.successful_jobs_history_limit = 0;
  });
  run_and_end(life, "01", api::JobPhase::kSucceeded);
  EXPECT_THAT(life.existing("job"), IsEmpty());
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

TEST(Retain, DeletesNothingWhoseEndIsNotStored) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.successful_jobs_history_limit = 0;
  });
  life.run_until("2026-03-10T12:29:00Z");
  life.status_fate = [](const WriteStatus&) { return Fate::kLostRequest; };
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:40:00Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.status_fate = {};
  life.run_until("2026-03-10T12:45:00Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

TEST(Retain, DeletesWhenTheTimeToLiveIsOver) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.ttl_seconds_after_finished = 100;
  });
  life.run_until("2026-03-10T12:30:10Z");
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:31:49Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.run_until("2026-03-10T12:31:50Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

TEST(Retain, WaitsUntilNoCreateOfTheNameCanBeUnderWay) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/30 * * * *";
    spec.successful_jobs_history_limit = 0;
  });
  life.run_until("2026-03-10T12:30:00Z");
  life.finish("job", "12:30:00");
  life.run_until("2026-03-10T12:30:04Z");
  EXPECT_THAT(life.existing("job"), ElementsAre("12:30:00"));
  life.run_until("2026-03-10T12:30:05Z");
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

}  // namespace
}  // namespace scheduledjob::engine
