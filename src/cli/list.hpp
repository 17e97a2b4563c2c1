// list: the ScheduledJobs of a namespace or of all, a line each.
#pragma once

#include <iosfwd>
#include <vector>

#include "api/scheduled_job.hpp"
#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

void write_list(const std::vector<api::ScheduledJob>& objects, bool with_namespaces,
                schedule::NominalTime now, std::ostream& out);

ExitCode run_list(const ListCommand& command, std::ostream& out, std::ostream& err,
                  const Surroundings& surroundings);

}  // namespace scheduledjob::cli
