// suspend and resume: spec.suspend, with what it means for the instants.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "api/scheduled_job.hpp"
#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

struct SuspensionChange {
  std::string merge_patch;             // empty: it is so already
  std::vector<std::string> sentences;  // what has happened then, and what it means
};

// Resuming also ends a suspension that came from too many failures.
SuspensionChange plan_suspension(const api::ScheduledJob& object, bool suspend, schedule::NominalTime now);

ExitCode run_suspend(const SuspendCommand& command, std::ostream& out, std::ostream& err,
                     const Surroundings& surroundings);

}  // namespace scheduledjob::cli
