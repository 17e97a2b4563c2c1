// Schedules as a whole: their entries, bounds and ends, and what compiling refuses.
#include "schedule/schedule.hpp"

#include <array>
#include <ctime>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/schedule/support.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const NominalTime kNewYear = utc("2026-01-01T00:00:00Z");

TEST(Schedule, IsReadInUtcWithoutAZone) {
  const Schedule schedule = compiled(definition({cron("30 2 * * *")}));
  EXPECT_THAT(next_instants(schedule, kNewYear, 2),
              ElementsAre("2026-01-01T02:30:00Z", "2026-01-02T02:30:00Z"));
}

TEST(Schedule, IsReadInItsZone) {
  const Schedule schedule = compiled(definition({cron("14 14 * * *")}, "Asia/Kolkata"));
  EXPECT_THAT(next_instants(schedule, utc("2016-01-03T07:39:03Z"), 2),
              ElementsAre("2016-01-03T08:44:00Z", "2016-01-04T08:44:00Z"));
}

TEST(Schedule, NextIsStrictlyAfterAndLatestIncludesItsMoment) {
  const Schedule schedule = compiled(definition({cron("0 * * * *")}));
  const NominalTime six = utc("2026-01-01T06:00:00Z");
  EXPECT_EQ(schedule.next_after(six), six + hours{1});
  EXPECT_EQ(schedule.next_after(six - seconds{1}), six);
  EXPECT_EQ(schedule.latest_through(six), six);
  EXPECT_EQ(schedule.latest_through(six - seconds{1}), six - hours{1});
  EXPECT_EQ(schedule.count_between(six, six + hours{1}), 1U);
  EXPECT_EQ(schedule.count_between(six - seconds{1}, six), 1U);
  EXPECT_EQ(schedule.count_between(six, six), 0U);
  EXPECT_EQ(schedule.count_between(six, six - hours{5}), 0U);
}

TEST(Schedule, AnIntervalCountsFromItsAnchorBothWays) {
  const Schedule schedule = compiled(definition({every(minutes{7}, utc("2026-06-01T00:00:03Z"))}));
  EXPECT_EQ(schedule.next_after(utc("2026-06-01T00:00:03Z")), utc("2026-06-01T00:07:03Z"));
  EXPECT_EQ(schedule.latest_through(utc("2026-06-01T00:00:02Z")), utc("2026-05-31T23:53:03Z"));
  EXPECT_EQ(schedule.count_between(utc("2026-05-31T00:00:00Z"), utc("2026-06-01T00:00:03Z")), 206U);
}

TEST(Schedule, AnAnchorMayLieAnywhere) {
  for (const NominalTime anchor :
       {NominalTime::min(), NominalTime{seconds{-7}}, NominalTime{}, NominalTime::max()}) {
    const Schedule schedule = compiled(definition({every(seconds{60}, anchor)}));
    const auto next = schedule.next_after(kNewYear);
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(schedule.next_after(*next), *next + seconds{60});
    EXPECT_EQ(next->time_since_epoch().count() % 60, (anchor.time_since_epoch().count() % 60 + 60) % 60);
  }
}

TEST(Schedule, EveryInCronIsAnchoredAtCreation) {
  Definition every_90s = definition({cron("@every 90s")});
  every_90s.created = utc("2026-05-05T10:00:07Z");
  EXPECT_THAT(next_instants(compiled(every_90s), every_90s.created, 2),
              ElementsAre("2026-05-05T10:01:37Z", "2026-05-05T10:03:07Z"));
  every_90s.entries = {cron(" @every\t1h30m ")};
  EXPECT_THAT(next_instants(compiled(every_90s), every_90s.created, 1), ElementsAre("2026-05-05T11:30:07Z"));
}

TEST(Schedule, EveryInCronRefusesLessThanASecond) {
  EXPECT_EQ(error_of(definition({cron("@every 1ms")})),
            "spec.schedule: @every: \"1ms\" is too short: the least is 1s");
  EXPECT_EQ(error_of(definition({cron("@every 1500ms")})),
            "spec.schedule: @every: \"1500ms\" is not a whole number of seconds");
  EXPECT_THAT(error_of(definition({cron("@every")})), HasSubstr("is not a duration such as 90s"));
  EXPECT_THAT(error_of(definition({cron("@every -5m")})), HasSubstr("is not a duration such as 90s"));
}

TEST(Schedule, MergesEqualInstantsOfItsEntries) {
  const Schedule schedule =
      compiled(definition({cron("0 */2 * * *"), cron("0 */3 * * *"), every(hours{6}),
                           once("2026-01-01T06:00:00Z"), once("2026-01-01T07:00:00Z")}));
  EXPECT_THAT(instants_in(schedule, kNewYear, kNewYear + hours{9}),
              ElementsAre("2026-01-01T02:00:00Z", "2026-01-01T03:00:00Z", "2026-01-01T04:00:00Z",
                          "2026-01-01T06:00:00Z", "2026-01-01T07:00:00Z", "2026-01-01T08:00:00Z",
                          "2026-01-01T09:00:00Z"));
  EXPECT_EQ(schedule.count_between(kNewYear, kNewYear + hours{9}), 7U);
  EXPECT_EQ(schedule.latest_through(kNewYear + hours{7} + minutes{59}), kNewYear + hours{7});
}

