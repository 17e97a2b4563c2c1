// What a cron expression means, without any zone: fields, names, steps, days, and the errors.
#include "schedule/cron.hpp"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/schedule/support.hpp"

namespace scheduledjob::schedule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Cron parsed(std::string_view expression) {
  const auto cron = Cron::parse(expression);
  if (!cron.ok()) throw std::invalid_argument(std::string(cron.status().message()));
  return *cron;
}

std::string error_of(std::string_view expression) {
  const auto cron = Cron::parse(expression);
  return cron.ok() ? "" : std::string(cron.status().message());
}

LocalTime local(std::string_view text) {
  const NominalTime time = utc(std::string(text) + "Z");
  return LocalTime{time.time_since_epoch()};
}

bool matches(std::string_view expression, std::string_view time) {
  return parsed(expression).matches(local(time));
}

std::string next(std::string_view expression, std::string_view from) {
  const auto match = parsed(expression).first_at_or_after(local(from));
  if (!match) return "never";
  std::string text = format_rfc3339(NominalTime{match->time_since_epoch()});
  text.pop_back();
  return text;
}

std::vector<int> days_of(std::string_view expression, int year, unsigned month) {
  const std::uint32_t mask = parsed(expression).days_of(std::chrono::year{year} / static_cast<int>(month));
  std::vector<int> result;
  for (int day = 1; day <= 31; ++day) {
    if ((mask >> day & 1) != 0) result.push_back(day);
  }
  return result;
}

bool same_meaning(std::string_view a, std::string_view b) {
  const Cron x = parsed(a);
  const Cron y = parsed(b);
  return x.fields() == y.fields() && x.rare() == y.rare();
}

// Activation, as CronJob has it.

TEST(Cron, AStepFromAValueRunsToTheEndOfTheField) {
  EXPECT_TRUE(matches("0/15 * * * *", "2012-07-09T15:00:00"));
  EXPECT_TRUE(matches("0/15 * * * *", "2012-07-09T15:45:00"));
  EXPECT_FALSE(matches("0/15 * * * *", "2012-07-09T15:40:00"));
  EXPECT_TRUE(matches("5/15 * * * *", "2012-07-09T15:50:00"));
  EXPECT_FALSE(matches("5/15 * * * *", "2012-07-09T15:55:00"));
  EXPECT_TRUE(matches("0 0 * * MON/2", "2012-07-13T00:00:00")) << "Monday, Wednesday, Friday";
  EXPECT_FALSE(matches("0 0 * * MON/2", "2012-07-15T00:00:00")) << "a step does not reach Sunday as 7";
}

TEST(Cron, AStepOverARangeStaysInside) {
  EXPECT_EQ(next("20-35/15 * * * *", "2012-07-09T15:45:00"), "2012-07-09T16:20:00");
  EXPECT_EQ(next("20-35/15 1/2 */2 * *", "2012-07-09T23:35:51"), "2012-07-11T01:20:00");
  EXPECT_EQ(next("20-35/15 * 9-20 Jul *", "2012-07-09T23:35:51"), "2012-07-10T00:20:00");
  EXPECT_TRUE(matches("10-20/30 * * * *", "2012-07-09T15:10:00"));
  EXPECT_FALSE(matches("10-20/30 * * * *", "2012-07-09T15:40:00"));
}

TEST(Cron, NamesMayBeWrittenInAnyCase) {
  EXPECT_TRUE(same_meaning("0 0 * jan,Feb,DEC mon-Fri", "0 0 * 1,2,12 1-5"));
  EXPECT_TRUE(matches("0/15 * * Jul *", "2012-07-15T15:00:00"));
  EXPECT_FALSE(matches("0/15 * * Jun *", "2012-07-15T15:00:00"));
}

TEST(Cron, SundayIsZeroAndSeven) {
  EXPECT_TRUE(same_meaning("0 0 * * 7", "0 0 * * 0"));
  EXPECT_TRUE(same_meaning("0 0 * * SUN", "0 0 * * 0"));
  EXPECT_TRUE(same_meaning("0 0 * * 5-7", "0 0 * * 0,5,6"));
  EXPECT_TRUE(same_meaning("0 0 * * FRI-SUN", "0 0 * * 5-7"));
  EXPECT_TRUE(same_meaning("0 0 * * SUN-TUE", "0 0 * * 0-2"));
}

