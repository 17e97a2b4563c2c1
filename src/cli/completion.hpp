// completion: what can follow on the command line.
//
// The program itself knows: `kubectl-scheduledjob __complete WORD…` gives what can stand in the place of the
// last word, in the form that kubectl asks its plugins for it (kubectl_complete-scheduledjob). The scripts
// for shells ask the same way.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

struct Candidate {
  std::string word;
  std::string description;
};

// The names of the ScheduledJobs there are, none where they cannot be had.
using NamesOf = std::function<std::vector<std::string>(const ClusterChoice&)>;

// What can stand in the place of the last of `words`, which may be empty. The program's name is not among
// them.
std::vector<Candidate> candidates(const std::vector<std::string>& words, const NamesOf& names_of);

ExitCode run_complete(const std::vector<std::string>& words, std::ostream& out,
                      const Surroundings& surroundings);

std::string_view completion_script(Shell shell);

}  // namespace scheduledjob::cli
