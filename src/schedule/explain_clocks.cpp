#include "schedule/explain_clocks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "schedule/explain_words.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::year_month_day;

constexpr std::uint64_t kMostTimes = 4;

// Times in words, as seen from a date: others than its own are named with theirs.
std::string local_words(LocalTime time, local_days date) {
  const auto day = floor<days>(time);
  std::string clock = clock_words(time - day);
  return day == date ? clock : fmt::format("{} on {}", clock, date_words(year_month_day{day}));
}

std::string utc_words(NominalTime time, local_days date) {
  const auto day = floor<days>(time);
  std::string clock = clock_words(time - day) + "Z";
  if (day.time_since_epoch() == date.time_since_epoch()) return clock;
  return fmt::format("{} on {}", clock, date_words(year_month_day{day}));
}

// Instants of a schedule, a few of them in words.
struct Runs {
  std::uint64_t count = 0;
  std::string words;
};

Runs runs_between(const Schedule& schedule, NominalTime from, NominalTime before, local_days date) {
  const NominalTime after = from - seconds{1};
  const NominalTime through = before - seconds{1};
  Runs runs{schedule.count_between(after, through), {}};
  if (runs.count == 0) return runs;
  if (runs.count > kMostTimes) {
    runs.words = fmt::format("{} through {}", utc_words(*schedule.next_after(after), date),
                             utc_words(*schedule.latest_through(through), date));
    return runs;
  }
  std::vector<std::string> items;
  for (auto time = schedule.next_after(after); time && *time <= through; time = schedule.next_after(*time)) {
    items.push_back(utc_words(*time, date));
  }
  runs.words = listed(items);
  return runs;
}

// One entry at one change of clocks, seen from one date.
class Encounter {
 public:
  Encounter(const Definition& definition, const Entry& entry, const Cron& cron, const ClockChange& change,
            local_days date)
      : definition_(definition), entry_(entry), cron_(cron), change_(change), date_(date) {
    begin_ = std::max(change_.begin(), LocalTime{date_});
    end_ = std::min(change_.end(), LocalTime{date_ + days{1}});
    if (begin_ < end_) count_ = cron_.count(begin_, end_);
  }

  std::optional<ClockEffect> effect() const {
    if (count_ == 0) return std::nullopt;
    ClockEffect effect;
    effect.forward = change_.forward();
    effect.several = count_ > 1;
    effect.times = times();
    effect.date = date_words(year_month_day{date_});
    effect.clocks = fmt::format("clocks go {}from {} to {}", effect.forward ? "" : "back ",
                                local_words(change_.from, date_), local_words(change_.to, date_));
    const bool touched = effect.forward ? describe_gap(effect) : describe_repetition(effect);
    return touched ? std::optional(std::move(effect)) : std::nullopt;
  }

 private:
  std::string times() const {
    const LocalTime first = *cron_.first_at_or_after(begin_);
    const LocalTime last = *cron_.last_at_or_before(end_ - seconds{1});
    if (count_ > kMostTimes) {
      return fmt::format("the {} times from {} through {}", count_, local_words(first, date_),
                         local_words(last, date_));
    }
    std::vector<std::string> items;
    for (auto time = cron_.first_at_or_after(begin_); time && *time < end_;
         time = cron_.first_at_or_after(*time + seconds{1})) {
      items.push_back(local_words(*time, date_));
    }
    return listed(items);
  }

  // The entry alone, under a policy.
  Schedule schedule_with(DaylightSaving daylight_saving) const {
    Definition alone = definition_;
    alone.entries = {entry_};
    alone.daylight_saving = daylight_saving;
    return Schedule::compile(alone).value();
  }
  Schedule schedule() const { return schedule_with(definition_.daylight_saving); }

  bool runs_after_gap(const Schedule& schedule) const {
    return schedule.next_after(change_.at - seconds{1}) == change_.at;
  }

