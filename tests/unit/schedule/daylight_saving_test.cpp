// What becomes of local times that clocks skip or repeat. The examples of docs/schedule.md are among these.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/schedule/support.hpp"

namespace scheduledjob::schedule {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr DaylightSaving kDefault{};
constexpr DaylightSaving kSkip{.skipped_time = SkippedTime::kSkip};
constexpr DaylightSaving kTwice{.repeated_time = RepeatedTime::kRunTwice};

// The instants after `after` up to `through`; checked backwards and by count as well.
std::vector<std::string> instants(const char* expression, const char* zone, std::string_view after,
                                  std::string_view through, DaylightSaving policy = kDefault) {
  const Schedule schedule = compiled(definition({cron(expression)}, zone, policy));
  auto result = instants_in(schedule, utc(after), utc(through));
  EXPECT_EQ(schedule.count_between(utc(after), utc(through)), result.size()) << expression;
  std::vector<std::string> backwards;
  for (auto time = schedule.latest_through(utc(through)); time && *time > utc(after);
       time = schedule.latest_through(*time - std::chrono::seconds{1})) {
    backwards.insert(backwards.begin(), format_rfc3339(*time));
  }
  EXPECT_EQ(backwards, result) << expression;
  return result;
}

// Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC.

std::vector<std::string> berlin_spring(const char* expression, DaylightSaving policy = kDefault) {
  return instants(expression, "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", policy);
}

TEST(DaylightSaving, ASkippedFixedTimeRunsAtTheEndOfTheGap) {
  EXPECT_THAT(berlin_spring("30 2 * * *"), ElementsAre("2026-03-29T01:00:00Z"));
  EXPECT_THAT(berlin_spring("0 30 2 29 3 *"), ElementsAre("2026-03-29T01:00:00Z"));
  EXPECT_THAT(berlin_spring("59 59 2 * * *"), ElementsAre("2026-03-29T01:00:00Z"));
}

TEST(DaylightSaving, SkipLeavesASkippedFixedTimeOut) {
  EXPECT_THAT(berlin_spring("30 2 * * *", kSkip), IsEmpty());
  EXPECT_THAT(berlin_spring("30 2,4 * * *", kSkip), ElementsAre("2026-03-29T02:30:00Z"));
}

TEST(DaylightSaving, SeveralSkippedTimesOfOneExpressionRunOnce) {
  EXPECT_THAT(berlin_spring("0,20,40 2 * * *"), ElementsAre("2026-03-29T01:00:00Z"));
  EXPECT_THAT(berlin_spring("*/10 2 * * *"), ElementsAre("2026-03-29T01:00:00Z"));
}

TEST(DaylightSaving, ASkippedTimeMergesWithOneAtTheEndOfTheGap) {
  EXPECT_THAT(berlin_spring("0 2,3 * * *"), ElementsAre("2026-03-29T01:00:00Z"));
  EXPECT_THAT(berlin_spring("30 2,3 * * *"), ElementsAre("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"));
}

TEST(DaylightSaving, TimesBesideTheGapAreUntouched) {
  EXPECT_THAT(berlin_spring("59 1 * * *"), ElementsAre("2026-03-29T00:59:00Z"));
  EXPECT_THAT(berlin_spring("0 3 * * *"), ElementsAre("2026-03-29T01:00:00Z"));
  EXPECT_THAT(berlin_spring("0 3 * * *", kSkip), ElementsAre("2026-03-29T01:00:00Z"));
}

TEST(DaylightSaving, ARepeatingExpressionDoesNotRunInTheGap) {
  EXPECT_EQ(berlin_spring("*/15 * * * *").size(), 92U);
  EXPECT_EQ(berlin_spring("0 * * * *").size(), 23U);
  EXPECT_THAT(instants("30 * * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T02:00:00Z"),
              ElementsAre("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"));
  EXPECT_THAT(instants("0 0-6/2 * * *", "Europe/Berlin", "2026-03-28T22:00:00Z", "2026-03-29T12:00:00Z"),
              ElementsAre("2026-03-28T23:00:00Z", "2026-03-29T02:00:00Z", "2026-03-29T04:00:00Z"));
}

// Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.

std::vector<std::string> berlin_autumn(const char* expression, DaylightSaving policy = kDefault) {
  return instants(expression, "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", policy);
}

TEST(DaylightSaving, ARepeatedFixedTimeRunsAtTheFirst) {
  EXPECT_THAT(berlin_autumn("30 2 * * *"), ElementsAre("2026-10-25T00:30:00Z"));
  EXPECT_THAT(berlin_autumn("0 2 * * *"), ElementsAre("2026-10-25T00:00:00Z"));
  EXPECT_THAT(berlin_autumn("*/20 2 * * *"),
              ElementsAre("2026-10-25T00:00:00Z", "2026-10-25T00:20:00Z", "2026-10-25T00:40:00Z"));
}

TEST(DaylightSaving, RunTwiceRunsARepeatedFixedTimeAtBoth) {
  EXPECT_THAT(berlin_autumn("30 2 * * *", kTwice),
              ElementsAre("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"));
  EXPECT_THAT(berlin_autumn("0 2,3 * * *", kTwice),
              ElementsAre("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"));
}

TEST(DaylightSaving, ARepeatingExpressionRunsInBothHours) {
  EXPECT_EQ(berlin_autumn("*/15 * * * *").size(), 100U);
  EXPECT_THAT(berlin_autumn("0 1-3 * * *"), ElementsAre("2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z",
                                                        "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"));
}

TEST(DaylightSaving, TheSecondPassIsLeftAloneFromItsMiddleToo) {
  const Schedule schedule = compiled(definition({cron("30 2 * * *")}, "Europe/Berlin"));
  EXPECT_EQ(schedule.next_after(utc("2026-10-25T01:10:00Z")), utc("2026-10-26T01:30:00Z"));
  EXPECT_EQ(schedule.latest_through(utc("2026-10-25T01:40:00Z")), utc("2026-10-25T00:30:00Z"));
  EXPECT_EQ(schedule.count_between(utc("2026-10-25T01:10:00Z"), utc("2026-10-25T12:00:00Z")), 0U);
}

TEST(DaylightSaving, EachEntryOfAUnionFollowsItsOwnRule) {
  const Schedule schedule =
      compiled(definition({cron("30 2 * * *"), cron("10,50 2 * * *"), cron("45 * * * *")}, "Europe/Berlin"));
  const NominalTime after = utc("2026-10-25T00:00:00Z");
  const NominalTime through = utc("2026-10-25T02:00:00Z");
  EXPECT_THAT(instants_in(schedule, after, through),
              ElementsAre("2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z", "2026-10-25T00:45:00Z",
                          "2026-10-25T00:50:00Z", "2026-10-25T01:45:00Z"));
  EXPECT_EQ(schedule.count_between(after, through), 5U);
  EXPECT_EQ(schedule.count_between(utc("2026-10-25T01:15:00Z"), through), 1U);
}

// Elsewhere.

TEST(DaylightSaving, NewYorkChangesAtTwo) {
  EXPECT_THAT(instants("30 2 * * *", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z"),
              ElementsAre("2026-03-08T07:00:00Z"));
  EXPECT_THAT(instants("30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
              ElementsAre("2026-11-01T05:30:00Z"));
  EXPECT_THAT(
      instants("30 1 * * *", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", kTwice),
      ElementsAre("2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"));
}

TEST(DaylightSaving, LordHoweChangesByHalfAnHour) {
  constexpr auto kZone = "Australia/Lord_Howe";
  EXPECT_THAT(instants("45 1 * * *", kZone, "2026-04-04T13:00:00Z", "2026-04-05T13:00:00Z"),
              ElementsAre("2026-04-04T14:45:00Z"));
  EXPECT_THAT(instants("45 1 * * *", kZone, "2026-04-04T13:00:00Z", "2026-04-05T13:00:00Z", kTwice),
              ElementsAre("2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"));
  EXPECT_THAT(instants("15 2 * * *", kZone, "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z"),
              ElementsAre("2026-10-03T15:30:00Z"));
  EXPECT_THAT(instants("0 * * * *", kZone, "2026-10-03T14:00:00Z", "2026-10-03T17:00:00Z"),
              ElementsAre("2026-10-03T14:30:00Z", "2026-10-03T16:00:00Z", "2026-10-03T17:00:00Z"));
}

TEST(DaylightSaving, ApiaSkippedAWholeDay) {
  constexpr auto kZone = "Pacific/Apia";
  EXPECT_THAT(instants("0 12 * * *", kZone, "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z"),
              ElementsAre("2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z", "2011-12-30T22:00:00Z"));
  EXPECT_THAT(instants("0 12 * * *", kZone, "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z", kSkip),
              ElementsAre("2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"));
  EXPECT_THAT(instants("0 0 30 12 *", kZone, "2011-01-01T00:00:00Z", "2012-01-01T00:00:00Z"),
              ElementsAre("2011-12-30T10:00:00Z"));
  EXPECT_EQ(instants("0 * * * *", kZone, "2011-12-29T09:30:00Z", "2011-12-31T09:30:00Z").size(), 48U);
}

TEST(DaylightSaving, CairoHasNoMidnightInSpring) {
  constexpr auto kZone = "Africa/Cairo";
  EXPECT_THAT(instants("@daily", kZone, "2026-04-23T00:00:00Z", "2026-04-24T22:00:00Z"),
              ElementsAre("2026-04-23T22:00:00Z", "2026-04-24T21:00:00Z"));
  EXPECT_THAT(instants("@daily", kZone, "2026-04-23T00:00:00Z", "2026-04-24T22:00:00Z", kSkip),
              ElementsAre("2026-04-24T21:00:00Z"));
  EXPECT_THAT(instants("30 0 24 4 *", kZone, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
              ElementsAre("2026-04-23T22:00:00Z"))
      << "the skipped time belongs to its own date";
  EXPECT_THAT(instants("30 23 29 10 *", kZone, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", kTwice),
              ElementsAre("2026-10-29T20:30:00Z", "2026-10-29T21:30:00Z"));
}

TEST(DaylightSaving, CasablancaTurnsBackForRamadan) {
  constexpr auto kZone = "Africa/Casablanca";
  EXPECT_THAT(instants("30 2 * * *", kZone, "2024-03-10T00:00:00Z", "2024-03-11T00:00:00Z"),
              ElementsAre("2024-03-10T01:30:00Z"));
  EXPECT_THAT(instants("30 2 * * *", kZone, "2024-04-14T00:00:00Z", "2024-04-15T00:00:00Z"),
              ElementsAre("2024-04-14T02:00:00Z"));
}

TEST(DaylightSaving, RulesGoOnBeyond2037) {
  EXPECT_THAT(instants("30 2 * * *", "Europe/Berlin", "2150-03-28T12:00:00Z", "2150-03-30T12:00:00Z"),
              ElementsAre("2150-03-29T01:00:00Z", "2150-03-30T00:30:00Z"));
  EXPECT_THAT(instants("30 2 * * *", "Europe/Berlin", "2150-10-24T12:00:00Z", "2150-10-26T12:00:00Z"),
              ElementsAre("2150-10-25T00:30:00Z", "2150-10-26T01:30:00Z"));
}

TEST(DaylightSaving, AFixedTimeRunsOncePerLocalDateForTwoCenturies) {
  for (const char* zone : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo",
                           "Africa/Casablanca", "America/Sao_Paulo"}) {
    const Schedule schedule = compiled(definition({cron("30 0 * * *")}, zone));
    EXPECT_EQ(schedule.count_between(utc("1970-01-02T12:00:00Z"), utc("2199-12-30T12:00:00Z")), 84'003U)
        << zone;
  }
  const Schedule apia = compiled(definition({cron("30 0 * * *")}, "Pacific/Apia"));
  EXPECT_EQ(apia.count_between(utc("1970-01-02T12:00:00Z"), utc("2199-12-30T12:00:00Z")), 84'004U)
      << "one date more than days have passed";
}

// Single instants follow the same policies.

std::vector<std::string> at_in_berlin(std::string time, DaylightSaving policy = kDefault) {
  return instants_in(compiled(definition({once(std::move(time))}, "Europe/Berlin", policy)), kEarliestInstant,
                     kLatestInstant);
}

TEST(DaylightSaving, ALocalInstantFollowsThePolicies) {
  EXPECT_THAT(at_in_berlin("2026-07-01T12:00:00"), ElementsAre("2026-07-01T10:00:00Z"));
  EXPECT_THAT(at_in_berlin("2026-03-29T02:30:00"), ElementsAre("2026-03-29T01:00:00Z"));
  EXPECT_THAT(at_in_berlin("2026-03-29T02:30:00", kSkip), IsEmpty());
  EXPECT_THAT(at_in_berlin("2026-10-25T02:30:00"), ElementsAre("2026-10-25T00:30:00Z"));
  EXPECT_THAT(at_in_berlin("2026-10-25T02:30:00", kTwice),
              ElementsAre("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"));
}

TEST(DaylightSaving, AnInstantWithAnOffsetFollowsNone) {
  EXPECT_THAT(at_in_berlin("2026-03-29T02:30:00+01:00", kSkip), ElementsAre("2026-03-29T01:30:00Z"));
  EXPECT_THAT(at_in_berlin("2026-10-25T02:30:00+01:00"), ElementsAre("2026-10-25T01:30:00Z"));
}

TEST(DaylightSaving, IntervalsKnowNoClocks) {
  const Schedule schedule =
      compiled(definition({every(std::chrono::hours{24}, utc("2026-03-28T12:00:00Z"))}, "Europe/Berlin"));
  EXPECT_THAT(next_instants(schedule, utc("2026-03-28T12:00:00Z"), 2),
              ElementsAre("2026-03-29T12:00:00Z", "2026-03-30T12:00:00Z"));
}

}  // namespace
}  // namespace scheduledjob::schedule
