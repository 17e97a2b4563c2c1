// What is said of a date on which clocks change, which must be what the schedule does.
#include <algorithm>
#include <array>
#include <regex>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/schedule/explain_support.hpp"

namespace scheduledjob::schedule {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> on_date(const Definition& definition, const std::chrono::year_month_day& day) {
  const auto lines = explain_date(definition, day);
  if (!lines.ok()) throw std::invalid_argument(lines.status().ToString());
  return *lines;
}
std::vector<std::string> on_date(std::string expression, std::string zone,
                                 const std::chrono::year_month_day& day, DaylightSaving policy = {}) {
  return on_date(definition({cron(std::move(expression))}, std::move(zone), policy), day);
}

TEST(ExplainDate, BerlinSkipsAnHour) {
  const auto day = date(2026, 3, 29);
  EXPECT_THAT(
      on_date("30 2 * * *", "Europe/Berlin", day),
      ElementsAre("02:30 does not exist on 29 March 2026 in Europe/Berlin (clocks go from 02:00 to 03:00): "
                  "the run happens at 03:00 (01:00Z). skippedTime: Skip would leave it out."));
  EXPECT_THAT(
      on_date("30 2 * * *", "Europe/Berlin", day, kSkip),
      ElementsAre("02:30 does not exist on 29 March 2026 in Europe/Berlin (clocks go from 02:00 to 03:00): "
                  "nothing runs for it. skippedTime: RunAfterGap would run once at 03:00 (01:00Z)."));
  EXPECT_THAT(
      on_date("*/10 2 * * *", "Europe/Berlin", day),
      ElementsAre("The 6 times from 02:00 through 02:50 do not exist on 29 March 2026 in Europe/Berlin "
                  "(clocks go from 02:00 to 03:00): one run for all of them happens at 03:00 (01:00Z). "
                  "skippedTime: Skip would leave it out."));
  EXPECT_THAT(
      on_date("0 2,3 * * *", "Europe/Berlin", day),
      ElementsAre("02:00 does not exist on 29 March 2026 in Europe/Berlin (clocks go from 02:00 to 03:00): "
                  "the run at 03:00 (01:00Z), which is named anyway, is the only one."));
  EXPECT_THAT(
      on_date("*/30 * * * *", "Europe/Berlin", day),
      ElementsAre("02:00 and 02:30 do not exist on 29 March 2026 in Europe/Berlin (clocks go from 02:00 to "
                  "03:00): nothing runs for them, because the expression follows elapsed time."));
}

TEST(ExplainDate, BerlinRepeatsAnHour) {
  const auto day = date(2026, 10, 25);
  EXPECT_THAT(
      on_date("30 2 * * *", "Europe/Berlin", day),
      ElementsAre("02:30 comes twice on 25 October 2026 in Europe/Berlin (clocks go back from 03:00 to "
                  "02:00): it runs the first time only (00:30Z). repeatedTime: RunTwice would run again "
                  "(01:30Z)."));
  EXPECT_THAT(
      on_date("30 2 * * *", "Europe/Berlin", day, kTwice),
      ElementsAre("02:30 comes twice on 25 October 2026 in Europe/Berlin (clocks go back from 03:00 to "
                  "02:00): it runs both times (00:30Z; again 01:30Z). repeatedTime: RunOnce would run the "
                  "first time only."));
  EXPECT_THAT(
      on_date("*/15 * * * *", "Europe/Berlin", day),
      ElementsAre("02:00, 02:15, 02:30 and 02:45 come twice on 25 October 2026 in Europe/Berlin (clocks go "
                  "back from 03:00 to 02:00): they run both times (00:00Z, 00:15Z, 00:30Z and 00:45Z; again "
                  "01:00Z, 01:15Z, 01:30Z and 01:45Z), because the expression follows elapsed time."));
}

TEST(ExplainDate, SaysNothingOfDatesAndTimesThatClocksLeaveAlone) {
  EXPECT_THAT(on_date("30 2 * * *", "Europe/Berlin", date(2026, 3, 28)), IsEmpty());
  EXPECT_THAT(on_date("30 2 * * *", "Europe/Berlin", date(2026, 3, 30)), IsEmpty());
  EXPECT_THAT(on_date("0 3 * * *", "Europe/Berlin", date(2026, 3, 29)), IsEmpty());
  EXPECT_THAT(on_date("30 2 * * *", "", date(2026, 3, 29)), IsEmpty());
  EXPECT_THAT(on_date(definition({every(std::chrono::minutes{1}), once("2026-03-29T02:30:00+01:00")},
                                 "Europe/Berlin"),
                      date(2026, 3, 29)),
              IsEmpty())
      << "neither follows clocks";
}

TEST(ExplainDate, SaysNothingOfRunsBeyondTheBounds) {
  Definition ended = definition({cron("30 2 * * *"), cron("*/10 * * * *")}, "Europe/Berlin");
  ended.not_after = utc("2026-03-29T00:00:00Z");
  EXPECT_THAT(on_date(ended, date(2026, 3, 29)), IsEmpty());
  EXPECT_THAT(on_date(ended, date(2026, 10, 25)), IsEmpty());
  Definition second_half = definition({cron("*/30 * * * *")}, "Europe/Berlin");
  second_half.not_before = utc("2026-10-25T01:00:00Z");
  EXPECT_THAT(on_date(second_half, date(2026, 10, 25)),
              ElementsAre(HasSubstr("they run the second time only (01:00Z and 01:30Z)")));
}

TEST(ExplainDate, HasALineForEachEntryThatIsTouched) {
  EXPECT_THAT(on_date(definition({cron("30 2 * * *"), cron("0 12 * * *"), once("2026-03-29T02:15:00")},
                                 "Europe/Berlin"),
                      date(2026, 3, 29)),
              ElementsAre(HasSubstr("spec.schedule: 02:30 does not exist"),
                          HasSubstr("spec.schedules[0].at: 02:15 does not exist")));
}

TEST(ExplainDate, Elsewhere) {
  EXPECT_THAT(on_date("30 2 * * *", "America/New_York", date(2026, 3, 8)),
              ElementsAre(HasSubstr("(clocks go from 02:00 to 03:00): the run happens at 03:00 (07:00Z).")));
  EXPECT_THAT(
      on_date("30 1 * * *", "America/New_York", date(2026, 11, 1)),
      ElementsAre(HasSubstr("(clocks go back from 02:00 to 01:00): it runs the first time only (05:30Z).")));
  EXPECT_THAT(
      on_date("15 2 * * *", "Australia/Lord_Howe", date(2026, 10, 4)),
      ElementsAre(HasSubstr("(clocks go from 02:00 to 02:30): the run happens at 02:30 (15:30Z on 3 October "
                            "2026).")));
  EXPECT_THAT(
      on_date("45 1 * * *", "Australia/Lord_Howe", date(2026, 4, 5)),
      ElementsAre(HasSubstr("(clocks go back from 02:00 to 01:30): it runs the first time only (14:45Z on 4 "
                            "April 2026). repeatedTime: RunTwice would run again (15:15Z on 4 April "
                            "2026).")));
  EXPECT_THAT(
      on_date("@daily", "Africa/Cairo", date(2026, 4, 24)),
      ElementsAre(HasSubstr("00:00 does not exist on 24 April 2026 in Africa/Cairo (clocks go from 00:00 to "
                            "01:00): the run happens at 01:00 (22:00Z on 23 April 2026).")));
  EXPECT_THAT(
      on_date("30 23 * * *", "Africa/Cairo", date(2026, 10, 29)),
      ElementsAre(HasSubstr("(clocks go back from 00:00 on 30 October 2026 to 23:00): it runs the first time "
                            "only (20:30Z).")));
  EXPECT_THAT(
      on_date("0 12 * * *", "Pacific/Apia", date(2011, 12, 30)),
      ElementsAre(HasSubstr("12:00 does not exist on 30 December 2011 in Pacific/Apia (clocks go from 00:00 "
                            "to 00:00 on 31 December 2011): the run happens at 00:00 on 31 December 2011 "
                            "(10:00Z).")));
}

TEST(ExplainDate, RefusesWhatIsNoDate) {
  for (const auto& wrong : {date(2026, 2, 30), date(1969, 12, 31), date(2200, 1, 1)}) {
    EXPECT_EQ(explain_date(definition({cron("@daily")}), wrong).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

// The instants in the first sentence of a line, which tells what happens; the second tells what could.
std::vector<std::string> instants_told(const std::string& line, const std::chrono::year_month_day& day) {
  constexpr std::array kMonths{"January", "February", "March",     "April",   "May",      "June",
                               "July",    "August",   "September", "October", "November", "December"};
  static const std::regex instant(R"((\d\d:\d\d)Z(?: on (\d+) (\w+) (\d+))?)");
  const std::string told = line.substr(0, line.find(". "));
  std::vector<std::string> result;
  for (std::sregex_iterator match(told.begin(), told.end(), instant), end; match != end; ++match) {
    std::string when = fmt::format("{}-{:02}-{:02}", static_cast<int>(day.year()),
                                   static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    if ((*match)[2].matched) {
      const auto month = std::find(kMonths.begin(), kMonths.end(), (*match)[3].str()) - kMonths.begin() + 1;
      when = fmt::format("{}-{:02}-{:0>2}", (*match)[4].str(), month, (*match)[2].str());
    }
    result.push_back(fmt::format("{}T{}:00Z", when, (*match)[1].str()));
  }
  return result;
}

TEST(ExplainDate, TellsOnlyInstantsThatTheScheduleHas) {
  const std::array changes{
      std::pair{"Europe/Berlin", date(2026, 3, 29)},      std::pair{"Europe/Berlin", date(2026, 10, 25)},
      std::pair{"America/New_York", date(2026, 3, 8)},    std::pair{"America/New_York", date(2026, 11, 1)},
      std::pair{"Australia/Lord_Howe", date(2026, 4, 5)}, std::pair{"Australia/Lord_Howe", date(2026, 10, 4)},
      std::pair{"Africa/Cairo", date(2026, 4, 24)},       std::pair{"Africa/Cairo", date(2026, 10, 29)},
      std::pair{"Pacific/Apia", date(2011, 12, 30)},
  };
  int told = 0;
  for (const auto& [zone, day] : changes) {
    for (const char* expression :
         {"30 2 * * *", "15 0 * * *", "45 23 * * *", "0,20,40 1-3 * * *", "*/10 2 * * *", "*/10 0 * * *",
          "45 1,2 * * *", "0 * * * *", "0 */2 * * *", "0 0 29 3 *"}) {
      for (const DaylightSaving& policy : {DaylightSaving{}, kSkip, kTwice}) {
        const Definition checked = definition({cron(expression)}, zone, policy);
        const Schedule schedule = compiled(checked);
        for (const std::string& line : on_date(checked, day)) {
          for (const std::string& instant : instants_told(line, day)) {
            EXPECT_EQ(schedule.next_after(utc(instant) - std::chrono::seconds{1}), utc(instant)) << line;
            ++told;
          }
        }
      }
    }
  }
  EXPECT_GT(told, 100);
}

}  // namespace
}  // namespace scheduledjob::schedule
