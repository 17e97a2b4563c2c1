#include "schedule/union_count.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <optional>

#include "schedule/bits.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month;
using std::chrono::year_month_day;
using Crons = std::span<const ZonedCron>;
using Intervals = std::span<const Interval>;
using Members = std::bitset<kMostEntries>;  // some of the cron expressions, by index

constexpr seconds kMinute = minutes{1};
constexpr seconds kHour = hours{1};
constexpr seconds kDay = days{1};

// The seconds of a minute from `from` up to and without `before`, both counted from its beginning.
std::uint64_t seconds_within(seconds from, seconds before) {
  const auto bits_below = [](seconds end) {
    if (end >= kMinute) return ~std::uint64_t{0};
    return end <= seconds{0} ? 0 : below(static_cast<unsigned>(end.count()));
  };
  return bits_below(before) & ~bits_below(from);
}

bool all_divide(Intervals intervals, seconds span) {
  return std::all_of(intervals.begin(), intervals.end(),
                     [span](const Interval& interval) { return span % interval.length() == seconds{0}; });
}

// Counts the instants of one stretch of time by its local days. Most days are alike, so the last few kinds of
// day are remembered.
class DayCounter {
 public:
  DayCounter(const TimeZone::Stretch& stretch, Crons crons, Intervals intervals)
      : stretch_(stretch),
        crons_(crons),
        intervals_(intervals),
        hours_alike_(all_divide(intervals, kHour)),
        days_alike_(all_divide(intervals, kDay)) {}

  std::uint64_t count(LocalTime from, LocalTime before) noexcept {
    std::uint64_t result = 0;
    for (auto day = floor<days>(from); day < before; day += days{1}) {
      const Members members = members_on(year_month_day{day});
      if (members.none() && intervals_.empty()) continue;
      const seconds begin = std::max(seconds{0}, seconds{from - day});
      const seconds end = std::min(kDay, seconds{before - day});
      const bool whole = begin == seconds{0} && end == kDay;
      result +=
          whole && days_alike_ ? count_of_whole_day(members, day) : count_of_day(members, day, begin, end);
    }
    return result;
  }

 private:
  struct KindOfDay {
    Members members;
    std::uint64_t count = 0;
    bool known = false;
  };

  // The expressions that name a day.
  Members members_on(const year_month_day& date) noexcept {
    if (const year_month month = date.year() / date.month(); !month_ || *month_ != month) {
      month_ = month;
      for (std::size_t i = 0; i < crons_.size(); ++i) days_[i] = crons_[i].cron().days_of(month);
    }
    Members result;
    for (std::size_t i = 0; i < crons_.size(); ++i) {
      result[i] = has(days_[i], static_cast<unsigned>(date.day()));
    }
    return result;
  }

  std::uint64_t count_of_whole_day(const Members& members, LocalTime day) noexcept {
    for (const KindOfDay& kind : kinds_) {
      if (kind.known && kind.members == members) return kind.count;
    }
    KindOfDay& slot = kinds_[next_slot_++ % kinds_.size()];
    slot = {members, count_of_day(members, day, seconds{0}, kDay), true};
    return slot.count;
  }

  // How many times of the day, from `from` up to and without `before`, are named.
  std::uint64_t count_of_day(const Members& members, LocalTime day, seconds from,
                             seconds before) const noexcept {
    std::uint64_t result = 0;
    Members counted;               // those whose hour was counted last …
    std::uint64_t whole_hour = 0;  // … and what a whole hour of theirs holds
    bool known = false;
    for (seconds hour = floor<hours>(from); hour < before; hour += kHour) {
      const Members now = members_in(members, static_cast<unsigned>(hour / kHour));
      if (now.none() && intervals_.empty()) continue;
      const bool whole = hour >= from && hour + kHour <= before;
      if (whole && known && now == counted) {
        result += whole_hour;
        continue;
      }
      const std::uint64_t in_hour = count_of_hour(now, day + hour, from - hour, before - hour);
      result += in_hour;
      if (whole && hours_alike_) {
        counted = now;
        whole_hour = in_hour;
        known = true;
      }
    }
    return result;
  }

