// A second opinion on which instants a cron expression names. It shares nothing with the engine: it asks absl
// about every single local minute, and knows expressions as sets of numbers that no parser has read.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "schedule/daylight_saving.hpp"

namespace scheduledjob::schedule::oracle {

struct Expression {
  std::string text;
  std::set<int> minutes, hours, days, months, weekdays;
  bool any_day = false;
  bool any_weekday = false;
  bool repeating = false;

  bool matches(absl::CivilMinute minute) const {
    const bool on_clock = minutes.count(minute.minute()) != 0 && hours.count(minute.hour()) != 0 &&
                          months.count(minute.month()) != 0;
    if (!on_clock) return false;
    // absl counts weekdays from Monday = 0.
    const int weekday = (static_cast<int>(absl::GetWeekday(minute)) + 1) % 7;
    const bool by_date = days.count(minute.day()) != 0;
    const bool by_weekday = weekdays.count(weekday) != 0;
    return any_day || any_weekday ? by_date && by_weekday : by_date || by_weekday;
  }
};

// The instants (Unix seconds, in order) that local minutes from `first` up to and without `end` stand for.
inline std::vector<std::int64_t> instants(const Expression& expression, const absl::TimeZone& zone,
                                          DaylightSaving daylight_saving, absl::CivilMinute first,
                                          absl::CivilMinute end) {
  const bool after_gap = !expression.repeating && daylight_saving.skipped_time == SkippedTime::kRunAfterGap;
  const bool both = expression.repeating || daylight_saving.repeated_time == RepeatedTime::kRunTwice;
  std::set<std::int64_t> result;
  for (absl::CivilMinute minute = first; minute < end; ++minute) {
    if (!expression.matches(minute)) continue;
    const absl::TimeZone::TimeInfo info = zone.At(absl::CivilSecond(minute));
    switch (info.kind) {
      case absl::TimeZone::TimeInfo::UNIQUE:
        result.insert(absl::ToUnixSeconds(info.pre));
        break;
      case absl::TimeZone::TimeInfo::SKIPPED:
        if (after_gap) result.insert(absl::ToUnixSeconds(info.trans));
        break;
      case absl::TimeZone::TimeInfo::REPEATED:
        result.insert(absl::ToUnixSeconds(info.pre));
        if (both) result.insert(absl::ToUnixSeconds(info.post));
        break;
    }
  }
  return {result.begin(), result.end()};
}

}  // namespace scheduledjob::schedule::oracle
