#include "cli/forecast.hpp"

#include <numeric>

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
using testing::SizeIs;
using testing::StartsWith;

constexpr std::size_t kDay = 24 * 60;

// From 12:01 on.
Forecast forecast_of(const std::vector<Json>& objects, std::size_t minutes = kDay) {
  std::vector<api::ScheduledJob> all;
  for (const Json& object : objects) all.push_back(decoded(object));
  return forecast(all, at("2026-03-01T12:00:10Z"), minutes);
}

std::uint64_t total(const Forecast& forecast) {
  return std::accumulate(forecast.per_minute.begin(), forecast.per_minute.end(), std::uint64_t{0});
}

std::string written(const Forecast& forecast) {
  std::ostringstream out;
  write_forecast(forecast, out);
  return out.str();
}

// So many schedules at two o'clock.
std::vector<Json> crowd(int count) {
  std::vector<Json> objects;
  for (int i = 0; i < count; ++i)
    objects.push_back(stored(fmt::format("job-{}", i), {{"schedule", "0 2 * * *"}}));
  return objects;
}

TEST(Forecast, CountsTheRunsOfEachMinute) {
  const Forecast result =
      forecast_of({stored("a", {{"schedule", "0 13 * * *"}}), stored("b", {{"schedule", "@hourly"}})});
  EXPECT_EQ(result.begin, at("2026-03-01T12:01:00Z"));
  EXPECT_EQ(result.per_minute[59], 2U);
  EXPECT_EQ(result.per_minute[59 + 60], 1U);
  EXPECT_EQ(total(result), 25U);
  ASSERT_THAT(result.busiest, SizeIs(1)) << "one run is not busy";
  EXPECT_EQ(result.busiest[0].minute, 59U);
  EXPECT_THAT(result.busiest[0].shares, SizeIs(2));
}

TEST(Forecast, CountsSchedulesThatRunManyTimesAMinute) {
  const Forecast result = forecast_of({stored("a", {{"schedules", {{{"every", "1s"}}}}})});
  EXPECT_EQ(total(result), 86'400U);
  EXPECT_THAT(result.per_minute, testing::Each(60U));
}

TEST(Forecast, SpreadsByJitter) {
  Json object = stored("a", {{"schedule", "55 11 * * *"}, {"jitter", "12h"}});
  EXPECT_EQ(total(forecast_of({object})), 1U)
      << "the run of before now is due within the window, or tomorrow's is";
  object["spec"]["jitter"] = "1m";
  EXPECT_EQ(total(forecast_of({object}, 60)), 0U);
}

TEST(Forecast, LeavesOutWhatDoesNotRun) {
  const Forecast result = forecast_of({stored("a", {{"schedule", "@hourly"}, {"suspend", true}}),
                                       stored("b", {{"schedule", "61 * * * *"}}),
                                       stored("c", {{"schedule", "0 0 0 1 1 * 2020"}})});
  EXPECT_EQ(result.suspended, 1U);
  EXPECT_EQ(result.not_valid, 1U);
  EXPECT_EQ(result.schedules, 0U);
  EXPECT_EQ(written(result),
            "Runs due within 1 d from Sun 2026-03-01 12:01 UTC: 0. ScheduledJobs that have any: 0.\n"
            "Left out: 1 suspended, 1 not valid.\n");
}

TEST(Forecast, DrawsHalvesOfAnHourAndNamesTheBusiestMinutes) {
  const std::string text = written(forecast_of(crowd(5)));
  EXPECT_THAT(text, StartsWith("Runs due within 1 d from Sun 2026-03-01 12:01 UTC: 5. ScheduledJobs that "
                               "have any: 5.\n\n12:01\n12:30\n"));
  EXPECT_THAT(text,
              HasSubstr("\n02:00 ██████████████████████████████████████████████ 5 (up to 5 a minute)\n"));
  EXPECT_THAT(
      text,
      HasSubstr("Busiest minutes (UTC)\n"
                "  Mon 2026-03-02 02:00  5 runs: reports/job-0, reports/job-1, reports/job-2 and 2 more\n"));
  EXPECT_THAT(text, HasSubstr("To spread them: jitter"));
}

TEST(Forecast, DrawsQuartersOfAnHourOfAShortTime) {
  EXPECT_THAT(written(forecast_of(crowd(1), 180)), Not(HasSubstr("12:15")));
  EXPECT_THAT(written(forecast_of({stored("a", {{"schedule", "0 14 * * *"}})}, 180)),
              AllOf(HasSubstr("\n12:15\n"), HasSubstr("\n14:00 █"), Not(HasSubstr("Busiest"))));
}

TEST(Forecast, FitsIntoEightyColumns) {
  std::vector<Json> objects = crowd(200);
  objects.push_back(stored("often", {{"schedules", {{{"every", "1s"}}}}}));
  std::istringstream lines(written(forecast_of(objects)));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("█") != std::string::npos) {
      EXPECT_LE(width_of(line), 80U) << line;
    }
  }
}

TEST(Forecast, GivesNoHintWhereTheLoadIsEven) {
  EXPECT_THAT(written(forecast_of(
                  {stored("a", {{"schedule", "* * * * *"}}), stored("b", {{"schedule", "* * * * *"}})})),
              Not(HasSubstr("To spread")));
}

TEST(Forecast, LooksAsFarAsItIsAsked) {
  FakeCluster cluster;
  cluster.lists("", {stored("a", {{"schedule", "@hourly"}})});
  const Outcome outcome = cluster.run({"forecast", "-A", "--hours", "3"});
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_THAT(
      outcome.out,
      StartsWith("Runs due within 3 h from Sun 2026-03-01 12:01 UTC: 3. ScheduledJobs that have any: 1.\n"));
  EXPECT_EQ(cluster.run({"forecast", "--hours", "49"}).code, kWrongUsage);
}

}  // namespace
}  // namespace scheduledjob::cli
