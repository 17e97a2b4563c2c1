// ObjectMeta out of JSON. Private to this room.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "api/json_reader.hpp"
#include "api/object_meta.hpp"

namespace scheduledjob::api {

// Takes one member of "metadata" in; members of no interest are passed over.
absl::Status read_metadata_member(std::string_view key, JsonValue value, const Path& path,
                                  ObjectMeta& metadata);

// An object without these cannot be told apart from others or from its own past.
absl::Status require_identity(const ObjectMeta& metadata);

}  // namespace scheduledjob::api