TEST(Cron, AQuestionMarkIsAStarEverywhere) {
  EXPECT_TRUE(same_meaning("? ? ? ? ?", "* * * * *"));
  EXPECT_TRUE(same_meaning("?/5 0 * * *", "*/5 0 * * *"));
  EXPECT_TRUE(matches("30 08 ? Jul Sun", "2012-07-15T08:30:00"));
  EXPECT_TRUE(matches("30 08 15 Jul ?", "2012-07-15T08:30:00"));
  EXPECT_FALSE(matches("30 08 ? Jul Sun", "2012-07-16T08:30:00"));
  EXPECT_FALSE(matches("30 08 15 Jul ?", "2012-07-16T08:30:00"));
}

TEST(Cron, MacrosAreShorthand) {
  EXPECT_TRUE(same_meaning("@yearly", "0 0 1 1 *"));
  EXPECT_TRUE(same_meaning("@annually", "0 0 1 1 *"));
  EXPECT_TRUE(same_meaning("@monthly", "0 0 1 * *"));
  EXPECT_TRUE(same_meaning("@weekly", "0 0 * * 0"));
  EXPECT_TRUE(same_meaning("@daily", "0 0 * * *"));
  EXPECT_TRUE(same_meaning("@midnight", "0 0 * * *"));
  EXPECT_TRUE(same_meaning("@hourly", "0 * * * *"));
}

TEST(Cron, AnyWhiteSpaceSeparatesFields) {
  EXPECT_TRUE(same_meaning("  0\t0 \n 1  *\r*  ", "0 0 1 * *"));
  EXPECT_TRUE(same_meaning("0\u00a00\u20031 *\u3000*", "0 0 1 * *"))
      << "as text pasted from a web page has it";
  EXPECT_TRUE(same_meaning(" @daily\u00a0", "@daily"));
}

// Day of month and day of week.

TEST(Cron, BothDayFieldsRestrictedMeansEither) {
  EXPECT_TRUE(matches("* * 1,15 * Sun", "2012-07-15T00:00:00")) << "both";
  EXPECT_TRUE(matches("* * 1,15 * Sun", "2012-06-15T00:00:00")) << "the 15th, a Friday";
  EXPECT_TRUE(matches("* * 1,15 * Sun", "2012-07-08T00:00:00")) << "a Sunday";
  EXPECT_FALSE(matches("* * 1,15 * Sun", "2012-07-09T00:00:00"));
}

TEST(Cron, AStarInOneDayFieldLeavesTheOtherToDecide) {
  EXPECT_FALSE(matches("* * * * Mon", "2012-07-15T00:00:00"));
  EXPECT_FALSE(matches("* * 1,15 * *", "2012-07-09T00:00:00"));
  EXPECT_TRUE(matches("* * 1,15 * *", "2012-07-15T00:00:00"));
  EXPECT_FALSE(matches("* * */1 * Mon", "2012-07-15T00:00:00")) << "a step of one is still a star";
  EXPECT_FALSE(matches("* * 3,* * Mon", "2012-07-15T00:00:00")) << "a star anywhere in the list";
}

TEST(Cron, AStarWithAStepRestrictsAsInCronJob) {
  EXPECT_TRUE(matches("* * */10 * Sun", "2012-07-15T00:00:00"))
      << "a Sunday, though not the 1st, 11th, 21st, 31st";
  EXPECT_TRUE(matches("* * */10 * Sun", "2012-07-11T00:00:00")) << "the 11th, though no Sunday";
  EXPECT_TRUE(matches("* * 1-31 * Mon", "2012-07-15T00:00:00"))
      << "a full range restricts in form, so either";
}

// Days counted otherwise.

TEST(Cron, LIsTheLastDayOfTheMonth) {
  EXPECT_THAT(days_of("0 0 L * *", 2024, 2), ElementsAre(29));
  EXPECT_THAT(days_of("0 0 L * *", 2100, 2), ElementsAre(28));
  EXPECT_THAT(days_of("0 0 l-3 * *", 2026, 4), ElementsAre(27));
  EXPECT_THAT(days_of("0 0 L-30 * *", 2026, 5), ElementsAre(1));
  EXPECT_THAT(days_of("0 0 L-30 * *", 2026, 4), IsEmpty());
  EXPECT_THAT(days_of("0 0 1,15,L,L-1 * *", 2026, 6), ElementsAre(1, 15, 29, 30));
}

