#include "schedule/explain_words.hpp"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 12> kMonthNames{"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdayNames{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                        "Thursday", "Friday", "Saturday"};

}  // namespace

std::string_view month_name(int month) {
  return kMonthNames[static_cast<std::size_t>(month - 1)];
}

std::string_view weekday_name(int weekday) {
  return kWeekdayNames[static_cast<std::size_t>(weekday)];
}

std::string ordinal(int number) {
  if (number / 10 % 10 != 1) {
    switch (number % 10) {
      case 1:
        return fmt::format("{}st", number);
      case 2:
        return fmt::format("{}nd", number);
      case 3:
        return fmt::format("{}rd", number);
      default:
        break;
    }
  }
  return fmt::format("{}th", number);
}

std::string listed(std::span<const std::string> items) {
  std::string result;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) result += i + 1 == items.size() ? " and " : ", ";
    result += items[i];
  }
  return result;
}

std::string counted(std::int64_t number, std::string_view unit) {
  return fmt::format("{} {}{}", number, unit, number == 1 ? "" : "s");
}

std::string duration_words(seconds duration) {
  if (duration >= days{2} && duration % days{1} == seconds{0}) {
    return fmt::format("{} of 24 hours", counted(duration / days{1}, "day"));
  }
  std::string result;
  const auto add = [&](std::int64_t number, std::string_view unit) {
    if (number == 0) return;
    result += fmt::format("{}{}", result.empty() ? "" : " ", counted(number, unit));
  };
  add(duration / hours{1}, "hour");
  add(duration % hours{1} / minutes{1}, "minute");
  add((duration % minutes{1}).count(), "second");
  return result;
}

std::string every_words(seconds duration) {
  if (duration == hours{1}) return "every hour";
  if (duration == minutes{1}) return "every minute";
  if (duration == seconds{1}) return "every second";
  return "every " + duration_words(duration);
}

std::string clock_words(seconds time_of_day, bool with_seconds) {
  const std::chrono::hh_mm_ss clock{time_of_day};
  std::string result = fmt::format("{:02}:{:02}", clock.hours().count(), clock.minutes().count());
  if (!with_seconds && clock.seconds() == seconds{0}) return result;
  return fmt::format("{}:{:02}", result, clock.seconds().count());
}

std::string date_words(const year_month_day& date) {
  return fmt::format("{} {} {}", static_cast<unsigned>(date.day()),
                     month_name(static_cast<int>(static_cast<unsigned>(date.month()))),
                     static_cast<int>(date.year()));
}

std::string moment_words(NominalTime time) {
  const auto day = floor<days>(time);
  return fmt::format("{} {} UTC", date_words(year_month_day{day}), clock_words(time - day));
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace scheduledjob::schedule
