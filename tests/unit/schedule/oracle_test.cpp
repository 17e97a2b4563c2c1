// Random expressions in random zones around random moments, checked against the oracle. Seeds are fixed: a
// failure repeats.
#include "unit/schedule/oracle.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/schedule/agreement.hpp"
#include "unit/schedule/random_expression.hpp"
#include "unit/schedule/support.hpp"
#include "unit/schedule/zone_files.hpp"

namespace scheduledjob::schedule {
namespace {

using oracle::Expression;
using oracle::Random;
using oracle::tries;
using std::chrono::seconds;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kLast = kLatestInstant.time_since_epoch().count();

// A zone, a policy and a moment to look around.
struct Scene {
  std::string name;
  absl::TimeZone zone;
  DaylightSaving policy;
  std::int64_t moment = 0;

  absl::CivilSecond local() const { return zone.At(absl::FromUnixSeconds(moment)).cs; }
};

// Every other moment is close to a jump of the clocks, if there is one to come.
std::int64_t random_moment(Random& random, const absl::TimeZone& zone) {
  const std::int64_t moment = random.instant(0, kLast);
  absl::TimeZone::CivilTransition jump;
  if (random.one_in(2) && zone.NextTransition(absl::FromUnixSeconds(moment), &jump)) {
    const std::int64_t close =
        absl::ToUnixSeconds(zone.At(jump.to).trans) + random.instant(-2 * kHour, 2 * kHour);
    return std::min(close, kLast);
  }
  return moment;
}

Scene random_scene(Random& random) {
  static const std::vector<std::string> names = declared_zones();
  Scene scene;
  scene.name = random.one_of(names);
  EXPECT_TRUE(absl::LoadTimeZone(scene.name, &scene.zone)) << scene.name;
  scene.policy = random.policy();
  scene.moment = random_moment(random, scene.zone);
  return scene;
}

// As much of the days around a moment as leaves a few thousand instants at most.
Window window_around(std::int64_t moment, std::size_t instants_a_day) {
  const std::int64_t reach = std::clamp<std::int64_t>(
      2 * kDay * 1000 / static_cast<std::int64_t>(std::max<std::size_t>(instants_a_day, 1)), kHour, 2 * kDay);
  return {std::max<std::int64_t>(moment - reach, -1), std::min(moment + reach, kLast)};
}

std::size_t instants_a_day(const Expression& expression) {
  return expression.hours.size() * expression.minutes.size() * expression.seconds.size();
}

std::vector<std::int64_t> random_probes(Random& random, std::int64_t moment, Window window) {
  std::vector<std::int64_t> probes;
  for (int i = 0; i < 20; ++i) {
    probes.push_back(random.one_in(2) ? random.instant(window.begin, window.end)
                                      : moment + random.instant(-2 * kHour, 2 * kHour));
  }
  return probes;
}

void expect_agreement(const Schedule& schedule, const std::vector<std::int64_t>& expected, Window window,
                      const Scene& scene, Random& random, std::string_view expressions) {
  const auto probes = random_probes(random, scene.moment, window);
  ASSERT_EQ(Agreement(schedule, expected, window).first_disagreement(probes), "")
      << fmt::format("{} in {}, {}, around {}", expressions, scene.name, describe(scene.policy),
                     format_rfc3339(nominal(scene.moment)));
}

bool names_any_day(const Expression& expression) {
  for (absl::CivilDay day(1970, 1, 1); day < absl::CivilDay(2200, 1, 1); ++day) {
    if (expression.names(day)) return true;
  }
  return false;
}

// A random expression that names a date; the engine must take it, and refuse those that name none.
Expression accepted_expression(Random& random, const Scene& scene) {
  while (true) {
    Expression expression = random_expression(random, scene.local());
    const std::string error = error_of(definition({cron(expression.text)}));
    EXPECT_EQ(error.find("no date from 1970 to 2199") == std::string::npos, names_any_day(expression))
        << expression.text << ": " << error;
    if (error.empty()) return expression;
    EXPECT_NE(error.find("no date from 1970 to 2199"), std::string::npos) << error;
  }
}

// Compares one random expression; returns how many instants were expected.
std::size_t compare_expression(const Scene& scene, Random& random) {
  const Expression expression = accepted_expression(random, scene);
  const Window window = window_around(scene.moment, instants_a_day(expression));
  const auto expected = oracle::instants(expression, scene.zone, scene.policy, window.begin, window.end);
  expect_agreement(compiled(definition({cron(expression.text)}, scene.name, scene.policy)), expected, window,
                   scene, random, expression.text);
  return expected.size();
}

TEST(Oracle, AgreesOnRandomExpressionsZonesAndMoments) {
  Random random(20260101);
  std::size_t instants = 0;
  for (int i = 0; i < tries(8000) && !HasFailure(); ++i)
    instants += compare_expression(random_scene(random), random);
  EXPECT_GT(instants, 20U * tries(8000)) << "there was little to compare";
}

TEST(Oracle, AgreesOnTheFirstInstantsOf1970AndTheLastOf2199) {
  Random random(20260102);
  std::size_t instants = 0;
  for (int i = 0; i < tries(2000) && !HasFailure(); ++i) {
    Scene scene = random_scene(random);
    scene.moment = random.one_in(2) ? random.instant(0, 2 * kDay) : kLast - random.instant(0, 2 * kDay);
    instants += compare_expression(scene, random);
  }
  EXPECT_GT(instants, 20U * tries(2000)) << "there was little to compare";
}

// Entries of all three kinds, and what they name.
struct Union {
  std::vector<Entry> entries;
  std::vector<std::int64_t> expected;
  std::string text;

