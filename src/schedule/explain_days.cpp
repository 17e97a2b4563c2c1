// Days, months and years in words.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "schedule/explain_cron.hpp"
#include "schedule/explain_patterns.hpp"
#include "schedule/explain_words.hpp"

namespace scheduledjob::schedule {
namespace {

constexpr std::uint32_t kAllDays = 0xffff'fffe;
constexpr std::uint8_t kAllWeekdays = 0x7f;
constexpr std::uint16_t kAllMonths = 0x1ffe;
constexpr std::array<std::string_view, 5> kPlaces{"first", "second", "third", "fourth", "fifth"};

// Weeks begin on Monday in words, on Sunday in masks.
constexpr int monday_first(int weekday) {
  return (weekday + 6) % 7;
}
std::string weekday_from_monday(int place) {
  return std::string(weekday_name((place + 1) % 7));
}

bool has_long_run(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.size() > 1) return true;
  }
  return false;
}

std::string number(int value) {
  return std::to_string(value);
}

// Dates.

std::vector<std::string> with_article(std::vector<std::string> items) {
  for (std::string& item : items) item.insert(0, "the ");
  return items;
}

// The days given by number, as items that may stand in a list with others.
std::vector<std::string> numbered_days(std::uint32_t mask, bool alone) {
  const std::vector<int> days = values_of(mask);
  if (const auto even = long_progression(days); even && even->step > 1) {
    return {fmt::format("every {} day from the {} to the {}", ordinal(even->step), ordinal(even->first),
                        ordinal(even->last))};
  }
  const std::vector<Run> runs = readable_runs(days);
  if (has_long_run(runs)) return {"days " + listed(items_of(runs, number))};
  const std::vector<std::string> items = items_of(runs, ordinal, "days");
  if (items.empty()) return {};
  if (alone || runs.size() > kMostItems) return {"the " + listed(items)};
  return with_article(items);
}

std::string dates_words(const Cron& cron) {
  const auto& rare = rare_fields(cron);
  std::vector<std::string> others;
  if (rare.nearest_weekdays != 0) {
    const std::vector<int> days = values_of(rare.nearest_weekdays);
    others.push_back(fmt::format("the weekday{} nearest to the {}", days.size() == 1 ? "" : "s",
                                 listed(items_of(readable_runs(days), ordinal, "days"))));
  }
  if (const std::vector<int> days = values_of(rare.days_before_last & ~std::uint32_t{1}); !days.empty()) {
    others.push_back(days == std::vector{1} ? "the day before the last"
                     : days.size() == 1     ? fmt::format("the {} day before the last", ordinal(days[0]))
                                            : fmt::format("the {} days before the last",
                                                          listed(items_of(readable_runs(days), ordinal))));
  }
  if (rare.last_workday) others.emplace_back("the last weekday");
  if ((rare.days_before_last & 1) != 0) others.emplace_back("the last day");

  std::vector<std::string> items = numbered_days(cron.fields().days, others.empty());
  items.insert(items.end(), others.begin(), others.end());
  return listed(items);
}

// Weekdays.

std::vector<Run> weekday_runs(const Cron& cron) {
  std::uint64_t mask = 0;
  for (const int weekday : values_of(cron.fields().weekdays))
    mask |= std::uint64_t{1} << monday_first(weekday);
  return circular_runs(values_of(mask), 7);
}

// "Mondays and Fridays", or "Monday to Friday".
std::string every_week_words(const std::vector<Run>& runs) {
  const bool singular = has_long_run(runs);
  return listed(
      items_of(runs, [singular](int place) { return weekday_from_monday(place) + (singular ? "" : "s"); }));
}

// "the first and third Monday and the last Friday": those with a place in the month that are not named in
// every week anyway.
std::string placed_weekdays_words(const Cron& cron) {
  const auto& rare = rare_fields(cron);
  std::vector<std::string> items;
  for (int place = 0; place < 7; ++place) {
    const int weekday = (place + 1) % 7;
    const auto named_in = [weekday](std::uint8_t mask) { return (mask >> weekday & 1) != 0; };
    if (named_in(cron.fields().weekdays)) continue;
    std::vector<std::string> places;
    for (std::size_t n = 0; n < kPlaces.size(); ++n) {
      if (named_in(rare.nth_weekdays[n])) places.emplace_back(kPlaces[n]);
    }
    if (named_in(rare.last_weekdays)) places.emplace_back("last");
    if (!places.empty()) items.push_back(fmt::format("the {} {}", listed(places), weekday_name(weekday)));
  }
  return listed(items);
}

// Months and years.

std::optional<std::vector<int>> named_years(const Cron& cron) {
  const auto& years = rare_fields(cron).years;
  if (!years.restricted()) return std::nullopt;
  std::vector<int> result;
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    if (years.contains(year)) result.push_back(year);
  }
  if (result.size() == kLastYear - kFirstYear + 1) return std::nullopt;
  return result;
}

std::string years_words(const std::vector<int>& years) {
  if (const auto even = long_progression(years); even && even->step > 1) {
    return fmt::format("in every {} year from {} to {}", ordinal(even->step), even->first, even->last);
  }
  const std::vector<Run> runs = readable_runs(years);
  if (runs.size() > 1 || runs.front().size() == 1) {
    return "in " + listed(items_of(runs, number, "years"));
  }
  if (runs.front().last == kLastYear) return fmt::format("from {} on", runs.front().first);
  if (runs.front().first == kFirstYear) return fmt::format("through {}", runs.front().last);
  return fmt::format("from {} to {}", runs.front().first, runs.front().last);
}

