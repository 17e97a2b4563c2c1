#include "schedule/cron.hpp"

#include <algorithm>
#include <bit>

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::local_days;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::year_month;
using std::chrono::year_month_day;

constexpr seconds kDay = days{1};

struct Clock {
  unsigned hour;
  unsigned minute;
  unsigned second;

  explicit Clock(seconds time)
      : hour(static_cast<unsigned>(time.count() / 3600)),
        minute(static_cast<unsigned>(time.count() / 60 % 60)),
        second(static_cast<unsigned>(time.count() % 60)) {}
};

seconds clock_time(int hour, int minute, int second) {
  return seconds{(hour * 60 + minute) * 60 + second};
}

bool has(std::uint64_t mask, unsigned bit) {
  return (mask >> bit & 1) != 0;
}
std::uint64_t below(unsigned bit) {
  return (std::uint64_t{1} << bit) - 1;
}  // bit < 64
std::uint64_t above(unsigned bit) {
  return ~std::uint64_t{1} << bit;
}

int lowest(std::uint64_t mask) {
  return std::countr_zero(mask);
}  // mask ≠ 0
int highest(std::uint64_t mask) {
  return 63 - std::countl_zero(mask);
}  // mask ≠ 0

std::uint64_t size(std::uint64_t mask) {
  return static_cast<std::uint64_t>(std::popcount(mask));
}

// A month as days_of sees it: its length, and the day of the week on which it begins.
struct MonthShape {
  unsigned length;
  unsigned first_weekday;

  explicit MonthShape(year_month month)
      : length(static_cast<unsigned>((month / std::chrono::last).day())),
        first_weekday(std::chrono::weekday{local_days{month / 1}}.c_encoding()) {}

  std::uint32_t all_days() const { return static_cast<std::uint32_t>(below(length + 1) & ~std::uint64_t{1}); }
  unsigned weekday_of(unsigned day) const { return (first_weekday + day - 1) % 7; }

  // The seven days that begin with `day`, narrowed to those whose day of the week is in the mask.
  std::uint64_t week_from(unsigned day, std::uint8_t weekdays) const {
    const unsigned shift = weekday_of(day);
    const unsigned rotated = (weekdays >> shift | weekdays << (7 - shift)) & 0x7f;
    return std::uint64_t{rotated} << day;
  }
};

std::uint32_t bit_of(unsigned day) {
  return std::uint32_t{1} << day;
}

unsigned nearest_workday(unsigned day, const MonthShape& month) {
  switch (month.weekday_of(day)) {
    case 6:
      return day > 1 ? day - 1 : day + 2;
    case 0:
      return day < month.length ? day + 1 : day - 2;
    default:
      return day;
  }
}

std::uint32_t days_by_date(const CronFields& fields, const MonthShape& month) {
  std::uint32_t result = fields.days;
  for (std::uint32_t rest = fields.days_before_last; rest != 0; rest &= rest - 1) {
    const auto offset = static_cast<unsigned>(lowest(rest));
    if (offset < month.length) result |= bit_of(month.length - offset);
  }
  for (std::uint32_t rest = fields.nearest_weekdays & month.all_days(); rest != 0; rest &= rest - 1) {
    result |= bit_of(nearest_workday(static_cast<unsigned>(lowest(rest)), month));
  }
  if (fields.last_workday) result |= bit_of(nearest_workday(month.length, month));
  return result & month.all_days();
}

std::uint32_t days_by_weekday(const CronFields& fields, const MonthShape& month) {
  constexpr std::uint64_t kEveryWeek = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
  std::uint64_t result = month.week_from(1, fields.weekdays) * kEveryWeek;
  for (unsigned n = 0; n < fields.nth_weekdays.size(); ++n) {
    if (fields.nth_weekdays[n] != 0) result |= month.week_from(1, fields.nth_weekdays[n]) << (7 * n);
  }
  if (fields.last_weekdays != 0) result |= month.week_from(month.length - 6, fields.last_weekdays);
  return static_cast<std::uint32_t>(result) & month.all_days();
}

year_month month_of(const year_month_day& date) {
  return date.year() / date.month();
}

const year_month kEarliestMonth = month_of(year_month_day{floor<days>(kEarliestLocal)});
const year_month kLatestMonth = month_of(year_month_day{floor<days>(kLatestLocal)});

}  // namespace

Cron::Cron(const CronFields& fields)
    : fields_(fields), count_a_day_(size(fields.hours) * size(fields.minutes) * size(fields.seconds)) {}

Cron Cron::at(LocalTime time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const Clock clock(time - day);
  CronFields fields;
  fields.seconds = std::uint64_t{1} << clock.second;
  fields.minutes = std::uint64_t{1} << clock.minute;
  fields.hours = std::uint32_t{1} << clock.hour;
  fields.days = bit_of(static_cast<unsigned>(date.day()));
  fields.months = static_cast<std::uint16_t>(1U << static_cast<unsigned>(date.month()));
  fields.weekdays = 0x7f;
  fields.any_weekday = true;
  fields.years.add(static_cast<int>(date.year()));
  return Cron(fields);
}

std::uint32_t Cron::days_of(year_month month) const noexcept {
  const bool named = has(fields_.months, static_cast<unsigned>(month.month())) &&
                     fields_.years.contains(static_cast<int>(month.year()));
  if (!named) return 0;
  const MonthShape shape(month);
  const std::uint32_t by_date = days_by_date(fields_, shape);
  const std::uint32_t by_weekday = days_by_weekday(fields_, shape);
  const bool either_suffices = !fields_.any_day && !fields_.any_weekday;
  return either_suffices ? by_date | by_weekday : by_date & by_weekday;
}

