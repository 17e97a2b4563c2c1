// The Job that a run creates.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"

namespace scheduledjob::api {

struct RunIdentity {
  std::string job_name;
  NominalTime scheduled_time{};
};

// The JSON of a batch/v1 Job made from the owner's template: its labels, annotations and spec verbatim;
// nothing copied from the ScheduledJob's own labels or annotations; our label and annotations added; the
// owner as controller ownerReference with blockOwnerDeletion. metadata.name and generateName of the template
// are not used. A ttlSecondsAfterFinished of the template is raised by `ttl_margin`, because the operator
// itself deletes at the user's value, once the end is recorded. Errors: kInvalidArgument when the template is
// not a JSON object with a spec.
absl::StatusOr<std::string> job_manifest(const ScheduledJob& owner, const RunIdentity& run,
                                         std::chrono::seconds ttl_margin);

}  // namespace scheduledjob::api
