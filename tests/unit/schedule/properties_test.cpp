// What holds of every schedule, whatever it names: how its queries fit together, over two centuries. Seeds
// are fixed: a failure repeats.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "schedule/jitter.hpp"
#include "unit/schedule/agreement.hpp"
#include "unit/schedule/random_expression.hpp"
#include "unit/schedule/support.hpp"
#include "unit/schedule/zone_files.hpp"

namespace scheduledjob::schedule {
namespace {

using oracle::Random;
using oracle::tries;
using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::seconds;

NominalTime random_time(Random& random, NominalTime least = kEarliestInstant,
                        NominalTime most = kLatestInstant) {
  return nominal(random.instant(least.time_since_epoch().count(), most.time_since_epoch().count()));
}

std::string random_expression_text(Random& random) {
  const absl::CivilSecond local(random.between(1970, 2199), 6, 15, random.between(0, 23), 0, 0);
  while (true) {
    std::string text = random_expression(random, local).text;
    if (error_of(definition({cron(text)})).empty()) return text;
  }
}

Entry random_entry(Random& random) {
  switch (random.between(0, 5)) {
    case 0:
      return every(seconds{random.between(1, 1'000'000)}, random_time(random));
    case 1: {
      std::string time = format_rfc3339(random_time(random));
      if (random.one_in(2)) time.pop_back();
      return once(time);
    }
    default:
      return cron(random_expression_text(random));
  }
}

Definition random_definition(Random& random, int entries) {
  static const std::vector<std::string> names = declared_zones();
  Definition result = definition({}, random.one_of(names), random.policy());
  for (; entries > 0; --entries) result.entries.push_back(random_entry(random));
  return result;
}

std::string text_of(const Definition& definition) {
  std::string result;
  for (const Entry& entry : definition.entries) {
    if (const auto* cron = std::get_if<Entry::Cron>(&entry.when)) result += cron->expression;
    if (const auto* at = std::get_if<Entry::At>(&entry.when)) result += at->time;
    if (const auto* every = std::get_if<Entry::Every>(&entry.when)) {
      result += fmt::format("every {} s from {}", every->interval.count(), format_rfc3339(every->anchor));
    }
    result += "; ";
  }
  return result + fmt::format("in {}, {}", definition.time_zone, describe(definition.daylight_saving));
}

// Runs `check(schedule, random)` for schedules of one to four entries.
template <class Check>
void for_random_schedules(std::uint64_t seed, int schedules, const Check& check) {
  Random random(seed);
  for (int i = 0; i < tries(schedules) && !testing::Test::HasFailure(); ++i) {
    const Definition definition = random_definition(random, random.between(1, 4));
    SCOPED_TRACE(text_of(definition));
    check(compiled(definition), random);
  }
}

TEST(Properties, NextAfterIsTheFirstAndFoundAgain) {
  for_random_schedules(1, 5000, [](const Schedule& schedule, Random& random) {
    const NominalTime time = random_time(random);
    const auto next = schedule.next_after(time);
    const NominalTime before_next = next.value_or(kLatestInstant + seconds{1}) - seconds{1};
    EXPECT_EQ(schedule.count_between(time, before_next), 0U);
    EXPECT_LE(schedule.latest_through(before_next), std::optional(time));
    if (!next) return;
    EXPECT_GT(*next, time);
    EXPECT_EQ(schedule.latest_through(*next), next);
    EXPECT_EQ(schedule.count_between(time, *next), 1U);
  });
}

TEST(Properties, LatestThroughIsTheLastAndFoundAgain) {
  for_random_schedules(2, 5000, [](const Schedule& schedule, Random& random) {
    const NominalTime time = random_time(random);
    const auto latest = schedule.latest_through(time);
    const NominalTime from = latest.value_or(kEarliestInstant - seconds{1});
    EXPECT_EQ(schedule.count_between(from, time), 0U);
    EXPECT_EQ(schedule.next_after(from), schedule.next_after(time));
    if (!latest) return;
    EXPECT_LE(*latest, time);
    EXPECT_EQ(schedule.next_after(*latest - seconds{1}), latest);
    EXPECT_EQ(schedule.count_between(*latest - seconds{1}, time), 1U);
  });
}

TEST(Properties, CountsAgreeWithWalking) {
  for_random_schedules(3, 2000, [](const Schedule& schedule, Random& random) {
    const NominalTime start = random_time(random);
    NominalTime time = start;
    for (std::uint64_t walked = 1; walked <= 50; ++walked) {
      const auto next = schedule.next_after(time);
      if (!next) break;
      time = *next;
      ASSERT_EQ(schedule.count_between(start, time), walked);
    }
  });
}

TEST(Properties, CountsOfOneEntryAddUpOverCenturies) {
  Random random(4);
  for (int i = 0; i < tries(2000); ++i) {
    const Definition definition = random_definition(random, 1);
    const Schedule schedule = compiled(definition);
    std::array times{random_time(random), random_time(random), random_time(random)};
    std::sort(times.begin(), times.end());
    ASSERT_EQ(schedule.count_between(times[0], times[1]) + schedule.count_between(times[1], times[2]),
              schedule.count_between(times[0], times[2]))
        << text_of(definition);
  }
}

TEST(Properties, CountsOfSeveralEntriesAddUpOverMonths) {
  for_random_schedules(5, 3000, [](const Schedule& schedule, Random& random) {
    const NominalTime start = random_time(random, kEarliestInstant, kLatestInstant - days{60});
    const NominalTime middle = random_time(random, start, start + days{30});
    const NominalTime end = random_time(random, middle, middle + days{30});
    EXPECT_EQ(schedule.count_between(start, middle) + schedule.count_between(middle, end),
              schedule.count_between(start, end));
  });
}

// The instants of each entry alone, put together.
std::set<NominalTime> instants_of_each(const Definition& definition, NominalTime after, NominalTime through) {
  std::set<NominalTime> result;
  for (const Entry& entry : definition.entries) {
    Definition single = definition;
    single.entries = {entry};
    const Schedule schedule = compiled(single);
    for (auto time = schedule.next_after(after); time && *time <= through;
         time = schedule.next_after(*time)) {
      result.insert(*time);
    }
  }
  return result;
}

TEST(Properties, AUnionNamesWhatItsEntriesNameEachOnce) {
  Random random(6);
  for (int i = 0; i < tries(1500); ++i) {
    const Definition definition = random_definition(random, random.between(2, 8));
    const Schedule schedule = compiled(definition);
    const NominalTime after = random_time(random, kEarliestInstant, kLatestInstant - days{7});
    NominalTime through = after;
    std::set<NominalTime> walked;
    while (walked.size() < 300) {
      const auto next = schedule.next_after(through);
      if (!next || *next > after + days{7}) break;
      walked.insert(through = *next);
    }
    ASSERT_EQ(walked, instants_of_each(definition, after, through)) << text_of(definition);
    ASSERT_EQ(schedule.count_between(after, through), walked.size()) << text_of(definition);
  }
}

TEST(Properties, BoundsCutAndChangeNothingElse) {
  Random random(7);
  for (int i = 0; i < tries(4000); ++i) {
    Definition definition = random_definition(random, random.between(1, 4));
    const Schedule unbounded = compiled(definition);
    const NominalTime first = random_time(random);
    const NominalTime last = random_time(random, first, std::min(first + days{20}, kLatestInstant));
    definition.not_before = first;
    definition.not_after = last;
    const Schedule bounded = compiled(definition);
    SCOPED_TRACE(text_of(definition));

    const NominalTime time = random_time(random, first - days{1}, last + days{1});
    const auto within = [&](std::optional<NominalTime> found) {
      return found && *found >= first && *found <= last ? found : std::nullopt;
    };
    ASSERT_EQ(bounded.next_after(time), within(unbounded.next_after(std::max(time, first - seconds{1}))));
    ASSERT_EQ(bounded.latest_through(time), within(unbounded.latest_through(std::min(time, last))));
    ASSERT_EQ(bounded.count_between(NominalTime::min(), NominalTime::max()),
              unbounded.count_between(first - seconds{1}, last));
  }
}

TEST(Properties, TimesBeyondTheYearsAreAsTheirEdges) {
  for_random_schedules(8, 1000, [](const Schedule& schedule, Random&) {
    EXPECT_EQ(schedule.next_after(NominalTime::min()), schedule.next_after(kEarliestInstant - seconds{1}));
    EXPECT_EQ(schedule.latest_through(NominalTime::max()), schedule.latest_through(kLatestInstant));
    EXPECT_EQ(schedule.next_after(kLatestInstant), std::nullopt);
    EXPECT_EQ(schedule.latest_through(kEarliestInstant - seconds{1}), std::nullopt);
    EXPECT_EQ(schedule.count_between(NominalTime::min(), kEarliestInstant - seconds{1}), 0U);
    EXPECT_EQ(schedule.count_between(kLatestInstant, NominalTime::max()), 0U);
  });
}

TEST(Properties, JitterStaysBelowItsMaximumAndBeforeTheNextInstant) {
  for_random_schedules(9, 2000, [](const Schedule& schedule, Random& random) {
    const std::string uid = fmt::format("uid-{}", random.between(0, 1'000'000));
    const seconds most{random.one_in(2) ? random.between(1, 120) : random.between(1, 86400)};
    auto time = schedule.next_after(random_time(random));
    for (int i = 0; i < 50 && time; ++i) {
      const auto next = schedule.next_after(*time);
      const milliseconds delay = jitter(uid, *time, most, next);
      ASSERT_GE(delay, milliseconds{0});
      ASSERT_LT(delay, most);
      ASSERT_LT(*time + delay, next.value_or(kLatestInstant + days{2}));
      time = next;
    }
  });
}

}  // namespace
}  // namespace scheduledjob::schedule
