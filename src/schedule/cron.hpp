// One cron expression, compiled to bit masks: which local times it names. Knows nothing of zones;
// zoned_cron.hpp does.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "schedule/cron_fields.hpp"

namespace scheduledjob::schedule {

using LocalTime = std::chrono::local_seconds;

// The local dates that can be asked about: those that an instant of 1970 to 2199 can have anywhere on Earth.
inline constexpr LocalTime kEarliestLocal = std::chrono::local_days{std::chrono::year{1969} / 12 / 30};
inline constexpr LocalTime kLatestLocal =
    std::chrono::local_days{std::chrono::year{2200} / 1 / 3} - std::chrono::seconds{1};

// Immutable; cheap to copy; safe to use from any number of threads. No query throws or allocates.
class Cron {
 public:
  // Reads an expression of 5 fields (minute, hour, day of month, month, day of week), 6 (seconds first) or 7
  // (year last), or a macro such as @daily; not "@every". At most 256 bytes; linear in them. `hash_key`
  // ("namespace/name") decides what an H stands for: equal keys and expressions give equal times, in every
  // release. Errors: kInvalidArgument; the message names the field, the column (from 1, in characters) and
  // what is allowed; an H without a hash_key is one.
  static absl::StatusOr<Cron> parse(std::string_view expression, std::string_view hash_key = {});

  // The expression that names one local time, once. Requires a year from kFirstYear to kLastYear.
  static Cron at(LocalTime time);

  // The first match at or after `from`, the last at or before `through`; nothing when there is none within
  // kEarliestLocal to kLatestLocal.
  std::optional<LocalTime> first_at_or_after(LocalTime from) const noexcept;
  std::optional<LocalTime> last_at_or_before(LocalTime through) const noexcept;

  bool matches(LocalTime time) const noexcept;

  // How many matches lie in [from, before). Takes time in proportion to the months between at most, not to
  // the matches.
  std::uint64_t count(LocalTime from, LocalTime before) const noexcept;

  // The days of a month on which there are matches: bit n is the nth.
  std::uint32_t days_of(std::chrono::year_month month) const noexcept;

  // Whether the expression follows elapsed time: more than one hour, written as `*`, a range or a step.
  bool repeating() const noexcept { return fields_.repeating; }

  const CronFields& fields() const noexcept { return fields_; }
  const RareFields& rare() const noexcept;

 private:
  // Which days there are, from the cheapest to find to the dearest.
  enum class DayRule : std::uint8_t { kEveryDay, kWeekdays, kCalendar };

  Cron(const CronFields& fields, const RareFields& rare);

  int first_day_at_or_after(int day) const noexcept;
  int last_day_at_or_before(int day) const noexcept;
  int first_calendar_day_at_or_after(int day) const noexcept;
  int last_calendar_day_at_or_before(int day) const noexcept;
  std::uint64_t count_days(int first, int end) const noexcept;

  CronFields fields_;
  DayRule day_rule_;
  std::shared_ptr<const RareFields> rare_;  // null when the expression has none of them
};

// Schedulers keep one for each object.
static_assert(sizeof(Cron) <= 64);

}  // namespace scheduledjob::schedule
