// ScheduledJobStatus out of JSON. Private to this room.
#pragma once

#include "api/json_reader.hpp"
#include "api/status.hpp"

namespace scheduledjob::api {

// What cannot be read is left out, field by field and element by element: the operator writes the status anew
// anyway.
ScheduledJobStatus read_status(JsonValue value, const Path& path);

}  // namespace scheduledjob::api