// The months and years of an expression, in the forms that its days ask for.
class Season {
 public:
  explicit Season(const Cron& cron) {
    const std::uint16_t mask = cron.fields().months;
    if (const auto years = named_years(cron)) {
      years_ = years_words(*years);
      if (years->size() == 1) only_year_ = years->front();
    }
    if (mask == kAllMonths) return;
    runs_ = circular_runs(values_of(mask >> 1), 12);
    months_ = listed(items_of(runs_, [](int month) { return std::string(month_name(month % 12 + 1)); }));
    if (names_one_month() && only_year_) {
      months_ += fmt::format(" {}", *only_year_);
      years_.clear();
    }
  }

  bool names_months() const { return !runs_.empty(); }
  bool names_one_month() const { return runs_.size() == 1 && runs_.front().size() == 1; }
  const std::string& months() const { return months_; }

  std::string of_months() const {
    if (!names_months()) return " of each month";
    if (is_one_run()) return " of each month from " + months_;
    return (has_long_run(runs_) ? " of each month in " : " of ") + months_;
  }

  std::string in_months() const {
    if (!names_months()) return "";
    return (is_one_run() ? " from " : " in ") + months_;
  }

  // The years behind `days`, with a comma where they would seem to belong to the word before them.
  std::string in_years(std::string_view days) const {
    if (years_.empty()) return "";
    return (names_months() || days.starts_with(',') ? ", " : " ") + years_;
  }

 private:
  bool is_one_run() const { return runs_.size() == 1 && runs_.front().size() > 1; }

  std::vector<Run> runs_;
  std::string months_;
  std::string years_;
  std::optional<int> only_year_;
};

// Days and months together.

std::string dates_of_months(const Cron& cron, const Season& season) {
  const std::vector<Run> runs = readable_runs(values_of(cron.fields().days));
  const auto& rare = rare_fields(cron);
  const bool only_numbers = rare.days_before_last == 0 && rare.nearest_weekdays == 0 && !rare.last_workday;
  if (only_numbers && season.names_one_month() && !has_long_run(runs) && runs.size() <= kMostItems &&
      !long_progression(values_of(cron.fields().days))) {
    return fmt::format(" on {} {}", listed(items_of(runs, number)), season.months());
  }
  return fmt::format(" on {}{}", dates_words(cron), season.of_months());
}

std::string weekdays_of_months(const Cron& cron, const Season& season) {
  const std::vector<Run> runs = weekday_runs(cron);
  const std::string placed = placed_weekdays_words(cron);
  if (runs.empty()) return fmt::format(" on {}{}", placed, season.of_months());

  const std::string weekly = every_week_words(runs);
  if (!placed.empty()) {
    if (!season.names_months()) return fmt::format(" on {} and on {} of each month", weekly, placed);
    return fmt::format("{}, on {} and on {} of the month", season.in_months(), weekly, placed);
  }
  if (!has_long_run(runs)) return fmt::format(" on {}{}", weekly, season.in_months());
  return fmt::format(", {}{}{}", weekly, season.names_months() ? "," : "", season.in_months());
}

std::string either_of_months(const Cron& cron, const Season& season) {
  const std::string monthly = season.names_months() ? "" : " of each month";
  const bool placed = !placed_weekdays_words(cron).empty();
  return fmt::format("{}, either {}{} or {}{}", season.in_months(), dates_alone(cron), monthly,
                     weekdays_alone(cron), placed ? monthly : "");
}

}  // namespace

DayRule day_rule_of(const Cron& cron) {
  const CronFields& fields = cron.fields();
  const bool every_date = fields.any_day || fields.days == kAllDays;
  const bool every_weekday = fields.any_weekday || fields.weekdays == kAllWeekdays;
  if (fields.any_day || fields.any_weekday) {
    if (every_date) return every_weekday ? DayRule::kEveryDay : DayRule::kWeekdays;
    return DayRule::kDates;
  }
  return every_date || every_weekday ? DayRule::kEveryDay : DayRule::kEither;
}

std::string dates_alone(const Cron& cron) {
  return "on " + dates_words(cron);
}

std::string weekdays_alone(const Cron& cron) {
  const std::vector<Run> runs = weekday_runs(cron);
  const std::string placed = placed_weekdays_words(cron);
  if (runs.empty()) return "on " + placed;
  return fmt::format("on {}{}{}", every_week_words(runs), placed.empty() ? "" : " and on ", placed);
}

std::string days_phrase(const Cron& cron, bool all_day) {
  const Season season(cron);
  std::string days;
  switch (day_rule_of(cron)) {
    case DayRule::kEveryDay:
      days = (all_day ? "" : " every day") + season.in_months();
      break;
    case DayRule::kDates:
      days = dates_of_months(cron, season);
      break;
    case DayRule::kWeekdays:
      days = weekdays_of_months(cron, season);
      break;
    case DayRule::kEither:
      days = either_of_months(cron, season);
      break;
  }
  return days + season.in_years(days);
}

std::string cron_phrase(const Cron& cron) {
  const auto [text, all_day] = times_phrase(cron);
  return text + days_phrase(cron, all_day);
}

}  // namespace scheduledjob::schedule
