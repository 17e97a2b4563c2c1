#include "schedule/explain_warnings.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "schedule/cron_syntax.hpp"
#include "schedule/explain_clocks.hpp"
#include "schedule/explain_cron.hpp"
#include "schedule/explain_patterns.hpp"
#include "schedule/explain_words.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

// How far ahead a change of clocks is looked for: within that time every date falls on every weekday, so also
// on the one on which clocks change.
constexpr days kClockHorizon{366 * 12};

constexpr std::uint32_t kHourMask = (1U << 24) - 1;
constexpr int kFebruary = 2;

// The number of days of a month in the longest years.
int longest_length(int month) {
  return std::array{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[static_cast<std::size_t>(month - 1)];
}

// Whether two values that follow each other, in a circle of `size` from `least` on, are both in the mask.
bool names_neighbours(std::uint64_t mask, int least, int size) {
  return (mask & mask >> 1) != 0 || ((mask >> least & 1) != 0 && (mask >> (least + size - 1) & 1) != 0);
}

class CronWarnings {
 public:
  CronWarnings(const Cron& cron, std::string_view expression, NominalTime reference)
      : cron_(cron),
        fields_(cron.fields()),
        split_(split_expression(expression).value()),
        reference_(reference) {}

  std::vector<Warning> all() && {
    warn_about_day_rule();
    warn_about_missing_dates();
    warn_about_fifth_weekdays();
    warn_about_end();
    warn_about_uneven_steps();
    return std::move(warnings_);
  }

 private:
  void warn(Surprise surprise, std::string text) { warnings_.push_back({surprise, std::move(text)}); }

  // The step of a field that runs to the end of it: `*/7`, `5/7`. The masks do not tell; `0,45` surprises
  // nobody, `*/45` does.
  std::optional<int> open_step(FieldKind kind) const {
    if (!split_.has(kind)) return std::nullopt;
    const std::string_view text = split_.field(kind).text;
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || text.find_first_of(",-") != std::string_view::npos) {
      return std::nullopt;
    }
    int step = 0;
    for (const char c : text.substr(slash + 1)) step = step * 10 + (c - '0');
    return step;
  }

  void warn_about_day_rule() {
    if (fields_.any_day || fields_.any_weekday) return;
    if (day_rule_of(cron_) == DayRule::kEveryDay) {
      warn(Surprise::kWrongDays,
           "One of the day fields names all its values without a *, and either field suffices, so that the "
           "other restricts nothing; write * to let the other decide.");
      return;
    }
    warn(Surprise::kWrongDays,
         fmt::format("Both day fields are restricted, so that either suffices: this runs {} "
                     "whatever the weekday, and {} whatever the date.",
                     dates_alone(cron_), weekdays_alone(cron_)));
    for (const FieldKind kind : {FieldKind::kDayOfMonth, FieldKind::kDayOfWeek}) {
      const std::string_view text = split_.field(kind).text;
      const auto step = open_step(kind);
      if (!step || (text.front() != '*' && text.front() != '?')) continue;
      warn(Surprise::kWrongDays,
           fmt::format("*/{} as {} restricts as a list of days does: only a * without a step "
                       "leaves the decision to the other day field.",
                       *step, rules_of(kind).name));
    }
  }

  // Dates.

  // What an expression names that only months of at least `length` days have. A day in a long progression is
  // left out: 15-31 and */2 mean a part of the month, however long it is.
  std::vector<std::string> dates_in_long_months(int length) const {
    const auto has = [](std::uint32_t mask, int bit) { return (mask >> bit & 1) != 0; };
    const auto& rare = rare_fields(cron_);
    std::vector<std::string> result;
    if (has(fields_.days, length) && !long_progression(values_of(fields_.days))) {
      result.push_back(fmt::format("the {}", ordinal(length)));
    }
    if (has(rare.nearest_weekdays, length)) {
      result.push_back(fmt::format("the weekday nearest to the {}", ordinal(length)));
    }
    if (has(rare.days_before_last, length - 1)) {
      result.push_back(fmt::format("the {} day before the last", ordinal(length - 1)));
    }
    return result;
  }

  std::vector<std::string> months_shorter_than(int length) const {
    std::vector<std::string> result;
    for (const int month : values_of(fields_.months)) {
      if (longest_length(month) < length) result.emplace_back(month_name(month));
    }
    if (length == 29 && has_february()) result.emplace_back("February outside leap years");
    return result;
  }

  bool has_february() const { return (fields_.months >> kFebruary & 1) != 0; }

  void warn_about_missing_dates() {
    const DayRule rule = day_rule_of(cron_);
    if (rule != DayRule::kDates && rule != DayRule::kEither) return;
    if (fields_.days == std::uint32_t{1} << 29 && fields_.months == 1U << kFebruary)
      return warn_about_leap_day();

    std::vector<std::string> missing;
    std::size_t count = 0;
    for (const int length : {31, 30, 29}) {
      const std::vector<std::string> dates = dates_in_long_months(length);
      const std::vector<std::string> months = months_shorter_than(length);
      if (dates.empty() || months.empty()) continue;
      const std::string_view verb = count > 0 ? "" : dates.size() == 1 ? " does" : " do";
      const std::string_view exist = count > 0 ? "" : " exist";
      missing.push_back(fmt::format("{}{} not{} in {}", listed(dates), verb, exist, listed(months)));
      count += dates.size();
    }
    if (count == 0) return;
    const bool only_the_31st = count == 1 && fields_.days == std::uint32_t{1} << 31;
    warn(Surprise::kMissingDays,
         fmt::format("{}: nothing runs for {} there{}.",
                     capitalised(fmt::format("{}", fmt::join(missing, "; "))), count == 1 ? "it" : "them",
                     only_the_31st ? ", write L for the last day of every month" : ""));
  }

  void warn_about_leap_day() {
    const auto next = cron_.first_at_or_after(LocalTime{reference_.time_since_epoch()});
    std::string when;
    if (next && day_rule_of(cron_) == DayRule::kDates) {
      when = fmt::format(", next in {}", static_cast<int>(year_month_day{floor<days>(*next)}.year()));
    }
    warn(Surprise::kMissingDays, fmt::format("29 February comes in leap years only{}.", when));
  }

  void warn_about_fifth_weekdays() {
    std::vector<std::string> weekdays;
    for (const int weekday : values_of(rare_fields(cron_).nth_weekdays[4])) {
      weekdays.emplace_back(weekday_name(weekday));
    }
    if (weekdays.empty() || day_rule_of(cron_) == DayRule::kEveryDay) return;
    warn(Surprise::kMissingDays,
         fmt::format("Not every month has a fifth {}: those without are left out.", listed(weekdays)));
  }

  void warn_about_end() {
    if (!rare_fields(cron_).years.restricted()) return;
    const auto last = cron_.last_at_or_before(kLatestLocal);
    if (!last || year_month_day{floor<days>(*last)}.year() == std::chrono::year{kLastYear}) return;
    const auto day = floor<days>(*last);
    const bool over = NominalTime{last->time_since_epoch()} < reference_;
    warn(Surprise::kEnd,
         fmt::format("The years come to an end: the last time {} {} on {}.", over ? "was" : "is",
                     clock_words(*last - day), date_words(year_month_day{day})));
  }

  // Steps.

  void warn_about_uneven_steps() {
    const bool next_minute = names_neighbours(fields_.minutes, 0, 60);
    const bool next_hour = names_neighbours(fields_.hours, 0, 24);
    const bool next_month = names_neighbours(fields_.months, 1, 12);
    const auto second = [](int value) { return fmt::format("second {}", value); };
    const auto minute = [](int value) { return fmt::format("minute {}", value); };
    const auto hour = [](int value) { return clock_words(hours{value}); };
    const auto month = [](int value) { return std::string(month_name(value)); };
    const auto weekday = [](int value) { return std::string(weekday_name(value)); };

    if (next_minute) warn_about_step(FieldKind::kSecond, fields_.seconds, "second", "minute", second);
    if (next_hour) warn_about_step(FieldKind::kMinute, fields_.minutes, "minute", "hour", minute);
    if (open_step(FieldKind::kHour) && names_days_in_a_row())
      warn_about_step(FieldKind::kHour, fields_.hours, "hour", "day", hour);
    if (next_month) warn_about_step_of_dates();
    warn_about_step(FieldKind::kMonth, fields_.months, "month", "year", month);
    warn_about_step(FieldKind::kDayOfWeek, fields_.weekdays, "day", "week", weekday);
  }

  template <class Word>
  void warn_about_step(FieldKind kind, std::uint64_t mask, std::string_view unit, std::string_view whole,
                       const Word& word) {
    const auto step = open_step(kind);
    if (!step || std::popcount(mask) < 2) return;
    const std::vector<int> values = values_of(mask);
    const int distance = values.front() + rules_of(kind).size() - values.back();
    if (distance == *step) return;
    warn(Surprise::kUnevenStep,
         fmt::format("A step of {} begins anew with every {}: {} {} between {} and {}.", counted(*step, unit),
                     whole, counted(distance, unit), distance == 1 ? "lies" : "lie", word(values.back()),
                     word(values.front())));
  }

  // Months differ, so that no step divides them all.
  void warn_about_step_of_dates() {
    const auto step = open_step(FieldKind::kDayOfMonth);
    if (!step || std::popcount(fields_.days) < 2) return;
    for (const int length : {31, 30}) {
      const std::uint32_t of_month =
          fields_.days & static_cast<std::uint32_t>((std::uint64_t{2} << length) - 1);
      const std::vector<int> dates = values_of(of_month);
      const int distance = dates.front() + length - dates.back();
      if (distance == *step) continue;
      warn(Surprise::kUnevenStep,
           fmt::format("A step of {} begins anew with every month: after one of {}, {} {} between "
                       "the {} and the {}.",
                       counted(*step, "day"), counted(length, "day"), counted(distance, "day"),
                       distance == 1 ? "lies" : "lie", ordinal(dates.back()), ordinal(dates.front())));
      return;
    }
  }

  bool names_days_in_a_row() const {
    const int last_year = rare_fields(cron_).years.restricted() ? kLastYear : kFirstYear + 27;
    const auto end = std::chrono::year{last_year + 1} / 1;
    for (auto month = std::chrono::year{kFirstYear} / 1; month < end; month += std::chrono::months{1}) {
      const std::uint32_t named = cron_.days_of(month);
      if ((named & named >> 1) != 0) return true;
    }
    return false;
  }

  const Cron& cron_;
  const CronFields& fields_;
  SplitExpression split_;
  NominalTime reference_;
  std::vector<Warning> warnings_;
};

