// describe: one ScheduledJob from its past to its future, in a person's words.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "api/scheduled_job.hpp"
#include "cli/arguments.hpp"
#include "cli/cli.hpp"
#include "cli/ink.hpp"

namespace scheduledjob::cli {

// What its conditions mean, a sentence each, those that need somebody first; none of one that is as it should
// be.
std::vector<std::string> troubles_of(const api::ScheduledJob& object);

// The recent runs, oldest first; what is open or waits; the instants to come.
void write_description(const api::ScheduledJob& object, schedule::NominalTime now, const Ink& ink,
                       std::ostream& out);

ExitCode run_describe(const DescribeCommand& command, std::ostream& out, std::ostream& err,
                      const Surroundings& surroundings);

}  // namespace scheduledjob::cli
