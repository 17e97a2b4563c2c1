// why: why an instant of a ScheduledJob ran, or did not.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"
#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

struct Verdict {
  std::string sentence;              // "It ran and succeeded."
  std::vector<std::string> details;  // what is known beside, a sentence each
  std::vector<std::string> advice;   // what to do, likewise
};

// What the object's spec and status tell about `time`, read at `now`. Decides nothing anew: where the status
// does not tell, the verdict says so.
Verdict why(const api::ScheduledJob& object, schedule::NominalTime time, schedule::NominalTime now);

// A moment as users write it: RFC 3339, or without an offset as clocks show it in the object's zone. Errors:
// kInvalidArgument, with the form that is expected.
absl::StatusOr<schedule::NominalTime> read_moment(std::string_view text, const std::string& zone);

ExitCode run_why(const WhyCommand& command, std::ostream& out, std::ostream& err,
                 const Surroundings& surroundings);

}  // namespace scheduledjob::cli
