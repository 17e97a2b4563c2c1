// What a run is told about itself, as texts. Private to this room.
#pragma once

#include <string>
#include <vector>

#include "api/job_manifest.hpp"

namespace scheduledjob::api {

struct RunFact {
  const char* annotation;  // null: told as a variable only
  const char* variable;
  std::string value;  // empty: there is nothing to tell
};

// All there are, in a fixed order; times in RFC 3339, UTC.
std::vector<RunFact> run_facts(const ScheduledJob& owner, const RunIdentity& run);

}  // namespace scheduledjob::api
