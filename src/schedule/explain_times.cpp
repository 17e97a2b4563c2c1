// Times of day in words. A set of times is a product, hours × minutes × seconds, but reads best as a list of
// clock times or as an even step through the day; only what is neither is told field by field.
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "schedule/explain_cron.hpp"
#include "schedule/explain_patterns.hpp"
#include "schedule/explain_words.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kDay = 86'400;
constexpr int kHour = 3'600;
constexpr int kMinute = 60;

// Progressions read better than lists from five times on; other lists may be longer.
constexpr std::size_t kShortList = 4;
constexpr std::size_t kMostWindows = 3;

class Times {
 public:
  Times(std::uint64_t hours_mask, std::uint64_t minutes_mask, std::uint64_t seconds_mask)
      : hours_(values_of(hours_mask)), minutes_(values_of(minutes_mask)), seconds_(values_of(seconds_mask)) {}

  TimesPhrase phrase() const {
    if (count() <= kShortList) return {list(), false};
    if (const auto even = progression()) return stepping(*even);
    if (count() <= kMostItems) return {list(), false};
    if (!on_the_minute()) return by_second();
    if (const auto windows = stepping_in_windows()) return {*windows, false};
    return {by_minute(), every_hour()};
  }

 private:
  std::size_t count() const { return hours_.size() * minutes_.size() * seconds_.size(); }
  bool on_the_minute() const { return seconds_ == std::vector{0}; }
  bool every_hour() const { return hours_.size() == 24; }
  bool every_minute() const { return every_hour() && minutes_.size() == 60; }

  std::string clock(int time) const { return clock_words(seconds{time}, !on_the_minute()); }

  std::vector<int> all() const {
    std::vector<int> result;
    result.reserve(count());
    for (const int hour : hours_) {
      for (const int minute : minutes_) {
        for (const int second : seconds_) result.push_back(hour * kHour + minute * kMinute + second);
      }
    }
    return result;
  }

  std::optional<Progression> progression() const { return long_progression(all()); }

  std::string list() const {
    std::vector<std::string> items;
    for (const int time : all()) items.push_back(clock(time));
    return "at " + listed(items);
  }

  TimesPhrase stepping(const Progression& even) const {
    const std::string every = every_words(seconds{even.step});
    if (!even.closes(kDay)) {
      return {fmt::format("{} from {} through {}", every, clock(even.first), clock(even.last)), false};
    }
    if (even.step == kHour && even.first == 0) return {every + " on the hour", true};
    if (even.step < kHour && even.first == 0) return {every, true};
    if (every_minute() && seconds_.size() <= kShortList) return by_second();
    if (every_hour() && on_the_minute() && minutes_.size() <= kShortList) return {by_minute(), true};
    return {fmt::format("{} from {}", every, clock(even.first)), true};
  }

  // Minutes that step through the hour, in hours of few runs: "every 5 minutes from 09:00 through 11:55 and
  // from 14:00 through 14:55".
  std::optional<std::string> stepping_in_windows() const {
    const std::vector<Run> runs = runs_of(hours_);
    if (runs.size() > kMostWindows || minutes_.size() < 2) return std::nullopt;
    const int step = minutes_[1] - minutes_[0];
    const bool even = std::adjacent_find(minutes_.begin(), minutes_.end(),
                                         [step](int a, int b) { return b - a != step; }) == minutes_.end() &&
                      Progression{minutes_.front(), minutes_.back(), step}.closes(60);
    if (!even) return std::nullopt;

    std::vector<std::string> windows;
    windows.reserve(runs.size());
    for (const Run& run : runs) {
      windows.push_back(fmt::format("from {} through {}",
                                    clock(run.first * kHour + minutes_.front() * kMinute),
                                    clock(run.last * kHour + minutes_.back() * kMinute)));
    }
    return fmt::format("{} {}", every_words(minutes{step}), listed(windows));
  }

  // "at 5 and 20 minutes past every hour from 9 to 17".
  std::string by_minute() const { return part_phrase(minutes_, "minute", hours_phrase()); }

  // "at 15 and 35 seconds past the minute, every 5 minutes".
  TimesPhrase by_second() const {
    if (every_minute()) return {part_phrase(seconds_, "second", "every minute"), true};
    Times whole_minutes = *this;
    whole_minutes.seconds_ = {0};
    const auto [text, all_day] = whole_minutes.phrase();
    return {fmt::format("{}, {}", part_phrase(seconds_, "second", "the minute"), text), all_day};
  }

  // The minutes of an hour or the seconds of a minute, and of which: "every 7 minutes from 0 to 56 minutes
  // past every hour".
  static std::string part_phrase(const std::vector<int>& values, std::string_view unit, std::string_view of) {
    if (values.size() == 60) return fmt::format("every {} of {}", unit, of);
    if (const auto even = long_progression(values)) {
      const std::string every =
          even->step == 1 ? fmt::format("every {}", unit) : "every " + counted(even->step, unit);
      if (even->first == 0 && even->closes(60)) return fmt::format("{} of {}", every, of);
      return fmt::format("{} from {} to {} {}s past {}", every, even->first, even->last, unit, of);
    }
    const std::vector<Run> runs = readable_runs(values);
    const auto number = [](int value) { return std::to_string(value); };
    const std::string items = listed(items_of(runs, number));
    if (runs.size() > kMostItems) return fmt::format("at {}s {} of {}", unit, items, of);
    const bool one = values == std::vector{1};
    return fmt::format("at {} {}{} past {}", items, unit, one ? "" : "s", of);
  }

  std::string hours_phrase() const {
    if (every_hour()) return "every hour";
    if (const auto even = long_progression(hours_)) {
      if (even->step == 1) return fmt::format("every hour from {} to {}", even->first, even->last);
      return fmt::format("every {} hour from {} to {}", ordinal(even->step), even->first, even->last);
    }
    const auto number = [](int value) { return std::to_string(value); };
    return fmt::format("hour{} {}", hours_.size() == 1 ? "" : "s",
                       listed(items_of(readable_runs(hours_), number)));
  }

  std::vector<int> hours_;
  std::vector<int> minutes_;
  std::vector<int> seconds_;
};

}  // namespace

TimesPhrase times_phrase(const Cron& cron) {
  const CronFields& fields = cron.fields();
  return Times(fields.hours, fields.minutes, fields.seconds).phrase();
}

}  // namespace scheduledjob::schedule
