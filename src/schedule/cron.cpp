#include "schedule/cron.hpp"

#include <algorithm>

#include "schedule/bits.hpp"
#include "schedule/month_days.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::year_month;
using std::chrono::year_month_day;

// Days are counted from 1970-01-01, seconds from midnight; both fit an int. An int out of these ranges stands
// for "there is none".
constexpr int kDayLength = 86'400;
constexpr int kEarliestDay = -2;
constexpr int kLatestDay = static_cast<int>(kLatestLocal.time_since_epoch().count() / kDayLength);
constexpr int kNoDayAhead = kLatestDay + 1;
constexpr int kNoDayBehind = kEarliestDay - 1;
static_assert(kEarliestLocal.time_since_epoch() == seconds{kEarliestDay * kDayLength});

struct Moment {
  int day;
  int second;

  explicit Moment(LocalTime time) noexcept {
    const std::int64_t since_earliest = (time - kEarliestLocal).count();  // not negative: divides faster
    day = static_cast<int>(since_earliest / kDayLength) + kEarliestDay;
    second = static_cast<int>(since_earliest % kDayLength);
  }
};

LocalTime local_time(int day, int second) {
  return LocalTime{seconds{std::int64_t{day} * kDayLength + second}};
}

struct Clock {
  unsigned hour;
  unsigned minute;
  unsigned second;

  explicit Clock(int time) noexcept {
    const auto value = static_cast<unsigned>(time);
    hour = value / 3600;
    minute = value / 60 % 60;
    second = value % 60;
  }
};

int second_of_day(int hour, int minute, int second) {
  return (hour * 60 + minute) * 60 + second;
}

int first_second(const CronFields& f) {
  return second_of_day(lowest(f.hours), lowest(f.minutes), lowest(f.seconds));
}

int last_second(const CronFields& f) {
  return second_of_day(highest(f.hours), highest(f.minutes), highest(f.seconds));
}

// The first match on any day at or after a time of the day; kDayLength when there is none.
int first_second_at_or_after(int time, const CronFields& f) {
  const Clock clock(time);
  if (has(f.hours, clock.hour)) {
    if (has(f.minutes, clock.minute)) {
      const std::uint64_t later = f.seconds & ~below(clock.second);
      if (later != 0) return time - static_cast<int>(clock.second) + lowest(later);
    }
    const std::uint64_t later = f.minutes & above(clock.minute);
    if (later != 0) return second_of_day(static_cast<int>(clock.hour), lowest(later), lowest(f.seconds));
  }
  const std::uint64_t later = f.hours & above(clock.hour);
  if (later != 0) return second_of_day(lowest(later), lowest(f.minutes), lowest(f.seconds));
  return kDayLength;
}

// The last match on any day at or before a time of the day; -1 when there is none.
int last_second_at_or_before(int time, const CronFields& f) {
  const Clock clock(time);
  if (has(f.hours, clock.hour)) {
    if (has(f.minutes, clock.minute)) {
      const std::uint64_t earlier = f.seconds & below(clock.second + 1);
      if (earlier != 0) return time - static_cast<int>(clock.second) + highest(earlier);
    }
    const std::uint64_t earlier = f.minutes & below(clock.minute);
    if (earlier != 0)
      return second_of_day(static_cast<int>(clock.hour), highest(earlier), highest(f.seconds));
  }
  const std::uint64_t earlier = f.hours & below(clock.hour);
  if (earlier != 0) return second_of_day(highest(earlier), highest(f.minutes), highest(f.seconds));
  return -1;
}

std::uint64_t count_a_day(const CronFields& f) {
  return size(f.hours) * size(f.minutes) * size(f.seconds);
}

std::uint64_t count_of_day_before(int time, const CronFields& f) {
  const Clock clock(time);
  const std::uint64_t a_minute = size(f.seconds);
  const std::uint64_t an_hour = size(f.minutes) * a_minute;
  std::uint64_t result = size(f.hours & below(clock.hour)) * an_hour;
  if (has(f.hours, clock.hour)) {
    result += size(f.minutes & below(clock.minute)) * a_minute;
    if (has(f.minutes, clock.minute)) result += size(f.seconds & below(clock.second));
  }
  return result;
}

// Sunday is 0. Takes days from 1 December 1969 on, the first of the earliest month.
unsigned weekday_of(int day) {
  constexpr int kThursday = 4;  // 1970-01-01
  constexpr int kFiveWeeks = 35;
  return static_cast<unsigned>(day + kThursday + kFiveWeeks) % 7;
}

// A month on the way from day to day, by the parts that searching needs.
struct MonthOnTheWay {
  int year;
  unsigned month;
  int first_day;

