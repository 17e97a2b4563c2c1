// What a run is told about itself as environment variables (spec.runContext.env). Private to this room.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/run_context.hpp"

namespace scheduledjob::api {

// Writes a pod's spec with the facts as variables of every container that does not set them itself. Ours come
// first, so that the user's own can refer to them: $(SCHEDULEDJOB_SCHEDULED_TIME). What is no container, no
// list of them, or has no list of variables stays as it is: the API server refuses the Job and says why.
absl::Status write_pod_spec(JsonValue value, const Path& path, const std::vector<RunFact>& facts,
                            JsonWriter& writer);

}  // namespace scheduledjob::api
