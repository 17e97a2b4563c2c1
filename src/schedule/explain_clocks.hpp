// What a change of a zone's clocks does to an entry. The outcome is asked of compiled schedules, so that the
// rules for skipped and repeated times (zoned_cron.hpp) are written once.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "schedule/explain_entries.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::schedule {

// A jump of clocks from one local time to another.
struct ClockChange {
  NominalTime at;
  LocalTime from;  // what clocks would have shown at `at`
  LocalTime to;    // what they show

  bool forward() const noexcept { return to > from; }
  // The local times [begin, end) that are skipped or repeated.
  LocalTime begin() const noexcept { return forward() ? from : to; }
  LocalTime end() const noexcept { return forward() ? to : from; }
};

// The changes in [from, before), in order.
std::vector<ClockChange> clock_changes(const TimeZone& zone, NominalTime from, NominalTime before);

// What one change does to one entry on one local date.
struct ClockEffect {
  bool forward = false;
  bool several = false;     // more than one local time is affected
  std::string times;        // "02:30", "02:00 and 02:30", "the 6 times from 02:00 through 02:50"
  std::string date;         // "29 March 2026"
  std::string clocks;       // "clocks go from 02:00 to 03:00"
  std::string outcome;      // "the run happens at 03:00 (01:00Z)"
  std::string alternative;  // "skippedTime: Skip would leave it out", or nothing when it makes no difference
};

// Requires a definition that compiles, and an entry of it. Nothing when the change touches no run of the
// entry on `date`.
std::optional<ClockEffect> clock_effect(const Definition& definition, const ReadEntry& entry,
                                        const ClockChange& change, std::chrono::local_days date);

}  // namespace scheduledjob::schedule