  MonthOnTheWay(int day, const year_month_day& date) noexcept
      : year(static_cast<int>(date.year())),
        month(static_cast<unsigned>(date.month())),
        first_day(day + 1 - static_cast<int>(static_cast<unsigned>(date.day()))) {}

  MonthShape shape() const noexcept { return {year, month, weekday_of(first_day)}; }

  // To a later month of the year.
  void go_on_to(unsigned later) noexcept {
    for (; month < later; ++month) first_day += static_cast<int>(MonthShape::length_of(year, month));
  }

  void go_to(int to_year, int to_month) noexcept {
    year = to_year;
    month = static_cast<unsigned>(to_month);
    const local_days first{std::chrono::year{year} / to_month / 1};
    first_day = static_cast<int>(first.time_since_epoch().count());
  }
};

constexpr int kEarliestYear = kFirstYear - 1;
constexpr int kLatestYear = kLastYear + 1;

// Goes to the nearest month in which there can be days, later or earlier; false when there is none.
bool go_to_next(MonthOnTheWay& at, const CronFields& fields, const YearSet& years) {
  const std::uint64_t later = fields.months & above(at.month);
  if (later != 0 && years.contains(at.year)) {
    at.go_on_to(static_cast<unsigned>(lowest(later)));
    return true;
  }
  int year = at.year + 1;
  while (year <= kLatestYear && !years.contains(year)) ++year;
  if (year > kLatestYear) return false;
  at.go_to(year, lowest(fields.months));
  return true;
}

bool go_to_previous(MonthOnTheWay& at, const CronFields& fields, const YearSet& years) {
  const std::uint64_t earlier = fields.months & below(at.month);
  if (earlier != 0 && years.contains(at.year)) {
    at.go_to(at.year, highest(earlier));
    return true;
  }
  int year = at.year - 1;
  while (year >= kEarliestYear && !years.contains(year)) --year;
  if (year < kEarliestYear) return false;
  at.go_to(year, highest(fields.months));
  return true;
}

constexpr RareFields kNoRareFields{};

}  // namespace

Cron::Cron(const CronFields& fields, const RareFields& rare)
    : fields_(fields), rare_(rare == kNoRareFields ? nullptr : std::make_shared<const RareFields>(rare)) {
  constexpr std::uint16_t kEveryMonth = 0x1ffe;
  const bool by_weekday_alone = fields.any_day && fields.months == kEveryMonth && rare_ == nullptr;
  day_rule_ = !by_weekday_alone    ? DayRule::kCalendar
              : fields.any_weekday ? DayRule::kEveryDay
                                   : DayRule::kWeekdays;
}

Cron Cron::at(LocalTime time) {
  const Moment moment(time);
  const Clock clock(moment.second);
  const year_month_day date{local_days{days{moment.day}}};
  CronFields fields;
  fields.seconds = std::uint64_t{1} << clock.second;
  fields.minutes = std::uint64_t{1} << clock.minute;
  fields.hours = std::uint32_t{1} << clock.hour;
  fields.days = std::uint32_t{1} << static_cast<unsigned>(date.day());
  fields.months = static_cast<std::uint16_t>(1U << static_cast<unsigned>(date.month()));
  fields.weekdays = 0x7f;
  fields.any_weekday = true;
  RareFields rare;
  rare.years.add(static_cast<int>(date.year()));
  return {fields, rare};
}

const RareFields& Cron::rare() const noexcept {
  return rare_ == nullptr ? kNoRareFields : *rare_;
}

std::uint32_t Cron::days_of(year_month month) const noexcept {
  const bool named = has(fields_.months, static_cast<unsigned>(month.month())) &&
                     rare().years.contains(static_cast<int>(month.year()));
  return named ? days_named_in(MonthShape(month)) : 0;
}

std::uint32_t Cron::days_named_in(MonthShape month) const noexcept {
  return rare_ == nullptr ? days_named(fields_, month) : days_named(fields_, *rare_, month);
}

bool Cron::matches(LocalTime time) const noexcept {
  return find_first(time) == time;
}

LocalTime Cron::find_first(LocalTime from) const noexcept {
  from = std::max(from, kEarliestLocal);
  if (from > kLatestLocal) return kNoLocalAhead;
  const Moment moment(from);
  const int second = first_second_at_or_after(moment.second, fields_);
  const int day = first_day_at_or_after(second < kDayLength ? moment.day : moment.day + 1);
  if (day > kLatestDay) return kNoLocalAhead;
  return local_time(day, day == moment.day ? second : first_second(fields_));
}

