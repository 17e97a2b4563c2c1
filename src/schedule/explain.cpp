#include "schedule/explain.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "schedule/explain_clocks.hpp"
#include "schedule/explain_entries.hpp"
#include "schedule/explain_patterns.hpp"
#include "schedule/explain_warnings.hpp"
#include "schedule/explain_words.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::local_days;

// The definition has been compiled: its zone is known to be there.
TimeZone zone_of(const Definition& definition) {
  return definition.time_zone.empty() ? TimeZone::utc() : TimeZone::load(definition.time_zone).value();
}

// `text`, after the entry's place where there are several.
std::string about(const Definition& definition, const Entry& entry, std::string text) {
  return definition.entries.size() == 1 ? std::move(text) : fmt::format("{}: {}", entry.field, text);
}

std::string bounds_phrase(const Definition& definition) {
  std::vector<std::string> bounds;
  if (definition.not_before) bounds.push_back("not before " + moment_words(*definition.not_before));
  if (definition.not_after) bounds.push_back("not after " + moment_words(*definition.not_after));
  return listed(bounds);
}

// The entries, joined by "; and". The zone stands at the end when it concerns all of them, else at each that
// it concerns.
std::string sentence_of(const Definition& definition, const std::vector<ReadEntry>& entries) {
  const std::string zone = definition.time_zone.empty() ? "UTC" : definition.time_zone;
  const auto is_local = [](const ReadEntry& entry) { return entry.local_times().has_value(); };
  const bool all_local = std::all_of(entries.begin(), entries.end(), is_local);

  std::vector<std::string> phrases;
  for (const ReadEntry& entry : entries) {
    std::string phrase = entry_phrase(entry);
    if (!all_local && is_local(entry)) phrase += ", " + zone;
    if (std::find(phrases.begin(), phrases.end(), phrase) == phrases.end())
      phrases.push_back(std::move(phrase));
  }
  if (phrases.size() > kMostItems) {
    const std::size_t left = phrases.size() - kMostItems + 1;
    phrases.resize(kMostItems - 1);
    phrases.push_back(fmt::format("at the times of {} more entries", left));
  }

  std::string result = phrases.front();
  for (std::size_t i = 1; i < phrases.size(); ++i) {
    result += fmt::format("; {}{}", i + 1 == phrases.size() ? "and " : "", phrases[i]);
  }
  const bool several = phrases.size() > 1;
  if (all_local) result += several ? fmt::format("; all in {}", zone) : ", " + zone;
  if (const std::string bounds = bounds_phrase(definition); !bounds.empty()) {
    result += (several ? "; " : ", ") + bounds;
  }
  return capitalised(std::move(result)) + ".";
}

std::string line_of(const ClockEffect& effect, std::string_view zone) {
  const std::string_view verb = effect.forward ? (effect.several ? "do not exist" : "does not exist")
                                               : (effect.several ? "come twice" : "comes twice");
  return fmt::format("{} {} on {} in {} ({}): {}.{}", capitalised(effect.times), verb, effect.date, zone,
                     effect.clocks, effect.outcome,
                     effect.alternative.empty() ? "" : fmt::format(" {}.", effect.alternative));
}

}  // namespace

absl::StatusOr<Explanation> explain(const Definition& definition, NominalTime reference) {
  if (const auto schedule = Schedule::compile(definition); !schedule.ok()) return schedule.status();
  const std::vector<ReadEntry> entries = read_entries(definition);
  const TimeZone zone = zone_of(definition);

  std::vector<Warning> warnings;
  for (const ReadEntry& entry : entries) {
    for (Warning& warning : warnings_about(definition, entry, zone, reference)) {
      warnings.push_back({warning.surprise, about(definition, *entry.entry, std::move(warning.text))});
    }
  }
  std::stable_sort(warnings.begin(), warnings.end(),
                   [](const Warning& a, const Warning& b) { return a.surprise < b.surprise; });

  Explanation result{sentence_of(definition, entries), {}};
  for (Warning& warning : warnings) result.warnings.push_back(std::move(warning.text));
  return result;
}

absl::StatusOr<std::vector<std::string>> explain_date(const Definition& definition,
                                                      std::chrono::year_month_day date) {
  if (!date.ok() || date.year() < std::chrono::year{kFirstYear} ||
      date.year() > std::chrono::year{kLastYear}) {
    return absl::InvalidArgumentError(fmt::format(
        "{:04}-{:02}-{:02} is not a date of the years {} to {}", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), kFirstYear, kLastYear));
  }
  if (const auto schedule = Schedule::compile(definition); !schedule.ok()) return schedule.status();

  const local_days day{date};
  const NominalTime about_midnight{day.time_since_epoch()};
  const auto changes = clock_changes(zone_of(definition), about_midnight - days{2}, about_midnight + days{3});
  std::vector<std::string> lines;
  for (const ReadEntry& entry : read_entries(definition)) {
    for (const ClockChange& change : changes) {
      if (const auto effect = clock_effect(definition, entry, change, day)) {
        lines.push_back(about(definition, *entry.entry, line_of(*effect, definition.time_zone)));
      }
    }
  }
  return lines;
}

}  // namespace scheduledjob::schedule
