// From what a command line names to definitions of schedules.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/source.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::cli {

// Something whose instants are asked for.
struct Scheduled {
  std::string title;  // "ScheduledJob reports/nightly"; empty for an expression on the command line
  std::string place;  // "nightly.yaml:1"; empty likewise
  schedule::Definition definition;
  std::vector<std::string> remarks;  // what the instants alone do not tell, a sentence each
};

// The definition of an expression.
schedule::Definition definition_of(const GivenExpression& given, schedule::NominalTime created);

// All that a subject names, in order. `created` stands in where the creation of an object is not known. What
// is wrong with an object is written to `err` with file and line, and `all_right` becomes false; the others
// are there nevertheless.
std::vector<Scheduled> scheduled_by(const Subject& subject, schedule::NominalTime created, std::istream& in,
                                    std::ostream& err, bool& all_right);

}  // namespace scheduledjob::cli
