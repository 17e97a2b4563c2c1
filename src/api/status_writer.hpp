// ScheduledJobStatus as JSON. Private to this room.
#pragma once

#include "api/json_writer.hpp"
#include "api/status.hpp"

namespace scheduledjob::api {

// What becomes of members without a value, and of empty lists.
enum class Absent {
  kNull,     // a merge patch removes what was there
  kLeftOut,  // read_status() takes it as absent
};

void write_status(const ScheduledJobStatus& status, Absent absent, JsonWriter& writer);

}  // namespace scheduledjob::api