TEST(Cron, WIsTheNearestWeekdayOfTheSameMonth) {
  EXPECT_THAT(days_of("0 0 15W * *", 2026, 7), ElementsAre(15)) << "a Wednesday";
  EXPECT_THAT(days_of("0 0 15W * *", 2026, 8), ElementsAre(14)) << "a Saturday: the Friday before";
  EXPECT_THAT(days_of("0 0 15w * *", 2026, 11), ElementsAre(16)) << "a Sunday: the Monday after";
  EXPECT_THAT(days_of("0 0 1W * *", 2026, 8), ElementsAre(3)) << "Saturday the 1st: not into July";
  EXPECT_THAT(days_of("0 0 31W * *", 2026, 5), ElementsAre(29)) << "Sunday the 31st: not into June";
  EXPECT_THAT(days_of("0 0 31W * *", 2026, 6), IsEmpty()) << "June has no 31st";
}

TEST(Cron, LWIsTheLastWeekdayOfTheMonth) {
  EXPECT_THAT(days_of("0 0 LW * *", 2026, 5), ElementsAre(29)) << "the 31st is a Sunday";
  EXPECT_THAT(days_of("0 0 lw * *", 2026, 2), ElementsAre(27)) << "the 28th is a Saturday";
  EXPECT_THAT(days_of("0 0 LW * *", 2026, 6), ElementsAre(30)) << "a Tuesday";
}

TEST(Cron, AWeekdayWithLIsTheLastOfTheMonth) {
  EXPECT_THAT(days_of("0 0 * * 5L", 2026, 7), ElementsAre(31));
  EXPECT_THAT(days_of("0 0 * * fril", 2026, 2), ElementsAre(27));
  EXPECT_TRUE(parsed("0 0 * * 7L").rare().last_weekdays == parsed("0 0 * * SUNL").rare().last_weekdays);
  EXPECT_THAT(days_of("0 0 * * SUNL,MONL", 2026, 8), ElementsAre(30, 31));
}

TEST(Cron, AWeekdayWithANumberIsTheNthOfTheMonth) {
  EXPECT_THAT(days_of("0 0 * * MON#1", 2026, 6), ElementsAre(1));
  EXPECT_THAT(days_of("0 0 * * mon#2", 2026, 7), ElementsAre(13));
  EXPECT_THAT(days_of("0 0 * * 5#5", 2026, 7), ElementsAre(31));
  EXPECT_THAT(days_of("0 0 * * 5#5", 2026, 8), IsEmpty());
  EXPECT_THAT(days_of("0 0 * * SUN#1,SUN#3,3", 2026, 7), ElementsAre(1, 5, 8, 15, 19, 22, 29));
  EXPECT_EQ(next("29 2 ? 2 MON#5", "2026-01-01T00:00:00"), "2044-02-29T02:29:00");
}

// Every month from 1970 to 2199, by counting on one's fingers.
TEST(Cron, DaysAgreeWithACalendarReadDayByDay) {
  const Cron last_friday = parsed("0 0 * * FRIL");
  const Cron third_tuesday = parsed("0 0 * * TUE#3");
  const Cron near_tenth = parsed("0 0 10W * *");
  const Cron last_workday = parsed("0 0 LW * *");
  const Cron weekends = parsed("0 0 * * SAT,SUN");
  for (auto month = std::chrono::year{1970} / 1; month.year() <= std::chrono::year{2199};
       month += std::chrono::months{1}) {
    int tuesdays = 0;
    std::uint32_t expected_weekends = 0;
    unsigned friday = 0;
    unsigned third = 0;
    unsigned workday = 0;
    unsigned nearest = 0;
    for (unsigned day = 1; (month / static_cast<int>(day)).ok(); ++day) {
      const unsigned weekday =
          std::chrono::weekday{std::chrono::sys_days{month / static_cast<int>(day)}}.c_encoding();
      if (weekday == 5) friday = day;
      if (weekday == 2 && ++tuesdays == 3) third = day;
      if (weekday >= 1 && weekday <= 5) workday = day;
      if (weekday == 0 || weekday == 6) expected_weekends |= 1U << day;
      const bool is_workday = weekday >= 1 && weekday <= 5;
      const auto distance = [](unsigned a) { return a > 10 ? a - 10 : 10 - a; };
      if (is_workday && (nearest == 0 || distance(day) < distance(nearest))) nearest = day;
    }
    ASSERT_EQ(last_friday.days_of(month), 1U << friday)
        << static_cast<int>(month.year()) << "-" << static_cast<unsigned>(month.month());
    ASSERT_EQ(third_tuesday.days_of(month), 1U << third);
    ASSERT_EQ(near_tenth.days_of(month), 1U << nearest);
    ASSERT_EQ(last_workday.days_of(month), 1U << workday);
    ASSERT_EQ(weekends.days_of(month), expected_weekends);
  }
}