bool Cron::matches(LocalTime time) const noexcept {
  const auto day = floor<days>(time);
  const Clock clock(time - day);
  if (!has(fields_.hours, clock.hour) || !has(fields_.minutes, clock.minute) ||
      !has(fields_.seconds, clock.second)) {
    return false;
  }
  const year_month_day date{day};
  return has(days_of(month_of(date)), static_cast<unsigned>(date.day()));
}

std::optional<LocalTime> Cron::first_at_or_after(LocalTime from) const noexcept {
  from = std::max(from, kEarliestLocal);
  if (from > kLatestLocal) return std::nullopt;
  const auto first_day = floor<days>(from);
  const year_month_day date{first_day};
  year_month month = month_of(date);
  std::uint64_t days_left = days_of(month);

  if (has(days_left, static_cast<unsigned>(date.day()))) {
    if (const auto time = first_of_day_at_or_after(from - first_day)) return first_day + *time;
  }
  days_left &= above(static_cast<unsigned>(date.day()));
  while (days_left == 0) {
    month += months{1};
    if (month > kLatestMonth) return std::nullopt;
    days_left = days_of(month);
  }
  const local_days day{month / lowest(days_left)};
  const LocalTime match = day + *first_of_day_at_or_after(seconds{0});
  if (match > kLatestLocal) return std::nullopt;
  return match;
}

std::optional<LocalTime> Cron::last_at_or_before(LocalTime through) const noexcept {
  through = std::min(through, kLatestLocal);
  if (through < kEarliestLocal) return std::nullopt;
  const auto last_day = floor<days>(through);
  const year_month_day date{last_day};
  year_month month = month_of(date);
  std::uint64_t days_left = days_of(month);

  if (has(days_left, static_cast<unsigned>(date.day()))) {
    if (const auto time = last_of_day_at_or_before(through - last_day)) return last_day + *time;
  }
  days_left &= below(static_cast<unsigned>(date.day()));
  while (days_left == 0) {
    month -= months{1};
    if (month < kEarliestMonth) return std::nullopt;
    days_left = days_of(month);
  }
  const local_days day{month / highest(days_left)};
  const LocalTime match = day + *last_of_day_at_or_before(kDay - seconds{1});
  if (match < kEarliestLocal) return std::nullopt;
  return match;
}

std::uint64_t Cron::count(LocalTime from, LocalTime before) const noexcept {
  from = std::max(from, kEarliestLocal);
  before = std::min(before, kLatestLocal + seconds{1});
  if (from >= before) return 0;

  // Whole days from that of `from` up to and without that of `before`, then the parts of those two days put
  // right.
  const auto first_day = floor<days>(from);
  const auto end_day = floor<days>(before);
  const year_month_day first{first_day};
  const year_month_day end{end_day};
  std::uint64_t day_count = 0;
  for (year_month month = month_of(first); month <= month_of(end); month += months{1}) {
    std::uint64_t mask = days_of(month);
    if (month == month_of(first)) mask &= ~below(static_cast<unsigned>(first.day()));
    if (month == month_of(end)) mask &= below(static_cast<unsigned>(end.day()));
    day_count += size(mask);
  }
  std::uint64_t result = day_count * count_a_day_;
  if (has(days_of(month_of(end)), static_cast<unsigned>(end.day()))) {
    result += count_of_day_before(before - end_day);
  }
  if (has(days_of(month_of(first)), static_cast<unsigned>(first.day()))) {
    result -= count_of_day_before(from - first_day);
  }
  return result;
}

std::optional<seconds> Cron::first_of_day_at_or_after(seconds time) const noexcept {
  const CronFields& f = fields_;
  const Clock clock(time);
  if (has(f.hours, clock.hour)) {
    if (has(f.minutes, clock.minute)) {
      const std::uint64_t later = f.seconds & ~below(clock.second);
      if (later != 0) {
        return clock_time(static_cast<int>(clock.hour), static_cast<int>(clock.minute), lowest(later));
      }
    }
    const std::uint64_t later = f.minutes & above(clock.minute);
    if (later != 0) return clock_time(static_cast<int>(clock.hour), lowest(later), lowest(f.seconds));
  }
  const std::uint64_t later = f.hours & above(clock.hour);
  if (later != 0) return clock_time(lowest(later), lowest(f.minutes), lowest(f.seconds));
  return std::nullopt;
}

std::optional<seconds> Cron::last_of_day_at_or_before(seconds time) const noexcept {
  const CronFields& f = fields_;
  const Clock clock(time);
  if (has(f.hours, clock.hour)) {
    if (has(f.minutes, clock.minute)) {
      const std::uint64_t earlier = f.seconds & below(clock.second + 1);
      if (earlier != 0) {
        return clock_time(static_cast<int>(clock.hour), static_cast<int>(clock.minute), highest(earlier));
      }
    }
    const std::uint64_t earlier = f.minutes & below(clock.minute);
    if (earlier != 0) return clock_time(static_cast<int>(clock.hour), highest(earlier), highest(f.seconds));
  }
  const std::uint64_t earlier = f.hours & below(clock.hour);
  if (earlier != 0) return clock_time(highest(earlier), highest(f.minutes), highest(f.seconds));
  return std::nullopt;
}

std::uint64_t Cron::count_of_day_before(seconds time) const noexcept {
  const CronFields& f = fields_;
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

}  // namespace scheduledjob::schedule
