// What surprises people about a definition.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/schedule/explain_support.hpp"

namespace scheduledjob::schedule {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ExplainWarnings, OrdinarySchedulesHaveNone) {
  for (const char* expression : {"* * * * *", "*/15 * * * *", "0 9 * * MON-FRI", "0 0 1 * *", "0 0 L * *",
                                 "0 */6 * * *", "0 0 1-28 * *", "0 9 ? * MON#4", "0 0 31 1,3 *",
                                 "0 0 * */2 *", "*/7 9 * * *", "0 0 0 * * * 2026-2199"}) {
    EXPECT_THAT(warnings(expression), IsEmpty()) << expression;
  }
}

TEST(ExplainWarnings, EitherDayFieldSuffices) {
  EXPECT_THAT(warnings("0 0 13 * FRI"),
              ElementsAre("Both day fields are restricted, so that either suffices: this runs on the 13th "
                          "whatever the weekday, and on Fridays whatever the date."));
  EXPECT_THAT(
      warnings("0 0 */2 * MON"),
      ElementsAre("Both day fields are restricted, so that either suffices: this runs on every 2nd day "
                  "from the 1st to the 31st whatever the weekday, and on Mondays whatever the date.",
                  "*/2 as day of month restricts as a list of days does: only a * without a step leaves "
                  "the decision to the other day field.",
                  "A step of 2 days begins anew with every month: after one of 31 days, 1 day lies "
                  "between the 31st and the 1st."));
  EXPECT_THAT(warnings("0 0 1-31 * MON"), ElementsAre(HasSubstr("the other restricts nothing; write *")));
}

TEST(ExplainWarnings, DatesThatMonthsLack) {
  EXPECT_THAT(
      warnings("0 0 31 * *"),
      ElementsAre("The 31st does not exist in February, April, June, September and November: nothing runs "
                  "for it there, write L for the last day of every month."));
  EXPECT_THAT(warnings("0 0 30 * *"),
              ElementsAre("The 30th does not exist in February: nothing runs for it there."));
  EXPECT_THAT(
      warnings("0 0 1,29 * *"),
      ElementsAre("The 29th does not exist in February outside leap years: nothing runs for it there."));
  EXPECT_THAT(warnings("0 0 30,31 4,5 *"),
              ElementsAre("The 31st does not exist in April: nothing runs for it there."));
  EXPECT_THAT(
      warnings("0 0 29-31 * *"),
      ElementsAre("The 31st does not exist in February, April, June, September and November; the 30th not "
                  "in February; the 29th not in February outside leap years: nothing runs for them "
                  "there."));
  EXPECT_THAT(
      warnings("0 0 31W,L-30 4,5 *"),
      ElementsAre("The weekday nearest to the 31st and the 30th day before the last do not exist in April: "
                  "nothing runs for them there."));
}

TEST(ExplainWarnings, LeapDaysAndFifthWeekdays) {
  EXPECT_THAT(warnings("0 0 29 2 *"), ElementsAre("29 February comes in leap years only, next in 2028."));
  EXPECT_THAT(explained(definition({cron("0 0 29 2 *")}), utc("2096-03-01T00:00:00Z")).warnings,
              ElementsAre("29 February comes in leap years only, next in 2104."));
  EXPECT_THAT(warnings("0 0 * * MON#5,FRI#5"),
              ElementsAre("Not every month has a fifth Monday and Friday: those without are left out."));
}

TEST(ExplainWarnings, StepsThatBeginAnew) {
  EXPECT_THAT(
      warnings("*/7 * * * *"),
      ElementsAre("A step of 7 minutes begins anew with every hour: 4 minutes lie between minute 56 and "
                  "minute 0."));
  EXPECT_THAT(warnings("5/7 * * * *"),
              ElementsAre(HasSubstr("11 minutes lie between minute 54 and minute 5.")));
  EXPECT_THAT(warnings("*/59 * * * *"),
              ElementsAre(HasSubstr("1 minute lies between minute 59 and minute 0.")));
  EXPECT_THAT(warnings("*/45 * * * *"),
              ElementsAre(HasSubstr("15 minutes lie between minute 45 and minute 0.")));
  EXPECT_THAT(
      warnings("*/40 * * * * *"),
      ElementsAre("A step of 40 seconds begins anew with every minute: 20 seconds lie between second 40 "
                  "and second 0."));
  EXPECT_THAT(
      warnings("0 */5 * * *"),
      ElementsAre("A step of 5 hours begins anew with every day: 4 hours lie between 20:00 and 00:00."));
  EXPECT_THAT(warnings("0 0 */5 * * * 2199"), ElementsAre(HasSubstr("4 hours lie between")));
  EXPECT_THAT(warnings("0,45 * * * *"), IsEmpty()) << "a list means what it says";
  EXPECT_THAT(warnings("0 */5 1 * *"), IsEmpty()) << "no day follows that begins anew";
  EXPECT_THAT(warnings("0 0 */5 * *"), ElementsAre(HasSubstr("1 day lies between the 31st and the 1st.")));
  EXPECT_THAT(warnings("0 0 2/10 * *"),
              ElementsAre("A step of 10 days begins anew with every month: after one of 31 days, 11 days lie "
                          "between the 22nd and the 2nd."));
  EXPECT_THAT(warnings("0 0 1/9 * *"), ElementsAre(HasSubstr("4 days lie between the 28th and the 1st.")));
  EXPECT_THAT(warnings("0 0 */2 1 *"), IsEmpty()) << "no month follows";
  EXPECT_THAT(warnings("0 0 1 */5 *"),
              ElementsAre("A step of 5 months begins anew with every year: 2 months lie between November and "
                          "January."));
  EXPECT_THAT(
      warnings("0 0 * * */2"),
      ElementsAre("A step of 2 days begins anew with every week: 1 day lies between Saturday and Sunday."));
}