// More fields.

TEST(Cron, SixFieldsBeginWithTheSecond) {
  EXPECT_EQ(next("15/35 20-35/15 * * * *", "2012-07-09T23:35:51"), "2012-07-10T00:20:15");
  EXPECT_EQ(next("* * * * * *", "2012-12-31T23:59:59"), "2012-12-31T23:59:59");
  EXPECT_TRUE(same_meaning("0 5 * * * *", "5 * * * *"));
}

TEST(Cron, SevenFieldsEndWithTheYear) {
  EXPECT_EQ(next("0 0 0 1 1 * 2030", "2012-07-09T00:00:00"), "2030-01-01T00:00:00");
  EXPECT_EQ(next("0 0 0 1 1 * 2012", "2012-07-09T00:00:00"), "never");
  EXPECT_EQ(next("0 0 0 29 2 * 2023-2029", "2012-07-09T00:00:00"), "2024-02-29T00:00:00");
  EXPECT_EQ(next("0 0 0 1 1 * 1970/7,2199", "2190-07-09T00:00:00"), "2194-01-01T00:00:00");
  EXPECT_EQ(next("0 0 0 1 1 * 1999,*", "2012-07-09T00:00:00"), "2013-01-01T00:00:00");
}

TEST(Cron, AFebruaryTheTwentyNinthIsFoundBeyondFiveYears) {
  EXPECT_EQ(next("0 0 29 2 *", "2096-03-01T00:00:00"), "2104-02-29T00:00:00");
}

TEST(Cron, TheLastMatchMirrorsTheFirst) {
  const Cron cron = parsed("30 9,17 * * MON-FRI");
  EXPECT_EQ(cron.last_at_or_before(local("2026-07-06T09:29:59")), local("2026-07-03T17:30:00"));
  EXPECT_EQ(cron.last_at_or_before(local("2026-07-06T09:30:00")), local("2026-07-06T09:30:00"));
  EXPECT_EQ(parsed("0 0 29 2 *").last_at_or_before(local("2104-02-28T00:00:00")),
            local("2096-02-29T00:00:00"));
  EXPECT_EQ(parsed("0 0 0 1 1 * 2030").last_at_or_before(local("2029-12-31T00:00:00")), std::nullopt);
}

TEST(Cron, CountsWithoutWalking) {
  EXPECT_EQ(parsed("* * * * * *").count(local("2026-01-01T00:00:00"), local("2027-01-01T00:00:00")),
            31'536'000U);
  EXPECT_EQ(parsed("*/10 9-17 * * *").count(local("2026-01-01T09:05:00"), local("2026-01-02T09:10:00")), 54U);
  EXPECT_EQ(parsed("0 0 1 * *").count(local("1970-01-01T00:00:01"), local("2199-12-31T23:59:59")), 2759U);
  EXPECT_EQ(parsed("0 0 1 * *").count(local("2026-01-02T00:00:00"), local("2026-01-01T00:00:00")), 0U);
}

TEST(Cron, TellsRepeatingFromFixedByItsHours) {
  for (const auto* repeating :
       {"*/15 * * * *", "0 * * * *", "0 9-17 * * *", "0 */2 * * *", "30 0/6 * * *", "0 1,3-5 * * *"}) {
    EXPECT_TRUE(parsed(repeating).repeating()) << repeating;
  }
  for (const auto* fixed :
       {"30 2 * * *", "*/10 2 * * *", "0 1,2,3 * * *", "0 2-2 * * *", "0 20/6 * * *", "* * 2 * * *"}) {
    EXPECT_FALSE(parsed(fixed).repeating()) << fixed;
  }
}

// Errors.

