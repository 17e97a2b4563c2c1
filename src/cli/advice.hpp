// What becomes better, or different, when a CronJob is a ScheduledJob.
#pragma once

#include <string>
#include <vector>

#include "cli/node.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::cli {

// A comment to be written above a field.
struct Advice {
  std::string path;                // of a field that is there: "spec.concurrencyPolicy"
  std::vector<std::string> lines;  // without "# "
};

// Requires an object that is valid as a ScheduledJob. `now` is where the next change of clocks is sought
// from.
std::vector<Advice> advice_on(const Node& object, schedule::NominalTime now);

}  // namespace scheduledjob::cli
