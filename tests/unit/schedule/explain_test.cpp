// The sentence of every kind of expression, and of whole definitions.
#include "schedule/explain.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/schedule/explain_support.hpp"

namespace scheduledjob::schedule {
namespace {

using testing::HasSubstr;
using testing::Not;

// Sentences of one expression. All end with the zone.

struct Reading {
  const char* expression;
  const char* words;
};

template <std::size_t n>
void expect_readings(const Reading (&readings)[n]) {
  for (const auto& [expression, words] : readings) {
    EXPECT_EQ(sentence(expression), std::string(words) + ", UTC.") << expression;
  }
}

TEST(Explain, TellsTimesOfDay) {
  expect_readings({
      {"0 9 * * *", "At 09:00 every day"},
      {"0 9,12,18 * * *", "At 09:00, 12:00 and 18:00 every day"},
      {"0,30 9,14 * * *", "At 09:00, 09:30, 14:00 and 14:30 every day"},
      {"*/15 9 * * *", "At 09:00, 09:15, 09:30 and 09:45 every day"},
      {"0 */6 * * *", "At 00:00, 06:00, 12:00 and 18:00 every day"},
      {"5,20 9-12 * * *", "At 09:05, 09:20, 10:05, 10:20, 11:05, 11:20, 12:05 and 12:20 every day"},
      {"*/60 */24 * * *", "At 00:00 every day"},
  });
}

TEST(Explain, TellsEvenSteps) {
  expect_readings({
      {"* * * * *", "Every minute"},
      {"*/2 * * * *", "Every 2 minutes"},
      {"*/15 * * * *", "Every 15 minutes"},
      {"0,15,30,45 * * * *", "Every 15 minutes"},
      {"1/2 * * * *", "Every 2 minutes from 00:01"},
      {"0 * * * *", "Every hour on the hour"},
      {"0 */2 * * *", "Every 2 hours from 00:00"},
      {"30 1/2 * * *", "Every 2 hours from 01:30"},
      {"0 */5 * * *", "Every 5 hours from 00:00 through 20:00 every day"},
      {"*/10 2 * * *", "Every 10 minutes from 02:00 through 02:50 every day"},
      {"*/5 9-17 * * *", "Every 5 minutes from 09:00 through 17:55 every day"},
      {"0 9-17 * * *", "Every hour from 09:00 through 17:00 every day"},
      {"30 9-17/2 * * *", "Every 2 hours from 09:30 through 17:30 every day"},
      {"* 9 * * *", "Every minute from 09:00 through 09:59 every day"},
      {"* 9,14 * * *", "Every minute from 09:00 through 09:59 and from 14:00 through 14:59 every day"},
      {"*/5 9-11,14 * * *",
       "Every 5 minutes from 09:00 through 11:55 and from 14:00 through 14:55 every day"},
  });
}

TEST(Explain, TellsMinutesOfHours) {
  expect_readings({
      {"30 * * * *", "At 30 minutes past every hour"},
      {"1 * * * *", "At 1 minute past every hour"},
      {"5/15 * * * *", "At 5, 20, 35 and 50 minutes past every hour"},
      {"*/7 * * * *", "Every 7 minutes from 0 to 56 minutes past every hour"},
      {"10-20 * * * *", "Every minute from 10 to 20 minutes past every hour"},
      {"10-20/2 9-17 * * *", "Every 2 minutes from 10 to 20 minutes past every hour from 9 to 17 every day"},
      {"5,20 9-17 * * *", "At 5 and 20 minutes past every hour from 9 to 17 every day"},
      {"0 1-3,5,7,11,13,17,19 * * *", "At 0 minutes past hours 1 to 3, 5, 7, 11, 13, 17 and 19 every day"},
      {"*/15 */2 * * *", "At 0, 15, 30 and 45 minutes past every 2nd hour from 0 to 22 every day"},
      {"*/5 */2 * * *", "Every 5 minutes of every 2nd hour from 0 to 22 every day"},
      {"* */2 * * *", "Every minute of every 2nd hour from 0 to 22 every day"},
      {"0-5,7,9,30 * * * *", "At 0 to 5, 7, 9 and 30 minutes past every hour"},
  });
}

TEST(Explain, CountsWhatALongListLeavesOut) {
  expect_readings({
      {"0,3,7,12,14,17,22,25,33,41,50 * * * *",
       "At minutes 0, 3, 7, 12, 14, 17, 22 and 4 more of every hour"},
      {"5 0,1,3,4,6,7,9,10,12,13,15,16 * * *",
       "At 5 minutes past hours 0, 1, 3, 4, 6, 7, 9 and 5 more every day"},
      {"0 0 1,2,4,5,7,8,10,11,20 * *",
       "At 00:00 on the 1st, 2nd, 4th, 5th, 7th, 8th, 10th and 2 more days of each month"},
      {"0 0 0 1 1 * 2001,2003,2007,2013,2021,2031,2043,2057,2073,2091-2093",
       "At 00:00 on 1 January, in 2001, 2003, 2007, 2013, 2021, 2031, 2043 and 5 more years"},
  });
}

TEST(Explain, TellsSecondsOnlyWhenTheyMatter) {
  expect_readings({
      {"0 0 9 * * *", "At 09:00 every day"},
      {"30 0 9 * * *", "At 09:00:30 every day"},
      {"0,30 0 9 * * *", "At 09:00:00 and 09:00:30 every day"},
      {"* * * * * *", "Every second"},
      {"*/10 * * * * *", "Every 10 seconds"},
      {"30 */5 * * * *", "Every 5 minutes from 00:00:30"},
      {"*/10 * 9-17 * * *", "Every 10 seconds from 09:00:00 through 17:59:50 every day"},
      {"* 30 9 * * *", "Every second from 09:30:00 through 09:30:59 every day"},
      {"15,35 * * * * *", "At 15 and 35 seconds past every minute"},
      {"1 * * * * *", "At 1 second past every minute"},
      {"*/7 * * * * *", "Every 7 seconds from 0 to 56 seconds past every minute"},
      {"*/10 */5 * * * *", "Every 10 seconds of the minute, every 5 minutes"},
      {"15/35 20-35/15 * * * *",
       "At 15 and 50 seconds past the minute, at 20 and 35 minutes past every hour"},
  });
}

TEST(Explain, TellsDaysOfTheMonth) {
  expect_readings({
      {"0 0 1 * *", "At 00:00 on the 1st of each month"},
      {"0 0 1,15 * *", "At 00:00 on the 1st and 15th of each month"},
      {"0 0 11,12,13,21,22,23 * *", "At 00:00 on days 11 to 13 and 21 to 23 of each month"},
      {"0 0 2,3,22 * *", "At 00:00 on the 2nd, 3rd and 22nd of each month"},
      {"0 0 1-7 * *", "At 00:00 on days 1 to 7 of each month"},
      {"0 0 */2 * *", "At 00:00 on every 2nd day from the 1st to the 31st of each month"},
      {"0 0 1-31 * *", "At 00:00 every day"},
      {"0 0 L * *", "At 00:00 on the last day of each month"},
      {"0 0 L-1 * *", "At 00:00 on the day before the last of each month"},
      {"0 0 L-3 * *", "At 00:00 on the 3rd day before the last of each month"},
      {"0 0 L-3,L-5 * *", "At 00:00 on the 3rd and 5th days before the last of each month"},
      {"0 0 15W * *", "At 00:00 on the weekday nearest to the 15th of each month"},
      {"0 0 1W,15W * *", "At 00:00 on the weekdays nearest to the 1st and 15th of each month"},
      {"0 0 LW * *", "At 00:00 on the last weekday of each month"},
      {"0 0 1,15,L * *", "At 00:00 on the 1st, the 15th and the last day of each month"},
      {"*/15 * 1 * *", "Every 15 minutes on the 1st of each month"},
  });
}

TEST(Explain, TellsDaysOfTheWeekFromMondayOn) {
  expect_readings({
      {"0 0 * * MON", "At 00:00 on Mondays"},
      {"0 0 * * SUN,WED,FRI", "At 00:00 on Wednesdays, Fridays and Sundays"},
      {"0 9 * * MON-FRI", "At 09:00, Monday to Friday"},
      {"0 0 * * SAT,SUN", "At 00:00 on Saturdays and Sundays"},
      {"0 0 * * SAT,SUN,MON", "At 00:00, Saturday to Monday"},
      {"0 0 * * MON-WED,FRI", "At 00:00, Monday to Wednesday and Friday"},
      {"0 0 * * 0-6", "At 00:00 every day"},
      {"0 9 * * MON#1", "At 09:00 on the first Monday of each month"},
      {"0 0 * * FRIL", "At 00:00 on the last Friday of each month"},
      {"0 0 * * MON#1,MON#3,FRIL",
       "At 00:00 on the first and third Monday and the last Friday of each month"},
      {"0 0 * * WED,SUN#1", "At 00:00 on Wednesdays and on the first Sunday of each month"},
      {"0 0 * * MON,MON#2", "At 00:00 on Mondays"},
  });
}

TEST(Explain, TellsBothDayFieldsAsEither) {
  expect_readings({
      {"0 0 13 * FRI", "At 00:00, either on the 13th of each month or on Fridays"},
      {"0 0 13 1,7 FRI", "At 00:00 in January and July, either on the 13th or on Fridays"},
      {"0 0 13 6-8 FRI#2", "At 00:00 from June to August, either on the 13th or on the second Friday"},
      {"0 0 13 * FRI#2", "At 00:00, either on the 13th of each month or on the second Friday of each month"},
      {"0 0 1-7 * MON-FRI", "At 00:00, either on days 1 to 7 of each month or on Monday to Friday"},
      {"0 0 1-31 * MON", "At 00:00 every day"},
  });
}

TEST(Explain, TellsMonths) {
  expect_readings({
      {"0 0 1 1 *", "At 00:00 on 1 January"},
      {"0 0 1,15 1 *", "At 00:00 on 1 and 15 January"},
      {"0 0 1-7 1 *", "At 00:00 on days 1 to 7 of January"},
      {"0 0 L 2 *", "At 00:00 on the last day of February"},
      {"0 0 1 */3 *", "At 00:00 on the 1st of January, April, July and October"},
      {"0 0 1 6-8 *", "At 00:00 on the 1st of each month from June to August"},
      {"0 0 1 11,12,1,2 *", "At 00:00 on the 1st of each month from November to February"},
      {"0 0 1 1,6-8 *", "At 00:00 on the 1st of each month in January and June to August"},
      {"0 0 * 1 *", "At 00:00 every day in January"},
      {"* * * 6-8 *", "Every minute from June to August"},
      {"0 0 * 6-8 MON-FRI", "At 00:00, Monday to Friday, from June to August"},
      {"0 0 * 1,7 MON", "At 00:00 on Mondays in January and July"},
      {"0 0 * 1,7 FRIL", "At 00:00 on the last Friday of January and July"},
      {"0 0 * 1 WED,SUN#1", "At 00:00 in January, on Wednesdays and on the first Sunday of the month"},
  });
}

TEST(Explain, TellsYears) {
  expect_readings({
      {"0 0 9 1 1 * 2030", "At 09:00 on 1 January 2030"},
      {"0 0 0 ? 1 MON#1 2030", "At 00:00 on the first Monday of January 2030"},
      {"0 0 0 1 * * 2026-2030", "At 00:00 on the 1st of each month from 2026 to 2030"},
      {"0 0 0 1 6-8 * 2026-2030", "At 00:00 on the 1st of each month from June to August, from 2026 to 2030"},
      {"0 0 9 ? * MON-FRI 2026", "At 09:00, Monday to Friday, in 2026"},
      {"0 0 0 * * * 2026-2199", "At 00:00 every day from 2026 on"},
      {"0 0 0 * * * 1970-2030", "At 00:00 every day through 2030"},
      {"0 0 0 * * * 2026/2", "At 00:00 every day in every 2nd year from 2026 to 2198"},
      {"0 0 0 * * * 2026,2027,2029-2033", "At 00:00 every day in 2026, 2027 and 2029 to 2033"},
      {"0 0 0 * * * 1970-2199", "At 00:00 every day"},
  });
}

TEST(Explain, TellsMacrosAsWhatTheyStandFor) {
  expect_readings({
      {"@yearly", "At 00:00 on 1 January"},
      {"@monthly", "At 00:00 on the 1st of each month"},
      {"@weekly", "At 00:00 on Sundays"},
      {"@daily", "At 00:00 every day"},
      {"@hourly", "Every hour on the hour"},
  });
}

// Sentences of whole definitions.

TEST(Explain, NamesTheZone) {
  EXPECT_EQ(sentence(definition({cron("0 9 * * MON#1")}, "Europe/Berlin")),
            "At 09:00 on the first Monday of each month, Europe/Berlin.");
}

TEST(Explain, TellsIntervalsWithTheirAnchor) {
  EXPECT_EQ(
      sentence(definition({every(std::chrono::minutes{15}, utc("2026-01-01T00:00:00Z"))}, "Europe/Berlin")),
      "Every 15 minutes, counted from 1 January 2026 00:00 UTC.");
  EXPECT_EQ(sentence(definition({every(std::chrono::days{1})})),
            "Every 24 hours, counted from 1 January 1970 00:00 UTC.");
  EXPECT_EQ(sentence(definition({every(std::chrono::days{7})})),
            "Every 7 days of 24 hours, counted from 1 January 1970 00:00 UTC.");
  EXPECT_EQ(sentence(" @every 90s "), "Every 1 minute 30 seconds, counted from the creation of the object.");
  Definition known = definition({cron("@every 1h")});
  known.created = utc("2026-03-01T12:34:56Z");
  EXPECT_EQ(sentence(known),
            "Every hour, counted from the creation of the object, 1 March 2026 12:34:56 UTC.");
}

TEST(Explain, TellsSingleInstants) {
  EXPECT_EQ(sentence(definition({once("2026-12-31T23:59:59")}, "Europe/Berlin")),
            "At 23:59:59 on 31 December 2026, Europe/Berlin.");
  EXPECT_EQ(sentence(definition({once("2027-01-01T00:30:00+01:00")}, "Europe/Berlin")),
            "At 23:30 UTC on 31 December 2026.");
}

TEST(Explain, JoinsTheEntriesOfAUnion) {
  EXPECT_EQ(sentence(definition({cron("0 9 * * MON"), cron("0 18 * * FRI")}, "Europe/Berlin")),
            "At 09:00 on Mondays; and at 18:00 on Fridays; all in Europe/Berlin.");
  EXPECT_EQ(
      sentence(definition({cron("0 9 * * *"), every(std::chrono::minutes{15}), once("2026-07-01T12:00:00Z")},
                          "Europe/Berlin")),
      "At 09:00 every day, Europe/Berlin; every 15 minutes, counted from 1 January 1970 00:00 UTC; and at "
      "12:00 UTC on 1 July 2026.");
  EXPECT_EQ(sentence(definition({cron("@daily"), cron("0 0 * * *")})), "At 00:00 every day, UTC.")
      << "what is the same is said once";
}

TEST(Explain, CountsTheEntriesBeyondTheEighth) {
  std::vector<Entry> entries;
  for (int i = 0; i < 100; ++i) entries.push_back(cron(fmt::format("{} {} * * *", i % 60, i / 60)));
  const std::string text = sentence(definition(std::move(entries)));
  EXPECT_THAT(text, HasSubstr("at 00:06 every day; and at the times of 93 more entries; all in UTC."));
  EXPECT_THAT(text, Not(HasSubstr("00:07")));
}

TEST(Explain, TellsTheBounds) {
  Definition bounded = definition({cron("@daily")});
  bounded.not_before = utc("2026-01-01T00:00:00Z");
  EXPECT_EQ(sentence(bounded), "At 00:00 every day, UTC, not before 1 January 2026 00:00 UTC.");
  bounded.not_after = utc("2026-12-31T23:59:59Z");
  bounded.entries.push_back(cron("@weekly"));
  EXPECT_EQ(
      sentence(bounded),
      "At 00:00 every day; and at 00:00 on Sundays; all in UTC; not before 1 January 2026 00:00 UTC and not "
      "after 31 December 2026 23:59:59 UTC.");
}

TEST(Explain, RefusesWhatCompilingRefuses) {
  const Definition wrong = definition({cron("61 * * * *")});
  EXPECT_EQ(explain(wrong).status(), Schedule::compile(wrong).status());
  EXPECT_EQ(explain_date(wrong, date(2026, 3, 29)).status(), Schedule::compile(wrong).status());
  EXPECT_FALSE(explain(definition({cron("@daily")}, "Europe/Berlim")).ok());
  EXPECT_FALSE(explain(definition({})).ok());
}

}  // namespace
}  // namespace scheduledjob::schedule
