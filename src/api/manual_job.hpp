// The Job of a run by hand: started by a person, not by an instant of the schedule.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"

namespace scheduledjob::api {

// "nightly-now-20260301120000" in UTC, with the UID in place of a long name: at most 55 characters. That of
// Argo CD's action (gitops/argocd/actions.yaml), so that one second has one run by hand.
std::string manual_job_name(const ObjectMeta& owner, NominalTime now);

// The JSON of a batch/v1 Job made from the owner's template, verbatim but for what makes the operator count
// it as active: our label and the owner as controller. Like Argo CD's it bears kubectl's annotation for runs
// by hand, and nothing about an instant, as it has none. Errors: kInvalidArgument when the template is not a
// JSON object with a spec, or the spec cannot be read.
absl::StatusOr<std::string> manual_job_manifest(const ScheduledJob& owner, const std::string& job_name);

}  // namespace scheduledjob::api
