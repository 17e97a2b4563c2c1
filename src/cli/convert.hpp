// convert: CronJobs become ScheduledJobs.
#pragma once

#include <iosfwd>

#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

// Writes every document of the files, CronJobs converted and all else as it is, separated by "---"; the items
// of a List as documents of their own. Nothing is written when one of the CronJobs can't be converted: `err`
// tells which, and why.
ExitCode run_convert(const ConvertCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                     const Surroundings& surroundings);

}  // namespace scheduledjob::cli