LocalTime Cron::find_last(LocalTime through) const noexcept {
  through = std::min(through, kLatestLocal);
  if (through < kEarliestLocal) return kNoLocalBehind;
  const Moment moment(through);
  const int second = last_second_at_or_before(moment.second, fields_);
  const int day = last_day_at_or_before(second >= 0 ? moment.day : moment.day - 1);
  if (day < kEarliestDay) return kNoLocalBehind;
  return local_time(day, day == moment.day ? second : last_second(fields_));
}

int Cron::first_day_at_or_after(int day) const noexcept {
  switch (day_rule_) {
    case DayRule::kEveryDay:
      return day;
    case DayRule::kWeekdays: {
      const auto two_weeks = static_cast<unsigned>(fields_.weekdays << 7 | fields_.weekdays);
      return day + lowest(two_weeks >> weekday_of(day));
    }
    case DayRule::kCalendar:
      break;
  }
  return first_calendar_day_at_or_after(day);
}

int Cron::last_day_at_or_before(int day) const noexcept {
  switch (day_rule_) {
    case DayRule::kEveryDay:
      return day;
    case DayRule::kWeekdays: {
      const auto two_weeks = static_cast<unsigned>(fields_.weekdays << 7 | fields_.weekdays);
      const unsigned weekday = weekday_of(day) + 7;
      return day - static_cast<int>(weekday) + highest(two_weeks & below(weekday + 1));
    }
    case DayRule::kCalendar:
      break;
  }
  return last_calendar_day_at_or_before(day);
}

int Cron::first_calendar_day_at_or_after(int day) const noexcept {
  const YearSet& years = rare().years;
  const year_month_day date{local_days{days{day}}};
  MonthOnTheWay at(day, date);
  std::uint64_t left = 0;
  if (has(fields_.months, at.month) && years.contains(at.year)) {
    left = days_named_in(at.shape()) & ~below(static_cast<unsigned>(date.day()));
  }
  while (left == 0) {
    if (!go_to_next(at, fields_, years)) return kNoDayAhead;
    left = days_named_in(at.shape());
  }
  return at.first_day + lowest(left) - 1;
}

int Cron::last_calendar_day_at_or_before(int day) const noexcept {
  const YearSet& years = rare().years;
  const year_month_day date{local_days{days{day}}};
  MonthOnTheWay at(day, date);
  std::uint64_t left = 0;
  if (has(fields_.months, at.month) && years.contains(at.year)) {
    left = days_named_in(at.shape()) & below(static_cast<unsigned>(date.day()) + 1);
  }
  while (left == 0) {
    if (!go_to_previous(at, fields_, years)) return kNoDayBehind;
    left = days_named_in(at.shape());
  }
  return at.first_day + highest(left) - 1;
}

std::uint64_t Cron::count(LocalTime from, LocalTime before) const noexcept {
  from = std::max(from, kEarliestLocal);
  before = std::min(before, kLatestLocal + seconds{1});
  if (from >= before) return 0;

  // Whole days from that of `from` up to and without that of `before`, then the parts of those two put right.
  const Moment first(from);
  const Moment end(before);
  std::uint64_t result = count_days(first.day, end.day) * count_a_day(fields_);
  if (first_day_at_or_after(end.day) == end.day) result += count_of_day_before(end.second, fields_);
  if (first_day_at_or_after(first.day) == first.day) result -= count_of_day_before(first.second, fields_);
  return result;
}

// How many of the days from `first` up to and without `end` are named.
std::uint64_t Cron::count_days(int first, int end) const noexcept {
  if (day_rule_ == DayRule::kEveryDay) return static_cast<std::uint64_t>(end - first);
  if (day_rule_ == DayRule::kWeekdays) {
    const auto weeks = static_cast<std::uint64_t>((end - first) / 7);
    const auto rest = static_cast<unsigned>((end - first) % 7);
    const auto two_weeks = static_cast<unsigned>(fields_.weekdays << 7 | fields_.weekdays);
    return weeks * size(fields_.weekdays) + size(two_weeks >> weekday_of(first) & below(rest));
  }
  const year_month_day first_date{local_days{days{first}}};
  const year_month_day end_date{local_days{days{end}}};
  const year_month last_month = end_date.year() / end_date.month();
  const year_month first_month = first_date.year() / first_date.month();
  std::uint64_t result = 0;
  for (year_month month = first_month; month <= last_month; month += std::chrono::months{1}) {
    std::uint64_t named = days_of(month);
    if (month == first_month) named &= ~below(static_cast<unsigned>(first_date.day()));
    if (month == last_month) named &= below(static_cast<unsigned>(end_date.day()));
    result += size(named);
  }
  return result;
}

}  // namespace scheduledjob::schedule
