// From a spec to instants.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::api {

// What spec.schedule and spec.schedules say, within notBefore and notAfter, not compiled yet. The object's
// creation anchors "@every", its namespace and name spread H, `every` without an anchor counts from the Unix
// epoch. Errors: kInvalidArgument, of entries that say nothing or too much.
absl::StatusOr<schedule::Definition> define_schedule(const ScheduledJobSpec& spec,
                                                     const ObjectMeta& metadata);

// Compiles what define_schedule gives. Errors: kInvalidArgument, "spec.schedules[1].cron: minute 61 is
// outside 0–59, column 1".
absl::StatusOr<schedule::Schedule> compile_schedule(const ScheduledJobSpec& spec, const ObjectMeta& metadata);

// Everything that compile_schedule would refuse, one error for each entry and bound; empty when it compiles.
std::vector<absl::Status> schedule_problems(const ScheduledJobSpec& spec);

// A short hash (16 hexadecimal digits) of everything that determines which instants fire: schedules, zone,
// bounds, daylight saving, jitter and suspend. Equal specs hash equally across releases; the order of
// `schedules` does not matter.
std::string basis_hash(const ScheduledJobSpec& spec);

}  // namespace scheduledjob::api
