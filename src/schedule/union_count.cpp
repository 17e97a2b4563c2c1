#include "schedule/union_count.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <optional>

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::year_month;
using std::chrono::year_month_day;
using Crons = std::span<const ZonedCron>;
using Members = std::bitset<kMostEntries>;  // some of the expressions, by index

constexpr seconds kDay = days{1};

// How many times of the day, from `from` up to and without `before`, the members name.
std::uint64_t count_times(Crons crons, const Members& members, seconds from, seconds before) noexcept {
  std::uint64_t result = 0;
  Members counted;               // those whose hour was counted last …
  std::uint64_t whole_hour = 0;  // … and what a whole hour of theirs holds
  for (seconds hour = floor<std::chrono::hours>(from); hour < before; hour += seconds{3600}) {
    Members now;
    for (std::size_t i = 0; i < crons.size(); ++i) {
      now[i] = members[i] && (crons[i].cron().fields().hours >> (hour.count() / 3600) & 1) != 0;
    }
    if (now.none()) continue;
    const bool whole = hour >= from && hour + seconds{3600} <= before;
    if (whole && now == counted) {
      result += whole_hour;
      continue;
    }
    std::uint64_t in_hour = 0;
    for (int minute = 0; minute < 60; ++minute) {
      std::uint64_t named = 0;
      for (std::size_t i = 0; i < crons.size(); ++i) {
        const CronFields& fields = crons[i].cron().fields();
        if (now[i] && (fields.minutes >> minute & 1) != 0) named |= fields.seconds;
      }
      const seconds begin = hour + seconds{60 * minute};
      if (begin < from)
        named &= from - begin >= seconds{60} ? 0 : ~std::uint64_t{0} << (from - begin).count();
      if (begin + seconds{60} > before) {
        named &= before <= begin ? 0 : (std::uint64_t{1} << (before - begin).count()) - 1;
      }
      in_hour += static_cast<std::uint64_t>(std::popcount(named));
    }
    result += in_hour;
    if (whole) {
      counted = now;
      whole_hour = in_hour;
    }
  }
  return result;
}

// Counts matches by local time, day by day. Most days are alike, so the last few kinds of day are remembered.
class DayCounter {
 public:
  explicit DayCounter(Crons crons) : crons_(crons) {}

  std::uint64_t count(LocalTime from, LocalTime before) noexcept {
    if (from >= before) return 0;
    std::uint64_t result = 0;
    for (auto day = floor<days>(from); day < before; day += days{1}) {
      const Members members = members_on(year_month_day{day});
      if (members.none()) continue;
      const seconds begin = std::max(seconds{0}, seconds{from - day});
      const seconds end = std::min(kDay, seconds{before - day});
      const bool whole = begin == seconds{0} && end == kDay;
      result += whole ? count_of_whole_day(members) : count_times(crons_, members, begin, end);
    }
    return result;
  }

 private:
  struct KindOfDay {
    Members members;
    std::uint64_t count = 0;
  };

  Members members_on(const year_month_day& date) noexcept {
    if (const year_month month = date.year() / date.month(); !month_ || *month_ != month) {
      month_ = month;
      for (std::size_t i = 0; i < crons_.size(); ++i) days_[i] = crons_[i].cron().days_of(month);
    }
    Members result;
    for (std::size_t i = 0; i < crons_.size(); ++i) {
      result[i] = (days_[i] >> static_cast<unsigned>(date.day()) & 1) != 0;
    }
    return result;
  }

  std::uint64_t count_of_whole_day(const Members& members) noexcept {
    for (const KindOfDay& kind : known_) {
      if (kind.members == members) return kind.count;
    }
    KindOfDay& slot = known_[next_slot_++ % known_.size()];
    slot = {members, count_times(crons_, members, seconds{0}, kDay)};
    return slot.count;
  }

  Crons crons_;
  std::optional<year_month> month_;
  std::array<std::uint32_t, kMostEntries> days_{};
  std::array<KindOfDay, 16> known_{};
  std::size_t next_slot_ = 0;
};

// For the stretches of time in which the expressions differ in how they read the clock.
std::uint64_t count_one_by_one(Crons crons, NominalTime after, NominalTime through) noexcept {
  std::uint64_t result = 0;
  while (true) {
    std::optional<NominalTime> next;
    for (const ZonedCron& cron : crons) {
      const auto own = cron.next_after(after);
      if (own && (!next || *own < *next)) next = own;
    }
    if (!next || *next > through) return result;
    ++result;
    after = *next;
  }
}

}  // namespace

std::uint64_t count_union(Crons crons, NominalTime after, NominalTime through) noexcept {
  after = std::max(after, kEarliestInstant - seconds{1});
  through = std::min(through, kLatestInstant);
  if (crons.empty() || after >= through) return 0;
  if (crons.size() == 1) return crons.front().count_between(after, through);

  const TimeZone& zone = crons.front().zone();
  DayCounter counter(crons);
  std::uint64_t result = 0;
  for (std::size_t i = zone.stretch_at(after); i < zone.stretch_count(); ++i) {
    const TimeZone::Stretch& stretch = zone.stretch(i);
    if (stretch.begin > through) break;
    // Up to here clocks repeat, or have just skipped, what expressions treat in different ways.
    NominalTime settled = stretch.begin;
    if (i > 0) settled += std::max(seconds{0}, zone.stretch(i - 1).offset - stretch.offset);
    settled = std::min(settled, stretch.end - seconds{1});

    const NominalTime from = std::max(after, stretch.begin - seconds{1});
    const NominalTime last = std::min(through, stretch.end - seconds{1});
    const NominalTime middle = std::clamp(settled, from, std::max(from, last));
    result += count_one_by_one(crons, from, middle);
    result += counter.count(stretch.to_local(middle + seconds{1}), stretch.to_local(last + seconds{1}));
  }
  return result;
}

}  // namespace scheduledjob::schedule