TEST(Cron, RefusesAValueOutsideItsField) {
  EXPECT_EQ(error_of("61 * * * *"), "minute 61 is outside 0–59, column 1");
  EXPECT_EQ(error_of("0 24 * * *"), "hour 24 is outside 0–23, column 3");
  EXPECT_EQ(error_of("0 0 0 * *"), "day of month 0 is outside 1–31, column 5");
  EXPECT_EQ(error_of("0 0 1 13 *"), "month 13 is outside 1–12, column 7");
  EXPECT_EQ(error_of("0 0 * * 8"), "day of week 8 is outside 0–7, column 9");
  EXPECT_EQ(error_of("60 0 0 * * *"), "second 60 is outside 0–59, column 1");
  EXPECT_EQ(error_of("0 0 0 1 1 * 1969"), "year 1969 is outside 1970–2199, column 13");
  EXPECT_EQ(error_of("0,5-99999999999999999999999 * * * *"),
            "minute 99999999999999999999… is outside 0–59, column 5");
}

TEST(Cron, RefusesAWordAndGuessesWhatWasMeant) {
  EXPECT_EQ(error_of("0 0 * * MOM"), "day of week \"MOM\" is not a weekday (MON?), column 9");
  EXPECT_EQ(error_of("0 0 * JNA *"), "month \"JNA\" is not a month (JAN?), column 7");
  EXPECT_EQ(error_of("0 0 * JUM *"), "month \"JUM\" is not a month (JUN or JUL?), column 7");
  EXPECT_EQ(error_of("0 0 * * Monday"), "day of week \"Monday\" is not a weekday (MON?), column 9");
  EXPECT_EQ(error_of("0 0 * * XYZ"), "day of week \"XYZ\" is not a weekday (SUN–SAT or 0–7), column 9");
  EXPECT_EQ(error_of("0 x * * *"), "hour \"x\" is not a number from 0 to 23, column 3");
  EXPECT_EQ(error_of("@dayly"),
            "\"@dayly\" is not a macro (@daily?), column 1; there are @yearly, @annually, @monthly, @weekly, "
            "@daily, "
            "@midnight, @hourly and @every");
}

TEST(Cron, RefusesWhatCronJobTakesInSilence) {
  EXPECT_EQ(error_of("1,,2 * * * *"), "minute has a comma with nothing beside it, column 3");
  EXPECT_EQ(error_of("1, * * * *"), "minute has a comma with nothing beside it, column 3");
  EXPECT_EQ(error_of(", * * * *"), "minute has a comma with nothing beside it, column 1");
  EXPECT_EQ(error_of("+1 * * * *"), "minute \"+1\" is not a number from 0 to 59, column 1");
  EXPECT_EQ(error_of("*/90 * * * *"), "minute step 90 is outside 1–60, column 3");
  EXPECT_EQ(error_of("*-5 * * * *"), "minute \"*\" is not a number from 0 to 59, column 1");
  EXPECT_EQ(error_of("0 0 31 2 *"),
            "no date from 1970 to 2199 has day of month \"31\", month \"2\", day of week \"*\", column 5");
  EXPECT_THAT(error_of("TZ=UTC 0 0 * * *"), HasSubstr("spec.timeZone"));
  EXPECT_THAT(error_of("CRON_TZ=Asia/Tokyo @daily"), HasSubstr("spec.timeZone"));
}

TEST(Cron, RefusesDatesThatNeverCome) {
  for (const auto* never : {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 L-30 2 *", "0 0 30W 2 *",
                            "0 0 0 29 2 * 2023", "0 0 0 29 2 * 2100", "0 0 0 ? 2 MON#5 2026"}) {
    EXPECT_THAT(error_of(never), HasSubstr("no date from 1970 to 2199 has")) << never;
  }
  EXPECT_EQ(error_of("0 0 31 2 MON"), "") << "either day field suffices: Mondays in February";
  EXPECT_EQ(error_of("0 0 ? 2 MON#5"), "") << "in 2044";
}

TEST(Cron, AStepMaySpanItsFieldOnceButNotMore) {
  EXPECT_TRUE(same_meaning("*/60 0 * * *", "0/60 0 * * *"));
  EXPECT_EQ(next("*/60 */24 * * *", "2026-01-01T00:01:00"), "2026-01-02T00:00:00");
  EXPECT_EQ(error_of("* */25 * * *"), "hour step 25 is outside 1–24, column 5");
  EXPECT_EQ(error_of("* * * * */8"), "day of week step 8 is outside 1–7, column 11");
  EXPECT_EQ(error_of("15/0 * * * *"), "minute step 0 is outside 1–60, column 4");
  EXPECT_EQ(error_of("*/-12 * * * *"), "minute step \"-12\" is not a number from 1 to 60, column 3");
  EXPECT_EQ(error_of("*//2 * * * *"), "minute step \"/2\" is not a number from 1 to 60, column 3");
  EXPECT_EQ(error_of("* * * * 7/2"), "day of week 7 can't begin a step; Sunday is 0 there, column 9");
}