TEST(ExplainWarnings, YearsThatEnd) {
  EXPECT_THAT(warnings("0 0 9 1 1 * 2028-2030"),
              ElementsAre("The years come to an end: the last time is 09:00 on 1 January 2030."));
  EXPECT_THAT(warnings("0 0 9 1 1 * 2020"),
              ElementsAre("The years come to an end: the last time was 09:00 on 1 January 2020."));
}

TEST(ExplainWarnings, FixedTimesThatClocksSkipAndRepeat) {
  EXPECT_THAT(
      warnings("30 2 * * *", "Europe/Berlin"),
      ElementsAre("02:30 is skipped when clocks go forward in Europe/Berlin (29 March 2026): the run happens "
                  "at 03:00 (01:00Z).",
                  "02:30 comes twice when clocks go back in Europe/Berlin (25 October 2026): it runs the "
                  "first time only (00:30Z)."));
  EXPECT_THAT(warnings("30 2 * * *", "Europe/Berlin", kSkip),
              Contains(HasSubstr("(29 March 2026): nothing runs for it.")));
  EXPECT_THAT(warnings("30 2 * * *", "Europe/Berlin", kTwice),
              Contains(HasSubstr("it runs both times (00:30Z; again 01:30Z).")));
  EXPECT_THAT(warnings("30 2 * * MON-FRI", "Europe/Berlin"), IsEmpty()) << "clocks change on Sundays";
  EXPECT_THAT(warnings("0 3 * * *", "Europe/Berlin"), IsEmpty());
  EXPECT_THAT(warnings("30 0 * * *", "America/Sao_Paulo"), IsEmpty()) << "clocks no longer change there";
  EXPECT_THAT(warnings("30 2 * * *", "Asia/Kolkata"), IsEmpty());
}

TEST(ExplainWarnings, NameTheFirstChangeAfterTheReferenceAndWithinTheBounds) {
  Definition nightly = definition({cron("30 2 * * *")}, "Europe/Berlin");
  EXPECT_THAT(explained(nightly, utc("2026-04-01T00:00:00Z")).warnings,
              ElementsAre(HasSubstr("(28 March 2027)"), HasSubstr("(25 October 2026)")));
  nightly.not_before = utc("2030-01-01T00:00:00Z");
  EXPECT_THAT(explained(nightly).warnings,
              ElementsAre(HasSubstr("(31 March 2030)"), HasSubstr("(27 October 2030)")));
  nightly.not_after = utc("2030-06-01T00:00:00Z");
  EXPECT_THAT(explained(nightly).warnings, ElementsAre(HasSubstr("(31 March 2030)")));
  EXPECT_THAT(explained(definition({once("2024-03-31T02:30:00")}, "Europe/Berlin")).warnings,
              ElementsAre(HasSubstr("(31 March 2024)")))
      << "a single instant has one date only";
}

TEST(ExplainWarnings, RepeatingExpressionsRunThroughARepeatedHourTwice) {
  EXPECT_THAT(
      warnings("*/30 * * * *", "Europe/Berlin"),
      ElementsAre("02:00 and 02:30 come twice when clocks go back in Europe/Berlin (25 October 2026): they "
                  "run both times (00:00Z and 00:30Z; again 01:00Z and 01:30Z), because the expression "
                  "follows elapsed time."));
  EXPECT_THAT(
      warnings("0 */2 * * *", "Europe/Berlin"),
      ElementsAre("02:00 is skipped when clocks go forward in Europe/Berlin (29 March 2026): nothing runs "
                  "for it, because the expression follows elapsed time.",
                  HasSubstr("it runs both times (00:00Z; again 01:00Z), because")));
  EXPECT_THAT(warnings("0 9-17 * * *", "Europe/Berlin"), IsEmpty());
}

TEST(ExplainWarnings, ComeInOrderOfWeightAndNameTheirEntry) {
  const auto both = explained(definition({cron("*/7 * * * *"), cron("0 0 31 * FRI")})).warnings;
  ASSERT_EQ(both.size(), 3U);
  EXPECT_THAT(both[0], HasSubstr("spec.schedule: Both day fields"));
  EXPECT_THAT(both[1], HasSubstr("spec.schedule: The 31st"));
  EXPECT_THAT(both[2], HasSubstr("spec.schedule: A step of 7"));
}

}  // namespace
}  // namespace scheduledjob::schedule
