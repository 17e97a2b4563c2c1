// From a document that is read to one that is written, as it stands. Private to this room.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "api/json_reader.hpp"
#include "api/json_writer.hpp"

namespace scheduledjob::api {

inline absl::Status copy(JsonValue value, const Path& path, JsonWriter& writer) {
  const absl::StatusOr<std::string_view> text = read_json_text(value, path);
  if (!text.ok()) return text.status();
  writer.json(*text);
  return absl::OkStatus();
}

inline absl::Status copy_member(std::string_view name, JsonValue value, const Path& path,
                                JsonWriter& writer) {
  writer.foreign_name(name);
  return copy(value, path, writer);
}

}  // namespace scheduledjob::api
