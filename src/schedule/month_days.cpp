#include "schedule/month_days.hpp"

#include <array>

#include "schedule/bits.hpp"

namespace scheduledjob::schedule {
namespace {

constexpr unsigned kFebruary = 2;

bool is_leap(int year) {
  return std::chrono::year{year}.is_leap();
}

unsigned length_of(int year, unsigned month) {
  constexpr std::array<std::uint8_t, 13> kLengths{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kLengths[month] + (month == kFebruary && is_leap(year) ? 1U : 0U);
}

std::uint32_t all_days(MonthShape month) {
  return static_cast<std::uint32_t>(below(month.length + 1) & ~std::uint64_t{1});
}

unsigned weekday_of(unsigned day, MonthShape month) {
  return (month.first_weekday + day - 1) % 7;
}

// The seven days that begin with `day`, narrowed to those whose day of the week is in the mask.
std::uint64_t week_from(unsigned day, std::uint8_t weekdays, MonthShape month) {
  const unsigned shift = weekday_of(day, month);
  const unsigned rotated = (weekdays >> shift | weekdays << (7 - shift)) & 0x7f;
  return std::uint64_t{rotated} << day;
}

std::uint32_t bit_of(unsigned day) {
  return std::uint32_t{1} << day;
}

unsigned nearest_workday(unsigned day, MonthShape month) {
  switch (weekday_of(day, month)) {
    case 6:
      return day > 1 ? day - 1 : day + 2;
    case 0:
      return day < month.length ? day + 1 : day - 2;
    default:
      return day;
  }
}

std::uint32_t rare_days_by_date(const RareFields& rare, MonthShape month) {
  std::uint32_t result = 0;
  for (std::uint32_t rest = rare.days_before_last; rest != 0; rest &= rest - 1) {
    const auto offset = static_cast<unsigned>(lowest(rest));
    if (offset < month.length) result |= bit_of(month.length - offset);
  }
  for (std::uint32_t rest = rare.nearest_weekdays & all_days(month); rest != 0; rest &= rest - 1) {
    result |= bit_of(nearest_workday(static_cast<unsigned>(lowest(rest)), month));
  }
  if (rare.last_workday) result |= bit_of(nearest_workday(month.length, month));
  return result;
}

std::uint32_t days_by_date(const CronFields& fields, const RareFields& rare, MonthShape month) {
  return (fields.days | rare_days_by_date(rare, month)) & all_days(month);
}

std::uint32_t days_by_weekday(const CronFields& fields, const RareFields& rare, MonthShape month) {
  constexpr std::uint64_t kEveryWeek = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
  std::uint64_t result = week_from(1, fields.weekdays, month) * kEveryWeek;
  for (unsigned n = 0; n < rare.nth_weekdays.size(); ++n) {
    if (rare.nth_weekdays[n] != 0) result |= week_from(1, rare.nth_weekdays[n], month) << (7 * n);
  }
  if (rare.last_weekdays != 0) result |= week_from(month.length - 6, rare.last_weekdays, month);
  return static_cast<std::uint32_t>(result) & all_days(month);
}

// Whether the month has a named day in one of the years; it may begin on any day of the week in them.
bool names_a_day_of(unsigned month, const CronFields& fields, const RareFields& rare) {
  // A year of each kind comes within 28 years, wherever there is no century in between; the first of these
  // that has none begins in 1970.
  const int last_year = rare.years.restricted() ? kLastYear : kFirstYear + 27;
  for (int year = kFirstYear; year <= last_year; ++year) {
    if (!rare.years.contains(year)) continue;
    const MonthShape shape(std::chrono::year{year} / static_cast<int>(month));
    if (days_named(fields, rare, shape) != 0) return true;
  }
  return false;
}

// Whether no month of that length can have a named day, whatever day of the week it begins on.
bool never_fits(unsigned length, const CronFields& fields, const RareFields& rare) {
  for (unsigned first_weekday = 0; first_weekday < 7; ++first_weekday) {
    MonthShape shape(kFirstYear, 1, first_weekday);
    shape.length = length;
    if (days_named(fields, rare, shape) != 0) return false;
  }
  return true;
}

}  // namespace

MonthShape::MonthShape(int year, unsigned month, unsigned first_weekday_) noexcept
    : length(length_of(year, month)), first_weekday(first_weekday_) {}

MonthShape::MonthShape(std::chrono::year_month month) noexcept
    : MonthShape(static_cast<int>(month.year()), static_cast<unsigned>(month.month()),
                 std::chrono::weekday{std::chrono::local_days{month / 1}}.c_encoding()) {}

std::uint32_t days_named(const CronFields& fields, const RareFields& rare, MonthShape month) noexcept {
  if (fields.any_weekday && fields.any_day) return all_days(month);
  if (fields.any_weekday) return days_by_date(fields, rare, month);
  if (fields.any_day) return days_by_weekday(fields, rare, month);
  return days_by_date(fields, rare, month) | days_by_weekday(fields, rare, month);
}

bool names_a_date(const CronFields& fields, const RareFields& rare) noexcept {
  for (std::uint64_t rest = fields.months; rest != 0; rest &= rest - 1) {
    const auto month = static_cast<unsigned>(lowest(rest));
    const unsigned longest = month == kFebruary ? 29 : length_of(kFirstYear, month);
    if (!never_fits(longest, fields, rare) && names_a_day_of(month, fields, rare)) return true;
  }
  return false;
}

}  // namespace scheduledjob::schedule
