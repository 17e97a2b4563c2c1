// The words that explanations are made of: names, numbers, lists, times and dates.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "schedule/instant.hpp"

namespace scheduledjob::schedule {

std::string_view month_name(int month);      // 1–12: "January"
std::string_view weekday_name(int weekday);  // 0–6: "Sunday"
std::string ordinal(int number);             // "1st"; requires a number that is not negative

// "a", "a and b", "a, b and c".
std::string listed(std::span<const std::string> items);

// "1 minute", "15 minutes".
std::string counted(std::int64_t number, std::string_view unit);

// "15 minutes", "1 hour 30 minutes", "7 days of 24 hours": exact, largest unit first.
std::string duration_words(std::chrono::seconds duration);

// "every minute", "every 15 minutes".
std::string every_words(std::chrono::seconds duration);

// A time of day: "09:05", or "09:05:07" when asked for seconds or when there are some.
std::string clock_words(std::chrono::seconds time_of_day, bool with_seconds = false);

std::string date_words(const std::chrono::year_month_day& date);  // "29 March 2026"

// "1 January 2026 00:00 UTC".
std::string moment_words(NominalTime time);

// `text` with its first letter, an ASCII one, as a capital.
std::string capitalised(std::string text);

}  // namespace scheduledjob::schedule
