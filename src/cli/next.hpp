// next: the instants to come.
#pragma once

#include <iosfwd>

#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

// Lists the instants after a moment, as text for people or as one JSON document (docs/cli.md). With several
// entries, each instant tells the entries that name it.
ExitCode run_next(const NextCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                  const Surroundings& surroundings);

}  // namespace scheduledjob::cli