// Clocks.

std::string sentence_of(const ClockEffect& effect, std::string_view zone) {
  const std::string_view verb = effect.forward ? (effect.several ? "are skipped" : "is skipped")
                                               : (effect.several ? "come twice" : "comes twice");
  return fmt::format("{} {} when clocks go {} in {} ({}): {}.", capitalised(effect.times), verb,
                     effect.forward ? "forward" : "back", zone, effect.date, effect.outcome);
}

std::optional<ClockEffect> first_effect(const Definition& definition, const ReadEntry& entry,
                                        const std::vector<ClockChange>& changes, bool forward) {
  for (const ClockChange& change : changes) {
    if (change.forward() != forward) continue;
    for (auto date = floor<days>(change.begin()); date < change.end(); date += days{1}) {
      if (auto effect = clock_effect(definition, entry, change, date)) return effect;
    }
  }
  return std::nullopt;
}

std::vector<Warning> clock_warnings(const Definition& definition, const ReadEntry& entry,
                                    const TimeZone& zone, NominalTime reference) {
  const auto cron = entry.local_times();
  if (!cron) return {};
  const NominalTime earliest = std::max(reference, definition.not_before.value_or(kEarliestInstant));
  NominalTime from = std::clamp(earliest, kEarliestInstant, kLatestInstant);
  if (const auto* time = std::get_if<LocalTime>(&entry.when))
    from = NominalTime{time->time_since_epoch()} - days{2};

  std::vector<Warning> result;
  const std::vector<ClockChange> changes = clock_changes(zone, from, from + kClockHorizon);
  const bool round_the_clock = cron->fields().hours == kHourMask;
  for (const bool forward : {true, false}) {
    // What runs in every hour is not missed in one that no clock shows.
    if (forward && cron->repeating() && round_the_clock) continue;
    if (const auto effect = first_effect(definition, entry, changes, forward)) {
      result.push_back({cron->repeating() ? Surprise::kElapsedTime : Surprise::kClocks,
                        sentence_of(*effect, definition.time_zone)});
    }
  }
  return result;
}

}  // namespace

std::vector<Warning> warnings_about(const Definition& definition, const ReadEntry& entry,
                                    const TimeZone& zone, NominalTime reference) {
  std::vector<Warning> result = clock_warnings(definition, entry, zone, reference);
  if (const auto* cron = std::get_if<Cron>(&entry.when)) {
    const std::string& expression = std::get<Entry::Cron>(entry.entry->when).expression;
    for (Warning& warning : CronWarnings(*cron, expression, reference).all()) {
      result.push_back(std::move(warning));
    }
  }
  return result;
}

}  // namespace scheduledjob::schedule
