// The sentence of one cron expression, from its masks.
#pragma once

#include <string>

#include "schedule/cron.hpp"

namespace scheduledjob::schedule {

// Which days an expression names, as its two day fields together have it.
enum class DayRule {
  kEveryDay,
  kDates,     // the day of month decides
  kWeekdays,  // the day of week decides
  kEither,    // both are restricted: one of them suffices
};

DayRule day_rule_of(const Cron& cron);

// The rare parts of an expression: days counted otherwise, years.
inline const RareFields& rare_fields(const Cron& cron) {
  return cron.rare();
}

// The times of day, without a capital: "at 09:00 and 12:30", "every 15 minutes".
struct TimesPhrase {
  std::string text;
  bool all_day = false;  // it says by itself that it goes on round the clock
};
TimesPhrase times_phrase(const Cron& cron);

// What follows the times: the days, months and years, with the space or comma before them; empty when they
// restrict nothing and the times are `all_day`.
std::string days_phrase(const Cron& cron, bool all_day);

// The dates that the day of month names, "on the 1st and 15th", and those of the day of week, "on Fridays".
std::string dates_alone(const Cron& cron);
std::string weekdays_alone(const Cron& cron);

// Both together, without zone, capital and full stop: "at 09:00 on the first Monday of each month".
std::string cron_phrase(const Cron& cron);

}  // namespace scheduledjob::schedule
