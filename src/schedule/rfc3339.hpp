// The parts of an RFC 3339 text, for those who accept it without an offset.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace scheduledjob::schedule {

struct DateTime {
  std::chrono::local_seconds local;
  std::optional<std::chrono::seconds> offset;  // east of UTC; absent when the text ends after the seconds
};

// Reads "2026-03-29T01:30:00", with or without a fraction (cut off) and an offset ("Z", "+02:00"). Strict:
// capital T and Z, real dates, no leap second. Nothing for anything else.
std::optional<DateTime> read_date_time(std::string_view text);

}  // namespace scheduledjob::schedule
