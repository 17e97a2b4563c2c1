// A second opinion on which instants a cron expression names. It shares nothing with the engine: it knows
// expressions as sets of numbers that no parser has read, days from absl's calendar, and asks absl about
// every single local time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "schedule/daylight_saving.hpp"

namespace scheduledjob::schedule::oracle {

// Sunday is 0.
inline int weekday_of(absl::CivilDay day) {
  return (static_cast<int>(absl::GetWeekday(day)) + 1) % 7;
}

inline bool is_workday(absl::CivilDay day) {
  return weekday_of(day) >= 1 && weekday_of(day) <= 5;
}

// How many days follow `day` in its month.
inline int days_left(absl::CivilDay day) {
  return static_cast<int>(absl::CivilDay(absl::CivilMonth(day) + 1) - day) - 1;
}

// The workday of `month` that is the fewest days away from its nth; nothing when it has no nth.
inline std::optional<absl::CivilDay> workday_nearest_to(int n, absl::CivilMonth month) {
  const absl::CivilDay wanted = absl::CivilDay(month) + (n - 1);
  if (absl::CivilMonth(wanted) != month) return std::nullopt;
  std::optional<absl::CivilDay> nearest;
  for (absl::CivilDay day(month); absl::CivilMonth(day) == month; ++day) {
    if (!is_workday(day)) continue;
    if (!nearest || std::abs(day - wanted) < std::abs(*nearest - wanted)) nearest = day;
  }
  return nearest;
}

struct Expression {
  std::string text;
  std::set<int> seconds{0};
  std::set<int> minutes, hours, days, months, weekdays;
  std::set<int> years;                         // empty when there is no year field, or all are meant
  std::set<int> days_before_last;              // L is 0
  std::set<int> nearest_workdays;              // 15W
  std::set<int> last_weekdays;                 // FRIL
  std::set<std::pair<int, int>> nth_weekdays;  // MON#2 is {1, 2}
  bool last_workday = false;
  bool any_day = false;
  bool any_weekday = false;
  bool repeating = false;

  bool names(absl::CivilDay day) const {
    if (months.count(day.month()) == 0) return false;
    if (!years.empty() && years.count(static_cast<int>(day.year())) == 0) return false;
    return any_day || any_weekday ? names_date(day) && names_weekday(day)
                                  : names_date(day) || names_weekday(day);
  }

 private:
  bool names_date(absl::CivilDay day) const {
    if (days.count(day.day()) != 0 || days_before_last.count(days_left(day)) != 0) return true;
    if (last_workday && is_last_workday(day)) return true;
    return std::any_of(nearest_workdays.begin(), nearest_workdays.end(),
                       [&](int n) { return workday_nearest_to(n, absl::CivilMonth(day)) == day; });
  }

  bool names_weekday(absl::CivilDay day) const {
    const int weekday = weekday_of(day);
    return weekdays.count(weekday) != 0 || (last_weekdays.count(weekday) != 0 && days_left(day) < 7) ||
           nth_weekdays.count({weekday, (day.day() + 6) / 7}) != 0;
  }

  static bool is_last_workday(absl::CivilDay day) {
    if (!is_workday(day)) return false;
    for (absl::CivilDay later = day + 1; absl::CivilMonth(later) == absl::CivilMonth(day); ++later) {
      if (is_workday(later)) return false;
    }
    return true;
  }
};

// The local times from the day of `first` up to and with the day of `last` that an expression names.
inline std::vector<absl::CivilSecond> local_times(const Expression& expression, absl::CivilDay first,
                                                  absl::CivilDay last) {
  std::vector<absl::CivilSecond> result;
  for (absl::CivilDay day = first; day <= last; ++day) {
    if (!expression.names(day)) continue;
    for (const int hour : expression.hours) {
      for (const int minute : expression.minutes) {
        for (const int second : expression.seconds) {
          result.emplace_back(day.year(), day.month(), day.day(), hour, minute, second);
        }
      }
    }
  }
  return result;
}

// The instants (Unix seconds, in order) in (after, through] that an expression names in a zone.
inline std::vector<std::int64_t> instants(const Expression& expression, const absl::TimeZone& zone,
                                          DaylightSaving daylight_saving, std::int64_t after,
                                          std::int64_t through) {
  const bool after_gap = !expression.repeating && daylight_saving.skipped_time == SkippedTime::kRunAfterGap;
  const bool both = expression.repeating || daylight_saving.repeated_time == RepeatedTime::kRunTwice;
  // Two days more at both ends, because a whole one can be skipped or repeated.
  const absl::CivilDay first = absl::CivilDay(zone.At(absl::FromUnixSeconds(after)).cs) - 2;
  const absl::CivilDay last = absl::CivilDay(zone.At(absl::FromUnixSeconds(through)).cs) + 2;
  std::vector<std::int64_t> result;
  const auto add = [&](absl::Time time) {
    const std::int64_t instant = absl::ToUnixSeconds(time);
    if (instant > after && instant <= through) result.push_back(instant);
  };
  for (const absl::CivilSecond local : local_times(expression, first, last)) {
    const absl::TimeZone::TimeInfo info = zone.At(local);
    const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
    const bool repeated = info.kind == absl::TimeZone::TimeInfo::REPEATED;
    if (skipped && after_gap) add(info.trans);
    if (!skipped) add(info.pre);
    if (repeated && both) add(info.post);
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

}  // namespace scheduledjob::schedule::oracle