TEST(Schedule, TheSameEntryTwiceCountsOnce) {
  const Schedule schedule =
      compiled(definition({cron("* * * * *"), cron("*/1 * * * *"), every(minutes{1}), every(minutes{2})}));
  EXPECT_EQ(schedule.count_between(kNewYear, kNewYear + hours{24}), 1440U);
}

std::uint64_t walked(const Schedule& schedule, NominalTime after, NominalTime through) {
  return instants_in(schedule, after, through).size();
}

TEST(Schedule, CountsAYearOfSecondsWithoutWalkingThem) {
  const Schedule schedule = compiled(
      definition({cron("* * * * * *"), cron("*/5 * * * * *"), every(seconds{3600})}, "Europe/Berlin"));
  EXPECT_EQ(schedule.count_between(kNewYear, utc("2027-01-01T00:00:00Z")), 31'536'000U);
}

TEST(Schedule, CountsOverlappingSecondsExactly) {
  const Schedule schedule =
      compiled(definition({cron("*/2 * 9-17 * * MON-FRI"), cron("*/3 30-59 12 1-15 * *"), cron("7 7 7 * * *"),
                           cron("0 0 13 * 5")},
                          "America/New_York"));
  const NominalTime after = utc("2026-03-06T13:13:13Z");
  const NominalTime through = utc("2026-03-09T16:43:21Z");
  EXPECT_EQ(schedule.count_between(after, through), walked(schedule, after, through));
}

TEST(Schedule, CountsIntervalsBesideExpressionsExactly) {
  const NominalTime after = utc("2026-03-27T21:13:13Z");
  const NominalTime through = utc("2026-04-02T05:43:21Z");
  for (const seconds interval :
       {seconds{7}, seconds{45}, seconds{90}, seconds{420}, seconds{3600}, seconds{100000}}) {
    const Schedule schedule =
        compiled(definition({cron("*/5 * * * *"), cron("0 30 2,3 * * *"),
                             every(interval, utc("2026-03-01T00:00:11Z")), every(seconds{660})},
                            "Europe/Berlin"));
    EXPECT_EQ(schedule.count_between(after, through), walked(schedule, after, through)) << interval.count();
  }
}

TEST(Schedule, CountsAYearOfTwoDenseIntervals) {
  const Schedule schedule = compiled(definition({every(seconds{2}), every(seconds{3}), cron("* * * * * *")}));
  EXPECT_EQ(schedule.count_between(kNewYear, utc("2027-01-01T00:00:00Z")), 31'536'000U);
}

TEST(Schedule, CountsSingleInstantsThatNothingElseNames) {
  const Schedule schedule = compiled(definition(
      {cron("0 * * * *"), every(seconds{420}), once("2026-01-01T01:00:00Z"), once("2026-01-01T01:00:30Z")}));
  EXPECT_EQ(schedule.count_between(kNewYear, kNewYear + hours{2}),
            walked(schedule, kNewYear, kNewYear + hours{2}));
}

TEST(Schedule, GivesTheNextTimesAtOnce) {
  const Schedule schedule =
      compiled(definition({once("2026-01-01T05:00:00Z"), once("2026-01-01T06:00:00Z")}));
  std::array<NominalTime, 3> times{};
  EXPECT_EQ(schedule.next_times(kNewYear, std::span(times).first(1)), 1U);
  EXPECT_EQ(times[0], kNewYear + hours{5});
  EXPECT_EQ(schedule.next_times(kNewYear, times), 2U) << "the schedule ends";
  EXPECT_EQ(times[1], kNewYear + hours{6});
}

TEST(Schedule, BoundsAreInclusive) {
  Definition bounded = definition({cron("0 * * * *")});
  bounded.not_before = utc("2026-01-01T02:00:00Z");
  bounded.not_after = utc("2026-01-01T04:00:00Z");
  const Schedule schedule = compiled(bounded);
  EXPECT_THAT(instants_in(schedule, kEarliestInstant, kLatestInstant),
              ElementsAre("2026-01-01T02:00:00Z", "2026-01-01T03:00:00Z", "2026-01-01T04:00:00Z"));
  EXPECT_EQ(schedule.latest_through(kLatestInstant), utc("2026-01-01T04:00:00Z"));
  EXPECT_EQ(schedule.latest_through(utc("2026-01-01T01:59:59Z")), std::nullopt);
  EXPECT_EQ(schedule.count_between(kEarliestInstant, kLatestInstant), 3U);
}

