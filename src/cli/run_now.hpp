// run: a run by hand, now.
#pragma once

#include <iosfwd>

#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

// Creates a Job from the template (api/manual_job.hpp), also while the schedule is suspended, and writes its
// name to `out`. With --wait it ends when the Job has, kRefused unless that succeeded.
ExitCode run_run(const RunCommand& command, std::ostream& out, std::ostream& err,
                 const Surroundings& surroundings);

}  // namespace scheduledjob::cli
