// The Job that a run creates.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"

namespace scheduledjob::api {

// What a run is told about itself besides its name and time.
struct RunContext {
  // The scheduled time of the latest run that had succeeded when this one was started, if one had.
  std::optional<NominalTime> previous_success;
  // The schedule's instant before this one, if it has one. The data interval ends with the run's own instant.
  std::optional<NominalTime> data_interval_start;
  RunReason reason = RunReason::kScheduled;
  friend bool operator==(const RunContext&, const RunContext&) = default;
};

struct RunIdentity {
  std::string job_name;
  NominalTime scheduled_time{};
  RunContext context{};
};

// The JSON of a batch/v1 Job made from the owner's template: its labels, annotations and spec
// verbatim, but for members of these that are null, which are absent; nothing copied from the ScheduledJob's own labels or annotations; our label and annotations added, and with
// spec.runContext.env the same as environment variables of every container that does not set them itself; the
// owner as controller ownerReference with blockOwnerDeletion. metadata.name and generateName of the template
// are not used. A ttlSecondsAfterFinished of the template is raised by `ttl_margin` and annotated as it was,
// because the operator itself deletes at the user's value, once the end is recorded. `create_before` is
// annotated where it is given. Errors: kInvalidArgument when the template is not a JSON object with a spec.
absl::StatusOr<std::string> job_manifest(const ScheduledJob& owner, const RunIdentity& run,
                                         std::chrono::seconds ttl_margin,
                                         std::optional<schedule::Instant> create_before = std::nullopt);

}  // namespace scheduledjob::api