  void add(const Entry& entry, const std::vector<std::int64_t>& instants, std::string_view described) {
    std::vector<std::int64_t> all;
    std::set_union(expected.begin(), expected.end(), instants.begin(), instants.end(),
                   std::back_inserter(all));
    expected = std::move(all);
    entries.push_back(entry);
    text += fmt::format("{}{}", text.empty() ? "" : "; ", described);
  }
};

void add_interval(Union& result, Random& random, const Scene& scene, Window window) {
  const std::int64_t length = random.one_in(2) ? 60 * random.between(1, 90) : random.between(40, 100'000);
  const std::int64_t anchor = scene.moment + random.instant(-1'000'000, 1'000'000);
  std::vector<std::int64_t> instants;
  std::int64_t instant = anchor + (window.begin - anchor) / length * length - length;
  for (; instant <= window.end; instant += length) {
    if (instant > window.begin) instants.push_back(instant);
  }
  result.add(every(seconds{length}, nominal(anchor)), instants,
             fmt::format("every {} s from {}", length, format_rfc3339(nominal(anchor))));
}

// One local time, read in the zone of the scene: as an expression of that second alone.
void add_local_time(Union& result, Random& random, const Scene& scene, Window window) {
  const std::int64_t instant =
      std::clamp(scene.moment + random.instant(-2 * kHour, 2 * kHour), 2 * kDay, kLast - 2 * kDay);
  const absl::CivilSecond local =
      scene.zone.At(absl::FromUnixSeconds(instant)).cs + random.between(-1800, 1800);
  Expression expression;
  expression.seconds = {local.second()};
  expression.minutes = {local.minute()};
  expression.hours = {local.hour()};
  expression.days = {local.day()};
  expression.months = {local.month()};
  expression.years = {static_cast<int>(local.year())};
  const std::string text = absl::FormatCivilTime(local);
  result.add(once(text), oracle::instants(expression, scene.zone, scene.policy, window.begin, window.end),
             text);
}

Union random_union(Random& random, const Scene& scene, Window window) {
  Union result;
  for (int parts = random.between(2, 5); parts > 0; --parts) {
    switch (random.between(0, 3)) {
      case 0:
        add_interval(result, random, scene, window);
        break;
      case 1:
        add_local_time(result, random, scene, window);
        break;
      default: {
        const Expression expression = accepted_expression(random, scene);
        if (instants_a_day(expression) > 5000) break;
        result.add(cron(expression.text),
                   oracle::instants(expression, scene.zone, scene.policy, window.begin, window.end),
                   expression.text);
      }
    }
  }
  return result;
}

TEST(Oracle, AgreesOnUnionsOfExpressionsIntervalsAndSingleTimes) {
  Random random(20260103);
  for (int i = 0; i < tries(2000) && !HasFailure(); ++i) {
    const Scene scene = random_scene(random);
    const Window window = window_around(scene.moment, 1000);
    const Union all = random_union(random, scene, window);
    if (all.entries.empty()) continue;
    expect_agreement(compiled(definition(all.entries, scene.name, scene.policy)), all.expected, window, scene,
                     random, all.text);
  }
}

TEST(Oracle, AgreesOnWhatBoundsLeave) {
  Random random(20260104);
  for (int i = 0; i < tries(2000) && !HasFailure(); ++i) {
    const Scene scene = random_scene(random);
    const Window window = window_around(scene.moment, 1000);
    const Union all = random_union(random, scene, window);
    if (all.entries.empty()) continue;
    Definition bounded = definition(all.entries, scene.name, scene.policy);
    const std::int64_t first = random.instant(window.begin, window.end);
    const std::int64_t last = random.instant(first, window.end);
    std::vector<std::int64_t> left = all.expected;
    if (!random.one_in(4)) {
      bounded.not_before = nominal(first);
      std::erase_if(left, [&](std::int64_t instant) { return instant < first; });
    }
    if (!random.one_in(4)) {
      bounded.not_after = nominal(last);
      std::erase_if(left, [&](std::int64_t instant) { return instant > last; });
    }
    expect_agreement(compiled(bounded), left, window, scene, random, all.text);
  }
}

}  // namespace
}  // namespace scheduledjob::schedule
