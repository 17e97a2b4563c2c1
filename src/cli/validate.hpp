// validate: everything that is wrong with manifests.
#pragma once

#include <iosfwd>

#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

// Writes one line for each problem, "file:line: path: what", warnings about what is allowed and may surprise,
// and what was looked at in the end. Objects that are neither ScheduledJobs nor CronJobs are counted, not
// judged.
ExitCode run_validate(const ValidateCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                      const Surroundings& surroundings);

}  // namespace scheduledjob::cli