TEST(Schedule, KnowsItsEnd) {
  const Schedule single = compiled(definition({once("2026-12-31T23:59:59Z")}));
  EXPECT_EQ(single.next_after(utc("2026-12-31T23:59:58Z")), utc("2026-12-31T23:59:59Z"));
  EXPECT_EQ(single.next_after(utc("2026-12-31T23:59:59Z")), std::nullopt);
  const Schedule years = compiled(definition({cron("0 0 0 1 1 * 2026-2027")}, "Asia/Tokyo"));
  EXPECT_EQ(years.next_after(utc("2026-12-31T15:00:00Z")), std::nullopt);
  EXPECT_EQ(years.latest_through(kLatestInstant), utc("2026-12-31T15:00:00Z"));
  Definition bounded = definition({every(hours{1})});
  bounded.not_after = utc("2026-01-01T04:30:00Z");
  EXPECT_EQ(compiled(bounded).next_after(utc("2026-01-01T04:00:00Z")), std::nullopt);
}

TEST(Schedule, NamesInstantsFrom1970To2199AndNoOthers) {
  for (const char* zone : {"", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"}) {
    const Schedule schedule = compiled(definition({cron("* * * * * *")}, zone));
    EXPECT_EQ(schedule.next_after(NominalTime::min()), kEarliestInstant);
    EXPECT_EQ(schedule.latest_through(NominalTime::max()), kLatestInstant);
    EXPECT_EQ(schedule.next_after(kLatestInstant), std::nullopt);
    EXPECT_EQ(schedule.next_after(NominalTime::max()), std::nullopt);
    EXPECT_EQ(schedule.latest_through(NominalTime::min()), std::nullopt);
    EXPECT_EQ(schedule.latest_through(kEarliestInstant - seconds{1}), std::nullopt);
    EXPECT_EQ(schedule.count_between(NominalTime::min(), NominalTime::max()), 7'258'118'400U);
  }
  const Schedule interval = compiled(definition({every(seconds{1})}));
  EXPECT_EQ(interval.next_after(NominalTime::min()), kEarliestInstant);
  EXPECT_EQ(interval.next_after(kLatestInstant), std::nullopt);
  EXPECT_EQ(interval.latest_through(NominalTime::max()), kLatestInstant);
  EXPECT_EQ(interval.count_between(NominalTime::min(), NominalTime::max()), 7'258'118'400U);
}

TEST(Schedule, ErrorsBeginWithTheField) {
  Definition broken = definition({every(hours{1}), {"spec.schedules[1].cron", Entry::Cron{"61 * * * *"}}});
  EXPECT_EQ(error_of(broken), "spec.schedules[1].cron: minute 61 is outside 0–59, column 1");
  broken = definition({cron("0 0 * * *")}, "Europe/Berln");
  broken.time_zone_field = "spec.timeZone";
  EXPECT_EQ(error_of(broken),
            "spec.timeZone: \"Europe/Berln\" is not a time zone of the IANA database (Europe/Berlin?)");
  EXPECT_THAT(error_of(definition({every(seconds{0})})),
              StartsWith("spec.schedules[0].every: an interval of 0 s is too short"));
  EXPECT_THAT(error_of(definition({every(seconds::max())})), HasSubstr("is too long: the most is ten years"));
  EXPECT_THAT(error_of(definition({once("tomorrow")})),
              StartsWith("spec.schedules[0].at: \"tomorrow\" is not a date and time"));
  EXPECT_THAT(error_of(definition({once("2200-01-01T00:00:00")})), HasSubstr("outside the years 1970–2199"));
  EXPECT_THAT(error_of(definition({once("2026-02-30T00:00:00")})), HasSubstr("is not a date and time"));
}

TEST(Schedule, TakesOneToAHundredEntries) {
  EXPECT_EQ(error_of(definition({})), "spec.schedules: 1 to 100 entries are allowed, these are 0");
  EXPECT_EQ(error_of(definition(std::vector<Entry>(100, cron("0 0 * * *")))), "");
  EXPECT_EQ(error_of(definition(std::vector<Entry>(101, cron("0 0 * * *")))),
            "spec.schedules: 1 to 100 entries are allowed, these are 101");
}

TEST(Schedule, RefusesBoundsThatLeaveNothing) {
  Definition inverted = definition({cron("0 0 * * *")});
  inverted.not_before = utc("2026-01-02T00:00:00Z");
  inverted.not_after = utc("2026-01-01T00:00:00Z");
  EXPECT_EQ(error_of(inverted),
            "spec.notBefore: 2026-01-02T00:00:00Z is later than notAfter, 2026-01-01T00:00:00Z");
}

TEST(Schedule, OutlivesItsDefinitionAndCopiesShareIt) {
  std::optional<Schedule> copy;
  {
    const Definition original = definition({cron("0 0 * * *")}, "Europe/Berlin");
    copy = compiled(original);
  }
  EXPECT_EQ(copy->next_after(kNewYear), utc("2026-01-01T23:00:00Z"));
}

}  // namespace
}  // namespace scheduledjob::schedule