  bool describe_gap(ClockEffect& effect) const {
    const std::string end =
        fmt::format("{} ({})", local_words(change_.to, date_), utc_words(change_.at, date_));
    const std::string_view them = effect.several ? "them" : "it";
    DaylightSaving other = definition_.daylight_saving;
    const bool skips = other.skipped_time == SkippedTime::kSkip;
    other.skipped_time = skips ? SkippedTime::kRunAfterGap : SkippedTime::kSkip;

    const bool runs = runs_after_gap(schedule());
    if (cron_.repeating()) {
      if (!within_bounds()) return false;
      effect.outcome = fmt::format("nothing runs for {}, because the expression follows elapsed time", them);
    } else if (runs && cron_.matches(change_.to)) {
      effect.outcome = fmt::format("the run at {}, which is named anyway, is the only one", end);
    } else if (runs) {
      effect.outcome = effect.several ? fmt::format("one run for all of them happens at {}", end)
                                      : fmt::format("the run happens at {}", end);
      effect.alternative = "skippedTime: Skip would leave it out";
    } else if (runs_after_gap(schedule_with(other))) {
      effect.outcome = fmt::format("nothing runs for {}", them);
      effect.alternative = fmt::format("skippedTime: RunAfterGap would run once at {}", end);
    } else {
      return false;
    }
    return true;
  }

  // The runs in the first and in the second pass over the repeated times.
  std::array<Runs, 2> passes(const Schedule& schedule) const {
    const auto pass = [&](LocalTime clock) {
      return runs_between(schedule, change_.at + (begin_ - clock), change_.at + (end_ - clock), date_);
    };
    return {pass(change_.from), pass(change_.to)};
  }

  bool describe_repetition(ClockEffect& effect) const {
    const auto [first, second] = passes(schedule());
    if (first.count + second.count == 0) return false;
    const std::string_view runs = effect.several ? "they run" : "it runs";
    if (second.count == 0) {
      effect.outcome = fmt::format("{} the first time only ({})", runs, first.words);
    } else if (first.count == 0) {
      effect.outcome = fmt::format("{} the second time only ({})", runs, second.words);
    } else {
      effect.outcome = fmt::format("{} both times ({}; again {})", runs, first.words, second.words);
    }
    if (cron_.repeating()) {
      effect.outcome += ", because the expression follows elapsed time";
    } else {
      effect.alternative = other_repetition(second);
    }
    return true;
  }

  std::string other_repetition(const Runs& second) const {
    DaylightSaving other = definition_.daylight_saving;
    const bool once = other.repeated_time == RepeatedTime::kRunOnce;
    other.repeated_time = once ? RepeatedTime::kRunTwice : RepeatedTime::kRunOnce;
    const Runs other_second = passes(schedule_with(other))[1];
    if (other_second.count == second.count) return "";
    return once ? fmt::format("repeatedTime: RunTwice would run again ({})", other_second.words)
                : "repeatedTime: RunOnce would run the first time only";
  }

  bool within_bounds() const {
    return change_.at >= definition_.not_before.value_or(kEarliestInstant) &&
           change_.at <= definition_.not_after.value_or(kLatestInstant);
  }

  const Definition& definition_;
  const Entry& entry_;
  const Cron& cron_;
  const ClockChange& change_;
  local_days date_;
  LocalTime begin_;  // the affected local times of the date
  LocalTime end_;
  std::uint64_t count_ = 0;
};

}  // namespace

std::vector<ClockChange> clock_changes(const TimeZone& zone, NominalTime from, NominalTime before) {
  std::vector<ClockChange> result;
  for (std::size_t index = zone.stretch_at(from); index < zone.stretch_count(); ++index) {
    const TimeZone::Stretch& stretch = zone.stretch(index);
    if (stretch.begin >= before) break;
    if (index == 0 || stretch.begin < from) continue;
    result.push_back(
        {stretch.begin, zone.stretch(index - 1).to_local(stretch.begin), stretch.to_local(stretch.begin)});
  }
  return result;
}

std::optional<ClockEffect> clock_effect(const Definition& definition, const ReadEntry& entry,
                                        const ClockChange& change, local_days date) {
  const auto cron = entry.local_times();
  if (!cron) return std::nullopt;
  return Encounter(definition, *entry.entry, *cron, change, date).effect();
}

}  // namespace scheduledjob::schedule
