// What surprises people about an entry of a definition.
#pragma once

#include <string>
#include <vector>

#include "schedule/explain_entries.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::schedule {

// Why something surprises, what matters most first.
enum class Surprise {
  kWrongDays,    // other days than were probably meant
  kMissingDays,  // dates that some months or years lack
  kClocks,       // fixed times that clocks skip or repeat
  kEnd,          // years that end
  kUnevenStep,   // a step that begins anew before it is full
  kElapsedTime,  // repeating times that clocks skip or repeat
};

struct Warning {
  Surprise surprise;
  std::string text;
};

// The warnings about one entry, with a capital and a full stop. Requires a definition that compiles, an entry
// of it, and its zone. `reference` is as in explain().
std::vector<Warning> warnings_about(const Definition& definition, const ReadEntry& entry,
                                    const TimeZone& zone, NominalTime reference);

}  // namespace scheduledjob::schedule