  Members members_in(const Members& members, unsigned hour) const noexcept {
    Members result;
    for (std::size_t i = 0; i < crons_.size(); ++i) {
      result[i] = members[i] && has(crons_[i].cron().fields().hours, hour);
    }
    return result;
  }

  std::uint64_t count_of_hour(const Members& members, LocalTime hour, seconds from,
                              seconds before) const noexcept {
    std::uint64_t result = 0;
    for (unsigned minute = 0; minute < 60; ++minute) {
      const seconds begin = minute * kMinute;
      std::uint64_t named = 0;
      for (std::size_t i = 0; i < crons_.size(); ++i) {
        const CronFields& fields = crons_[i].cron().fields();
        if (members[i] && has(fields.minutes, minute)) named |= fields.seconds;
      }
      for (const Interval& interval : intervals_) {
        named |= interval.seconds_of_minute(stretch_.to_utc(hour + begin));
      }
      result += size(named & seconds_within(from - begin, before - begin));
    }
    return result;
  }

  const TimeZone::Stretch& stretch_;
  Crons crons_;
  Intervals intervals_;
  bool hours_alike_;
  bool days_alike_;
  std::optional<year_month> month_;
  std::array<std::uint32_t, kMostEntries> days_{};
  std::array<KindOfDay, 16> kinds_{};
  std::size_t next_slot_ = 0;
};

// For the stretches of time in which the expressions differ in how they read the clock.
std::uint64_t count_one_by_one(Crons crons, Intervals intervals, NominalTime after,
                               NominalTime through) noexcept {
  std::uint64_t result = 0;
  while (true) {
    std::optional<NominalTime> next;
    const auto consider = [&](const auto& source) {
      const std::optional<NominalTime> own = source.next_after(after);
      if (own && (!next || *own < *next)) next = own;
    };
    std::for_each(crons.begin(), crons.end(), consider);
    std::for_each(intervals.begin(), intervals.end(), consider);
    if (!next || *next > through) return result;
    ++result;
    after = *next;
  }
}

// Whether the instants are counted sooner one by one: where no day is like another, each is read minute by
// minute, and most have only a few instants.
bool are_few(Crons crons, Intervals intervals, NominalTime after, NominalTime through) noexcept {
  constexpr std::uint64_t kFewADay = 300;
  if (all_divide(intervals, kDay)) return false;
  std::uint64_t at_most = 0;
  const auto add = [&](const auto& source) { at_most += source.count_between(after, through); };
  std::for_each(crons.begin(), crons.end(), add);
  std::for_each(intervals.begin(), intervals.end(), add);
  return at_most / kFewADay <= static_cast<std::uint64_t>((through - after) / kDay);
}

}  // namespace

std::uint64_t count_union(const TimeZone& zone, Crons crons, Intervals intervals, NominalTime after,
                          NominalTime through) noexcept {
  after = std::max(after, kEarliestInstant - seconds{1});
  through = std::min(through, kLatestInstant);
  if (after >= through || crons.size() + intervals.size() == 0) return 0;
  if (crons.size() == 1 && intervals.empty()) return crons.front().count_between(after, through);
  if (crons.empty() && intervals.size() == 1) return intervals.front().count_between(after, through);

  if (are_few(crons, intervals, after, through)) return count_one_by_one(crons, intervals, after, through);
  std::uint64_t result = 0;
  for (std::size_t i = zone.stretch_at(after); i < zone.stretch_count(); ++i) {
    const TimeZone::Stretch& stretch = zone.stretch(i);
    if (stretch.begin > through) break;
    const NominalTime from = std::max(after, stretch.begin - seconds{1});
    const NominalTime last = std::min(through, stretch.end - seconds{1});
    // Up to here clocks repeat, or have just skipped, what expressions treat in different ways.
    const NominalTime settled = std::clamp(stretch.to_utc(stretch.first_new), from, std::max(from, last));
    result += count_one_by_one(crons, intervals, from, settled);
    DayCounter rest(stretch, crons, intervals);
    result += rest.count(stretch.to_local(settled + seconds{1}), stretch.to_local(last + seconds{1}));
  }
  return result;
}

}  // namespace scheduledjob::schedule
