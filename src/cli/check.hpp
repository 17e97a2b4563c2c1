// Everything that is wrong with an object that is, or is to be, a ScheduledJob or a CronJob.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/scheduled_job.hpp"
#include "cli/problem.hpp"
#include "cli/schema.hpp"
#include "cli/source.hpp"

namespace scheduledjob::cli {

// All problems, in the order of the text, at most one for a field. An object of another kind has none, one
// whose kind is misspelt has that one.
std::vector<Problem> problems_of(const Object& object);

// The same for what is inside, whatever apiVersion and kind say.
std::vector<Problem> problems_as(Form form, const Node& object);

// What determines when an object runs. Problems: those of these fields only, so that a manifest that is not
// finished can be asked too.
struct Timing {
  std::vector<Problem> problems;
  api::ScheduledJobSpec spec;
  schedule::Definition definition;  // made of the spec; for use when there are no problems
  bool created_is_known = false;    // metadata.creationTimestamp is there, else `created` stands in
};
Timing timing_of(const Object& object, schedule::NominalTime created);

}  // namespace scheduledjob::cli
