// Which days of a month the day fields of a cron expression name.
#pragma once

#include <chrono>
#include <cstdint>

#include "schedule/cron_fields.hpp"

namespace scheduledjob::schedule {

// All that the day fields need to know of a month.
struct MonthShape {
  unsigned length;         // in days
  unsigned first_weekday;  // of the 1st; Sunday is 0

  MonthShape(int year, unsigned month, unsigned first_weekday_) noexcept;
  explicit MonthShape(std::chrono::year_month month) noexcept;
};

// Bit n is the nth day. Months and years are not looked at. When both day fields are restricted, either
// suffices, as in every cron.
std::uint32_t days_named(const CronFields& fields, const RareFields& rare, MonthShape month) noexcept;

// Whether there is a date, of any month and year that the expression allows, that it names.
bool names_a_date(const CronFields& fields, const RareFields& rare) noexcept;

}  // namespace scheduledjob::schedule
