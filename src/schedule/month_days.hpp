// Which days of a month the day fields of a cron expression name.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "schedule/cron_fields.hpp"

namespace scheduledjob::schedule {

// All that the day fields need to know of a month.
struct MonthShape {
  unsigned length;         // in days
  unsigned first_weekday;  // of the 1st; Sunday is 0

  MonthShape(int year, unsigned month, unsigned weekday_of_first) noexcept
      : length(length_of(year, month)), first_weekday(weekday_of_first) {}
  explicit MonthShape(std::chrono::year_month month) noexcept;

  static constexpr unsigned length_of(int year, unsigned month) noexcept {
    constexpr std::array<std::uint8_t, 13> kLengths{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    constexpr unsigned kFebruary = 2;
    return kLengths[month] + (month == kFebruary && std::chrono::year{year}.is_leap() ? 1U : 0U);
  }
};

// Bit n is the nth day. Months and years are not looked at. When both day fields are restricted, either
// suffices, as in every cron.
std::uint32_t days_named(const CronFields& fields, const RareFields& rare, MonthShape month) noexcept;

// The same for an expression without rare fields, at a third of the price.
std::uint32_t days_named(const CronFields& fields, MonthShape month) noexcept;

// Whether there is a date, of any month and year that the expression allows, that it names.
bool names_a_date(const CronFields& fields, const RareFields& rare) noexcept;

}  // namespace scheduledjob::schedule
