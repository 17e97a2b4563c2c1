// explain: a schedule in words, and what about it surprises people.
#pragma once

#include <iosfwd>

#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

// Writes a sentence for each schedule, and a line for each surprise; with a date, what clocks that change on
// it do to the schedule instead.
ExitCode run_explain(const ExplainCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                     const Surroundings& surroundings);

}  // namespace scheduledjob::cli
