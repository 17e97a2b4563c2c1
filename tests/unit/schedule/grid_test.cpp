// Every zone of the machine × every jump of its clocks from 1970 to 2100 × times beside, in and across the
// jump × every policy. The expected instants come from absl's answers about local times, through the oracle.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "schedule/time_zone.hpp"
#include "unit/schedule/agreement.hpp"
#include "unit/schedule/oracle.hpp"
#include "unit/schedule/support.hpp"
#include "unit/schedule/zone_files.hpp"

namespace scheduledjob::schedule {
namespace {

using oracle::Expression;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kGridEnd = 4133980800;  // 2101-01-01T00:00:00Z

constexpr std::array kPolicies{DaylightSaving{SkippedTime::kRunAfterGap, RepeatedTime::kRunOnce},
                               DaylightSaving{SkippedTime::kRunAfterGap, RepeatedTime::kRunTwice},
                               DaylightSaving{SkippedTime::kSkip, RepeatedTime::kRunOnce},
                               DaylightSaving{SkippedTime::kSkip, RepeatedTime::kRunTwice}};

// Optimised builds check every jump of every zone. Debug builds, which take a hundred times as long with a
// sanitizer in them, check every 25th jump of a zone, beginning with another one in each.
#ifdef NDEBUG
constexpr std::size_t kStride = 1;
#else
constexpr std::size_t kStride = 25;
#endif

// A moment at which clocks are put forward or back.
struct Jump {
  std::int64_t instant = 0;
  absl::CivilSecond from;  // what clocks would show then, had they not been put
  absl::CivilSecond to;    // what they do show

  // The local times that are skipped or repeated: [first, end).
  absl::CivilSecond first() const { return std::min(from, to); }
  absl::CivilSecond end() const { return std::max(from, to); }
  std::int64_t size() const { return end() - first(); }
};

std::vector<Jump> jumps_of(const absl::TimeZone& zone) {
  std::vector<Jump> jumps;
  absl::TimeZone::CivilTransition transition;
  absl::Time time = absl::UnixEpoch();
  while (zone.NextTransition(time, &transition)) {
    time = zone.At(transition.to).trans;
    if (time >= absl::FromUnixSeconds(kGridEnd)) break;
    // Some transitions change no more than the name of the time.
    if (transition.from != transition.to)
      jumps.push_back({absl::ToUnixSeconds(time), transition.from, transition.to});
  }
  return jumps;
}

std::string clock_text(const std::set<int>& hours, const std::set<int>& minutes,
                       const std::set<int>& seconds) {
  return fmt::format("{} {} {}", fmt::join(seconds, ","), fmt::join(minutes, ","), fmt::join(hours, ","));
}

std::set<int> numbers(int first, int last, int step = 1) {
  std::set<int> result;
  for (int number = first; number <= last; number += step) result.insert(number);
  return result;
}

// An expression of every day.
Expression daily(std::set<int> hours, std::set<int> minutes, std::set<int> seconds) {
  Expression result;
  result.text = clock_text(hours, minutes, seconds) + " * * *";
  result.hours = std::move(hours);
  result.minutes = std::move(minutes);
  result.seconds = std::move(seconds);
  result.days = numbers(1, 31);
  result.months = numbers(1, 12);
  result.weekdays = numbers(0, 6);
  result.any_day = result.any_weekday = true;
  return result;
}

Expression daily_at(absl::CivilSecond time) {
  return daily({time.hour()}, {time.minute()}, {time.second()});
}

Expression only_at(absl::CivilSecond time) {
  Expression result = daily_at(time);
  result.text = fmt::format("{} {} {} * {}", clock_text(result.hours, result.minutes, result.seconds),
                            time.day(), time.month(), time.year());
  result.days = {time.day()};
  result.months = {time.month()};
  result.years = {static_cast<int>(time.year())};
  result.any_day = false;
  return result;
}

// A repeating expression, with its hours as they are written.
Expression repeating(std::string hours_text, std::set<int> hours, std::set<int> minutes, int second) {
  Expression result = daily(std::move(hours), std::move(minutes), {second});
  result.text = fmt::format("{} {} {} * * *", second, fmt::join(result.minutes, ","), hours_text);
  result.repeating = true;
  return result;
}

struct Case {
  Expression expression;
  std::int64_t reach;  // how far before and after the jump instants are compared
};

std::vector<Case> cases_around(const Jump& jump) {
  const absl::CivilSecond middle = jump.first() + jump.size() / 2;
  const absl::CivilSecond last = jump.end() - 1;
  const absl::CivilSecond before = jump.first() - 1;
  const int hour = middle.hour();
  const int least = std::max(hour - 1, 0);
  const int most = std::min(hour + 1, 23);
  return {
      // fixed, beside the jump
      {daily_at(before), 36 * kHour},
      {daily_at(jump.end()), 36 * kHour},
      // fixed, in the gap or the overlap
      {daily_at(jump.first()), 36 * kHour},
      {daily_at(middle), 36 * kHour},
      {daily_at(last), 36 * kHour},
      {daily({hour}, numbers(0, 59, 10), {0}), 27 * kHour},
      {only_at(middle), 3 * kDay},
      // fixed, across it
      {daily({before.hour(), hour, jump.end().hour()}, {middle.minute()}, {middle.second()}), 27 * kHour},
      // repeating
      {repeating("*", numbers(0, 23), {middle.minute()}, middle.second()), 4 * kHour},
      {repeating("*", numbers(0, 23), numbers(0, 59, 15), 0), 2 * kHour},
      {repeating("*/2", numbers(0, 23, 2), {0}, 0), 6 * kHour},
      {repeating(fmt::format("{}-{}", least, most), numbers(least, most), {middle.minute()}, 0), 27 * kHour},
  };
}

// Everything that is asked about, in seconds from the jump: its edges, and those of what it skips or repeats.
std::vector<std::int64_t> probes_around(const Jump& jump) {
  std::vector<std::int64_t> probes;
  for (const std::int64_t edge : {-jump.size(), std::int64_t{0}, jump.size() / 2, jump.size()}) {
    for (const std::int64_t beside : {-1, 0, 1}) probes.push_back(jump.instant + edge + beside);
  }
  return probes;
}

class Grid : public testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::size_t kShards = 8;

