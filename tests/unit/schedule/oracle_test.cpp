// Random expressions in random zones around random moments, checked against the oracle. Seeds are fixed: a
// failure repeats.
#include "unit/schedule/oracle.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "unit/schedule/support.hpp"

namespace scheduledjob::schedule {
namespace {

using oracle::Expression;
using std::chrono::seconds;

constexpr std::array kZones{"UTC",
                            "Europe/Berlin",
                            "America/New_York",
                            "Australia/Lord_Howe",
                            "Pacific/Apia",
                            "Africa/Cairo",
                            "Africa/Casablanca",
                            "Asia/Kolkata",
                            "America/Sao_Paulo",
                            "Asia/Tehran",
                            "Africa/Monrovia",
                            "Pacific/Kwajalein",
                            "Asia/Pyongyang",
                            "America/St_Johns",
                            "Antarctica/Troll",
                            "America/Caracas",
                            "Europe/Dublin",
                            "Asia/Gaza",
                            "Pacific/Chatham",
                            "Atlantic/Azores"};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  int between(int least, int most) { return std::uniform_int_distribution(least, most)(engine_); }
  bool one_in(int n) { return between(1, n) == 1; }
  template <class Range>
  auto one_of(const Range& range) {
    return range[static_cast<std::size_t>(between(0, static_cast<int>(range.size()) - 1))];
  }
  std::int64_t instant(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution(least, most)(engine_);
  }

 private:
  std::mt19937_64 engine_;
};

struct Field {
  std::string text;
  std::set<int> values;
  bool anything = false;
  bool spread = false;
};

Field random_field(Random& random, int least, int most, int sparse) {
  Field field;
  const auto add = [&](int first, int last, int step) {
    for (int value = first; value <= last; value += step) field.values.insert(value);
  };
  const int parts = random.one_in(4) ? random.between(2, 3) : 1;
  for (int part = 0; part < parts; ++part) {
    if (part > 0) field.text += ',';
    const int a = random.between(least, most);
    const int b = random.between(a, most);
    const int step = random.between(1, std::min(most - least + 1, 12));
    switch (random.between(0, 4 + sparse)) {
      case 0:
        field.text += random.one_in(3) ? "?" : "*";
        field.anything = field.spread = true;
        add(least, most, 1);
        break;
      case 1:
        field.text += fmt::format("*/{}", step);
        field.anything |= step == 1;
        field.spread = true;
        add(least, most, step);
        break;
      case 2:
        field.text += fmt::format("{}-{}/{}", a, b, step);
        field.spread = true;
        add(a, b, step);
        break;
      case 3:
        field.text += fmt::format("{}/{}", a, step);
        field.spread = true;
        add(a, most, step);
        break;
      case 4:
        field.text += fmt::format("{}-{}", a, b);
        field.spread = true;
        add(a, b, 1);
        break;
      default:
        field.text += fmt::format("{}", a);
        add(a, a, 1);
    }
  }
  return field;
}

Field star() {
  return {"*", {}, true, true};
}

// One or two plain hours around `hour`, so that jumps of the clocks fall among them.
Field hours_around(Random& random, int hour) {
  const int first = std::clamp(hour - random.between(0, 2), 0, 22);
  if (random.one_in(2)) return {fmt::format("{}", first), {first}};
  return {fmt::format("{},{}", first, first + 1), {first, first + 1}};
}

// Frequent enough on its days that a few days hold several instants; half of them fixed times around
// `local_hour`.
Expression random_expression(Random& random, int local_hour) {
  const Field minute = random_field(random, 0, 59, 5);
  const Field hour = random.one_in(2) ? hours_around(random, local_hour) : random_field(random, 0, 23, 5);
  Field day = random.one_in(2) ? star() : random_field(random, 1, 31, 0);
  Field month = random.one_in(2) ? star() : random_field(random, 1, 12, 0);
  Field weekday = random.one_in(2) ? star() : random_field(random, 0, 6, 0);
  for (int i = 0; i <= 31; ++i) {
    if (day.text == "*" && i >= 1) day.values.insert(i);
    if (month.text == "*" && i >= 1 && i <= 12) month.values.insert(i);
    if (weekday.text == "*" && i <= 6) weekday.values.insert(i);
  }
  Expression result;
  result.text = fmt::format("{} {} {} {} {}", minute.text, hour.text, day.text, month.text, weekday.text);
  result.minutes = minute.values;
  result.hours = hour.values;
  result.days = day.values;
  result.months = month.values;
  result.weekdays = weekday.values;
  result.any_day = day.anything;
  result.any_weekday = weekday.anything;
  result.repeating = hour.spread && hour.values.size() > 1;
  return result;
}

DaylightSaving random_policy(Random& random) {
  return {random.one_in(2) ? SkippedTime::kRunAfterGap : SkippedTime::kSkip,
          random.one_in(2) ? RepeatedTime::kRunOnce : RepeatedTime::kRunTwice};
}

// A moment from 1970 to 2120; every other one close to a jump of the clocks.
absl::Time random_moment(Random& random, const absl::TimeZone& zone) {
  absl::Time moment = absl::FromUnixSeconds(random.instant(0, 4733510400));
  absl::TimeZone::CivilTransition jump;
  if (random.one_in(2) && zone.NextTransition(moment, &jump)) {
    moment = zone.At(jump.to).trans + absl::Seconds(random.instant(-7200, 7200));
  }
  return std::clamp(moment, absl::FromUnixSeconds(4 * 86400), absl::FromUnixSeconds(4733510400));
}

NominalTime nominal(std::int64_t unix_seconds) {
  return NominalTime{seconds{unix_seconds}};
}

// What the engine must say about (moment − 2 days, moment + 2 days), by the oracle's list of instants.
void expect_agreement(const Schedule& schedule, const std::vector<std::int64_t>& expected,
                      std::int64_t moment, Random& random, const std::string& context) {
  const std::int64_t begin = moment - 2 * 86400;
  const std::int64_t end = moment + 2 * 86400;
  const auto expected_next = [&](std::int64_t after) -> std::optional<NominalTime> {
    const auto next = std::upper_bound(expected.begin(), expected.end(), after);
    return next == expected.end() || *next > end ? std::nullopt : std::optional(nominal(*next));
  };
  const auto within = [](std::optional<NominalTime> time, std::int64_t from, std::int64_t to) {
    return time && *time >= nominal(from) && *time <= nominal(to) ? time : std::nullopt;
  };

  for (std::int64_t at = begin;;) {
    const auto next = within(schedule.next_after(nominal(at)), begin, end);
    ASSERT_EQ(next, expected_next(at)) << context << " after " << format_rfc3339(nominal(at));
    if (!next) break;
    at = next->time_since_epoch().count();
    ASSERT_EQ(schedule.latest_through(*next), next) << context;
  }
  for (int i = 0; i < 20; ++i) {
    const std::int64_t at =
        random.one_in(2) ? random.instant(begin, end) : moment + random.instant(-7200, 7200);
    ASSERT_EQ(within(schedule.next_after(nominal(at)), begin, end), expected_next(at))
        << context << " after " << format_rfc3339(nominal(at));

    const auto later = std::upper_bound(expected.begin(), expected.end(), at);
    std::optional<NominalTime> latest;
    if (later != expected.begin() && *std::prev(later) >= begin) latest = nominal(*std::prev(later));
    ASSERT_EQ(within(schedule.latest_through(nominal(at)), begin, end), latest)
        << context << " through " << format_rfc3339(nominal(at));

    const std::int64_t to = random.instant(at, end);
    const auto count = std::upper_bound(expected.begin(), expected.end(), to) - later;
    ASSERT_EQ(schedule.count_between(nominal(at), nominal(to)), static_cast<std::uint64_t>(count))
        << context << " in (" << format_rfc3339(nominal(at)) << ", " << format_rfc3339(nominal(to)) << "]";
  }
}

absl::TimeZone load(const std::string& name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone)) << name;
  return zone;
}

