// What a cron expression says, field by field. Bit n of a mask stands for the value n.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace scheduledjob::schedule {

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
  friend bool operator==(const YearSet&, const YearSet&) = default;

 private:
  std::array<std::uint64_t, 4> words_{};
  bool restricted_ = false;
};

// What every expression has.
struct CronFields {
  std::uint64_t seconds = 1;
  std::uint64_t minutes = 0;
  std::uint32_t hours = 0;
  std::uint32_t days = 0;     // 1–31
  std::uint16_t months = 0;   // 1–12
  std::uint8_t weekdays = 0;  // 0–6, Sunday is 0
  bool any_day = false;       // the day of month has a `*` or `?` without a step: it excludes nothing
  bool any_weekday = false;   // the same of the day of week
  bool repeating = false;     // the hours are written as `*`, a range or a step: follows elapsed time

  friend bool operator==(const CronFields&, const CronFields&) = default;
};

// What few expressions have.
struct RareFields {
  std::uint32_t days_before_last = 0;  // L is bit 0, L-3 is bit 3
  std::uint32_t nearest_weekdays = 0;  // 15W is bit 15: the weekday nearest to the 15th in the same month
  std::uint8_t last_weekdays = 0;      // FRIL is bit 5: the last Friday of the month
  std::array<std::uint8_t, 5> nth_weekdays{};  // MON#2 is bit 1 of the second
  bool last_workday = false;                   // LW: the last weekday of the month
  YearSet years;

  friend bool operator==(const RareFields&, const RareFields&) = default;
};

}  // namespace scheduledjob::schedule
