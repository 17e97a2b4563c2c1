// One cron expression, compiled to bit masks: which local times it names. Knows nothing of zones;
// zoned_cron.hpp does.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace scheduledjob::schedule {

using LocalTime = std::chrono::local_seconds;

// The local dates that can be asked about: those that an instant of 1970 to 2199 can have anywhere on Earth.
inline constexpr LocalTime kEarliestLocal = std::chrono::local_days{std::chrono::year{1969} / 12 / 30};
inline constexpr LocalTime kLatestLocal =
    std::chrono::local_days{std::chrono::year{2200} / 1 / 3} - std::chrono::seconds{1};

// The years that a year field can name.
inline constexpr int kFirstYear = 1970;
inline constexpr int kLastYear = 2199;

// A set of years, or all of them.
class YearSet {
 public:
  bool contains(int year) const noexcept {
    if (!restricted_) return true;
    const auto index = static_cast<unsigned>(year - kFirstYear);
    return index <= kLastYear - kFirstYear && (words_[index / 64] >> (index % 64) & 1) != 0;
  }
  bool restricted() const noexcept { return restricted_; }
  void add(int year) noexcept {
    restricted_ = true;
    const auto index = static_cast<unsigned>(year - kFirstYear);
    words_[index / 64] |= std::uint64_t{1} << (index % 64);
  }

 private:
  std::array<std::uint64_t, 4> words_{};
  bool restricted_ = false;
};

// What an expression says, field by field. Bit n of a mask stands for the value n.
struct CronFields {
  std::uint64_t seconds = 1;
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0;
  std::uint32_t days = 0;              // 1–31
  std::uint32_t days_before_last = 0;  // L is bit 0, L-3 is bit 3
  std::uint32_t nearest_weekdays = 0;  // 15W is bit 15: the weekday nearest to the 15th in the same month
  std::uint16_t months = 0;            // 1–12
  std::uint8_t weekdays = 0;           // 0–6, Sunday is 0
  std::uint8_t last_weekdays = 0;      // FRIL is bit 5: the last Friday of the month
  std::array<std::uint8_t, 5> nth_weekdays{};  // MON#2 is bit 1 of the second
  bool last_workday = false;                   // LW: the last weekday of the month
  bool any_day =
      false;  // the day of month is written with `*` or `?` and without a step: it excludes nothing
  bool any_weekday = false;  // the same of the day of week
  bool repeating = false;    // the hours are written as `*`, a range or a step: follows elapsed time
  YearSet years;
};

class Cron {
 public:
  // Reads an expression of 5 fields (minute, hour, day of month, month, day of week), 6 (seconds first) or 7
  // (year last), or a macro such as @daily; not "@every". At most 256 bytes; linear in them. Errors:
  // kInvalidArgument; the message names the field, the column (from 1, in characters) and what is allowed.
  static absl::StatusOr<Cron> parse(std::string_view expression);

  // The expression that names one local time, once. Requires a year from kFirstYear to kLastYear.
  static Cron at(LocalTime time);

  // The first match at or after `from`, the last at or before `through`; nothing when there is none within
  // kEarliestLocal to kLatestLocal. Neither throws nor allocates.
  std::optional<LocalTime> first_at_or_after(LocalTime from) const noexcept;
  std::optional<LocalTime> last_at_or_before(LocalTime through) const noexcept;

  bool matches(LocalTime time) const noexcept;

  // How many matches lie in [from, before). Takes time in proportion to the months between, not to the
  // matches.
  std::uint64_t count(LocalTime from, LocalTime before) const noexcept;

  // The days of a month on which there are matches: bit n is the nth.
  std::uint32_t days_of(std::chrono::year_month month) const noexcept;

  // Whether the expression follows elapsed time: more than one hour, written as `*`, a range or a step.
  bool repeating() const noexcept { return fields_.repeating; }

  const CronFields& fields() const noexcept { return fields_; }

 private:
  explicit Cron(const CronFields& fields);

  std::optional<std::chrono::seconds> first_of_day_at_or_after(std::chrono::seconds time) const noexcept;
  std::optional<std::chrono::seconds> last_of_day_at_or_before(std::chrono::seconds time) const noexcept;
  std::uint64_t count_of_day_before(std::chrono::seconds time) const noexcept;

  CronFields fields_;
  std::uint64_t count_a_day_ = 0;
};

}  // namespace scheduledjob::schedule