  // Every eighth zone, so that each shard has its part of those with many jumps.
  static std::vector<std::string> zones() {
    const std::vector<std::string> all = declared_zones();
    std::vector<std::string> own;
    for (std::size_t i = GetParam(); i < all.size(); i += kShards) own.push_back(all[i]);
    return own;
  }
};

void expect_agreement_around(const Jump& jump, const std::string& name, const absl::TimeZone& zone) {
  const std::vector<std::int64_t> probes = probes_around(jump);
  for (const Case& each : cases_around(jump)) {
    const std::int64_t reach = each.reach + jump.size();
    const Window window{std::max<std::int64_t>(jump.instant - reach, -1), jump.instant + reach};
    for (const DaylightSaving policy : kPolicies) {
      const Schedule schedule = compiled(definition({cron(each.expression.text)}, name, policy));
      const auto expected = oracle::instants(each.expression, zone, policy, window.begin, window.end);
      const std::string found = Agreement(schedule, expected, window).first_disagreement(probes);
      ASSERT_EQ(found, "") << fmt::format("zone {}, transition {} ({} becomes {}), expression '{}', {}", name,
                                          format_rfc3339(nominal(jump.instant)),
                                          absl::FormatCivilTime(jump.from), absl::FormatCivilTime(jump.to),
                                          each.expression.text, describe(policy));
    }
  }
}

TEST_P(Grid, AgreesWithTheOracleAroundEveryJumpOfEveryZone) {
  const std::vector<std::string> names = zones();
  std::size_t jumps_checked = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    absl::TimeZone zone;
    ASSERT_TRUE(absl::LoadTimeZone(names[i], &zone)) << names[i];
    ASSERT_TRUE(TimeZone::load(names[i]).ok()) << names[i];
    const std::vector<Jump> jumps = jumps_of(zone);
    for (std::size_t k = i % kStride; k < jumps.size(); k += kStride) {
      expect_agreement_around(jumps[k], names[i], zone);
      if (HasFatalFailure()) return;
      ++jumps_checked;
    }
  }
  EXPECT_GT(names.size(), 400 / kShards) << "zones of zone data";
  EXPECT_GT(jumps_checked, 2000 / kStride);
}

INSTANTIATE_TEST_SUITE_P(Zones, Grid, testing::Range<std::size_t>(0, 8),
                         [](const auto& shard) { return fmt::format("{}of8", shard.param + 1); });

}  // namespace
}  // namespace scheduledjob::schedule