// Local minutes enough to hold every instant of the four days around `moment`, skipped days included.
std::vector<std::int64_t> oracle_instants(const Expression& expression, const absl::TimeZone& zone,
                                          DaylightSaving policy, absl::Time moment) {
  return oracle::instants(expression, zone, policy, absl::CivilMinute(zone.At(moment - absl::Hours(100)).cs),
                          absl::CivilMinute(zone.At(moment + absl::Hours(100)).cs));
}

std::string describe(const Expression& expression, std::string_view zone, DaylightSaving policy) {
  return fmt::format("'{}' in {}, {}, {}", expression.text, zone,
                     policy.skipped_time == SkippedTime::kSkip ? "Skip" : "RunAfterGap",
                     policy.repeated_time == RepeatedTime::kRunOnce ? "RunOnce" : "RunTwice");
}

TEST(Oracle, AgreesOnRandomExpressionsZonesAndMoments) {
  Random random(20260101);
  int compared = 0;
  while (compared < 400) {
    const std::string name = random.one_of(kZones);
    const absl::TimeZone zone = load(name);
    const DaylightSaving policy = random_policy(random);
    const absl::Time moment = random_moment(random, zone);
    const Expression expression = random_expression(random, zone.At(moment).cs.hour());
    const auto schedule = Schedule::compile(definition({cron(expression.text)}, name, policy));
    if (!schedule.ok()) {  // the only reason left is a date that never comes
      ASSERT_NE(std::string(schedule.status().message()).find("no date"), std::string::npos)
          << schedule.status();
      continue;
    }
    expect_agreement(*schedule, oracle_instants(expression, zone, policy, moment),
                     absl::ToUnixSeconds(moment), random, describe(expression, name, policy));
    if (HasFatalFailure()) return;
    ++compared;
  }
}

TEST(Oracle, AgreesOnUnionsOfRandomExpressions) {
  Random random(20260102);
  int compared = 0;
  while (compared < 120) {
    const std::string name = random.one_of(kZones);
    const absl::TimeZone zone = load(name);
    const DaylightSaving policy = random_policy(random);
    const absl::Time moment = random_moment(random, zone);
    std::vector<Entry> entries;
    std::set<std::int64_t> expected;
    std::string context;
    for (int i = random.between(2, 4); i > 0; --i) {
      const Expression expression = random_expression(random, zone.At(moment).cs.hour());
      if (!Schedule::compile(definition({cron(expression.text)}, name, policy)).ok()) continue;
      entries.push_back(cron(expression.text));
      const auto own = oracle_instants(expression, zone, policy, moment);
      expected.insert(own.begin(), own.end());
      context += describe(expression, name, policy) + "; ";
    }
    if (random.one_in(3)) {
      const int interval = 60 * random.between(1, 90);
      const NominalTime anchor = nominal(absl::ToUnixSeconds(moment));
      entries.push_back(every(seconds{interval}, anchor));
      const std::int64_t middle = absl::ToUnixSeconds(moment);
      for (int k = -400'000 / interval; k <= 400'000 / interval; ++k) expected.insert(middle + k * interval);
      context += fmt::format("every {} s", interval);
    }
    if (entries.empty()) continue;
    expect_agreement(compiled(definition(entries, name, policy)), {expected.begin(), expected.end()},
                     absl::ToUnixSeconds(moment), random, context);
    if (HasFatalFailure()) return;
    ++compared;
  }
}

}  // namespace
}  // namespace scheduledjob::schedule
