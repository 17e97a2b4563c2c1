// ScheduledJobSpec out of JSON. Private to this room.
#pragma once

#include "absl/status/statusor.h"
#include "api/codec.hpp"
#include "api/json_reader.hpp"
#include "api/scheduled_job.hpp"

namespace scheduledjob::api {

// Errors: kInvalidArgument, for the first field that cannot be understood or is out of its range.
absl::StatusOr<ScheduledJobSpec> read_spec(JsonValue value, const Path& path);

// Reads on behind a field that cannot be understood; every such field is one of the problems.
ReadSpec read_whole_spec(JsonValue value, const Path& path);

}  // namespace scheduledjob::api
