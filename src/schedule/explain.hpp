// A definition in plain English: when it runs, and what about that surprises people. For those who check a
// schedule before they trust it; nothing is decided by it.
//
//   explain_entries.hpp   what the entries of a definition say, read one by one
//   explain_cron.hpp      the sentence of one cron expression: times of day, days
//   explain_clocks.hpp    what a change of clocks does to an entry
//   explain_warnings.hpp  all other surprises
//   explain_patterns.hpp  runs and even steps in sets of values
//   explain_words.hpp     names, lists, times and dates in words
//
// Sentences are made from what an expression means, not from how it is written: equal ones read equally.
// Their wording may change between releases.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schedule/schedule.hpp"

namespace scheduledjob::schedule {

struct Explanation {
  std::string sentence;               // "At 09:00 on the first Monday of each month, Europe/Berlin."
  std::vector<std::string> warnings;  // what surprises people, one sentence each, most important first
};

// From when on warnings look for changes of clocks, when the caller has no better moment: 1 January 2026.
inline constexpr NominalTime kUsualReference{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

// Explains a definition to someone who reads it at `reference`: warnings about clocks and leap years name the
// first date after it that they apply to. A sentence stays below 1 KB for each of the first eight entries;
// entries beyond are counted. Errors: those of Schedule::compile.
absl::StatusOr<Explanation> explain(const Definition& definition, NominalTime reference = kUsualReference);

// What clocks that change on a local date do to the definition there: one line for each entry and change by
// which a run is moved, left out or repeated; none when clocks do not change that day. Errors: those of
// Schedule::compile; kInvalidArgument for a date that is none or outside the years 1970 to 2199.
absl::StatusOr<std::vector<std::string>> explain_date(const Definition& definition,
                                                      std::chrono::year_month_day date);

}  // namespace scheduledjob::schedule
