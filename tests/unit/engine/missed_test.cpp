// Instants that came due while no operator ran.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using api::MissedRunPolicy;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Life::SpecEdit each_minute(MissedRunPolicy policy, Life::SpecEdit more = {}) {
  return [policy, more](api::ScheduledJobSpec& spec) {
    spec.schedule = "* * * * *";
    spec.missed_run_policy = policy;
    if (more) more(spec);
  };
}

// Runs 12:01, then nobody runs from 12:01:30 until the given time.
void outage_until(Life& life, std::string_view end) {
  life.run_until("2026-03-10T12:01:10Z");
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:01:30Z");
  life.crash();
  life.jump_to(end);
  life.start_standby();
  life.lead();
}

TEST(Missed, AShortFailoverIsOnTime) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kNone));
  outage_until(life, "2026-03-10T12:02:29Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

TEST(Missed, LatestStartsOnlyTheLatestAndCountsTheOthers) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kLatest));
  outage_until(life, "2026-03-10T13:00:45Z");
  life.run_until("2026-03-10T13:00:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "13:00:00"));
  EXPECT_THAT(
      life.outcomes("job"),
      ElementsAre("12:01:00 Succeeded", "12:02:00..12:59:00 Missed/NotCaughtUp x58", "13:00:00 Running"));
}

TEST(Missed, LatestCatchesUpNothingWhenAnInstantIsOnTime) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kLatest));
  outage_until(life, "2026-03-10T13:00:10Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "13:00:00"));
  life.run_until("2026-03-10T13:00:20Z");
  EXPECT_EQ(life.status("job").run_counts.missed, 58);
}

TEST(Missed, NoneStartsNothingOld) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kNone));
  outage_until(life, "2026-03-10T13:00:45Z");
  life.run_until("2026-03-10T13:00:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_EQ(life.status("job").run_counts.missed, 59);
}

TEST(Missed, AllStartsEveryOneInOrder) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kAll));
  outage_until(life, "2026-03-10T12:05:45Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:03:00", "12:04:00", "12:05:00"));
}

TEST(Missed, AllObeysTheCapAndGoesOnAfterAnotherOutage) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kAll, [](api::ScheduledJobSpec& spec) {
             spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
           }));
  outage_until(life, "2026-03-10T12:05:45Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
  life.finish("job", "12:02:00");
  life.restart();
  life.finish("job", "12:03:00");
  life.finish("job", "12:04:00");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00", "12:03:00", "12:04:00", "12:05:00"));
}

TEST(Missed, AllStopsAtMaxCatchUpRuns) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kAll,
                              [](api::ScheduledJobSpec& spec) { spec.max_catch_up_runs = 2; }));
  outage_until(life, "2026-03-10T12:05:45Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:04:00", "12:05:00"));
  life.run_until("2026-03-10T12:05:50Z");
  EXPECT_EQ(life.status("job").run_counts.missed, 2);
}

TEST(Missed, TheStartingDeadlineRulesOutWhatIsTooOld) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kAll, [](api::ScheduledJobSpec& spec) {
             spec.starting_deadline = std::chrono::seconds{150};
           }));
  outage_until(life, "2026-03-10T12:10:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:08:00", "12:09:00", "12:10:00"));
  life.run_until("2026-03-10T12:10:05Z");
  EXPECT_EQ(life.status("job").run_counts.missed, 6);
  EXPECT_THAT(life.outcomes("job"), ::testing::Contains("12:02:00..12:07:00 Missed/Deadline x6"));
}

TEST(Missed, AYearOfMissedMinutesIsOneEntryWithTheExactCount) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kNone));
  outage_until(life, "2027-03-10T12:01:45Z");
  life.run_until("2027-03-10T12:01:50Z");
  EXPECT_EQ(life.status("job").run_counts.missed, 365 * 24 * 60);
}

TEST(Missed, EveryInstantOfAnOutageHasOneOutcome) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kAll,
                              [](api::ScheduledJobSpec& spec) { spec.max_catch_up_runs = 7; }));
  outage_until(life, "2026-03-10T13:00:20Z");
  life.run_until("2026-03-10T13:00:50Z");
  const auto& counts = life.status("job").run_counts;
  EXPECT_EQ(counts.started + counts.skipped + counts.missed, 60);
  EXPECT_THAT(life.created("job"), SizeIs(1 + 7 + 1));
}

TEST(Missed, ASuspendedScheduleMissesNothing) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute(MissedRunPolicy::kAll));
  life.run_until("2026-03-10T12:01:10Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.crash();
  life.jump_to("2026-03-10T13:00:45Z");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T13:05:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_EQ(life.status("job").run_counts.missed, 0);
}

}  // namespace
}  // namespace scheduledjob::engine