TEST(Cron, RefusesRangesThatRunBackwardsAndSaysHowToWriteThem) {
  EXPECT_EQ(error_of("0 22-2 * * *"), "hour range \"22-2\" runs backwards; write 22-23,0-2, column 3");
  EXPECT_EQ(error_of("0 23-0 * * *"), "hour range \"23-0\" runs backwards; write 23,0, column 3");
  EXPECT_EQ(error_of("0 0 28-3 * *"),
            "day of month range \"28-3\" runs backwards; write 28-31,1-3, column 5");
  EXPECT_EQ(error_of("0 0 * NOV-FEB *"),
            "month range \"NOV-FEB\" runs backwards; write NOV-DEC,JAN-FEB, column 7");
  EXPECT_EQ(error_of("0 0 * * FRI-MON"),
            "day of week range \"FRI-MON\" runs backwards; write FRI-SAT,SUN-MON, column 9");
  EXPECT_EQ(error_of("0 0 0 * * * 2030-2026"), "year range \"2030-2026\" runs backwards, column 13");
}

TEST(Cron, RefusesIncompleteParts) {
  EXPECT_EQ(error_of("5- * * * *"), "minute lacks a value from 0 to 59, column 3");
  EXPECT_EQ(error_of("-5 * * * *"), "minute lacks a value from 0 to 59, column 1");
  EXPECT_EQ(error_of("5--5 * * * *"), "minute \"-5\" is not a number from 0 to 59, column 3");
  EXPECT_EQ(error_of("5/ * * * *"), "minute step \"\" is not a number from 1 to 60, column 3");
  EXPECT_EQ(error_of("/5 * * * *"), "minute lacks a value from 0 to 59, column 1");
}

TEST(Cron, RefusesMisplacedLetters) {
  EXPECT_EQ(error_of("0 0 32W * *"), "day of month 32 is outside 1–31, column 5");
  EXPECT_EQ(error_of("0 0 1-5W * *"), "day of month \"1-5W\" is not one day with a W, such as 15W, column 5");
  EXPECT_EQ(error_of("0 0 L-31 * *"), "day of month offset 31 is outside 0–30, column 7");
  EXPECT_EQ(error_of("0 0 L3 * *"), "day of month \"L3\" is not L, L-3 or LW, column 5");
  EXPECT_EQ(error_of("0 0 * * L"), "day of week \"L\" lacks its weekday; write 5L or FRI#2, column 9");
  EXPECT_EQ(error_of("0 0 * * MOML"), "day of week \"MOM\" is not a weekday (MON?), column 9");
  EXPECT_EQ(error_of("0 0 * * MON#6"),
            "day of week \"MON#6\" has no place in the month from 1 to 5, column 13");
  EXPECT_EQ(error_of("L 0 * * *"), "minute \"L\" is not a number from 0 to 59, column 1");
}

TEST(Cron, RefusesAWrongNumberOfFields) {
  EXPECT_THAT(error_of("0 0 * *"), HasSubstr("this one has 4"));
  EXPECT_THAT(error_of("xyz"), HasSubstr("this one has 1"));
  EXPECT_THAT(error_of("* * * * * * * *"), HasSubstr("this one has more"));
  EXPECT_THAT(error_of(""), HasSubstr("empty"));
  EXPECT_THAT(error_of(" \t\n"), HasSubstr("empty"));
}

TEST(Cron, RefusesAnExpressionBeyond256Bytes) {
  const std::string fields = "0 0 * * *";
  EXPECT_EQ(error_of(fields + std::string(256 - fields.size(), ' ')), "");
  EXPECT_EQ(error_of(fields + std::string(257 - fields.size(), ' ')),
            "the expression is 257 bytes long; at most 256 are allowed");
}

TEST(Cron, QuotesOnlyPrintableText) {
  EXPECT_EQ(error_of("0 \xff\x01 * * *"), "hour \"\\xFF\\x01\" is not a number from 0 to 23, column 3");
  EXPECT_EQ(error_of("0\u00a0\u00fc * * *"), "hour \"\\xC3\\xBC\" is not a number from 0 to 23, column 3")
      << "columns count characters, not bytes";
}

}  // namespace
}  // namespace scheduledjob::schedule
