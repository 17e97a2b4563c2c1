#include "api/codec.hpp"
#include "api/metadata_reader.hpp"
#include "api/spec_reader.hpp"
#include "api/status_reader.hpp"

namespace scheduledjob::api {

absl::StatusOr<ScheduledJob> decode_scheduled_job(std::string_view json) {
  ScheduledJob object;
  object.spec = absl::InvalidArgumentError("spec: is required");

  const auto read_metadata = [&object](std::string_view key, JsonValue value, const Path& path) {
    return read_metadata_member(key, value, path, object.metadata);
  };
  const auto read_member = [&](std::string_view key, JsonValue value, const Path& path) {
    if (key == "metadata") return read_members(value, path, read_metadata);
    if (key == "spec") object.spec = read_spec(value, path);
    if (key == "status") object.status = read_status(value, path);
    return absl::OkStatus();
  };

  if (absl::Status status = read_document(json, Path{}, read_member); !status.ok()) return status;
  if (absl::Status status = require_identity(object.metadata); !status.ok()) return status;
  return object;
}

ReadSpec decode_spec(std::string_view json) {
  ReadSpec read;
  bool has_spec = false;
  const auto read_member = [&](std::string_view key, JsonValue value, const Path& path) {
    if (key == "spec") {
      has_spec = true;
      read = read_whole_spec(value, path);
    }
    return absl::OkStatus();
  };
  if (absl::Status status = read_document(json, Path{}, read_member); !status.ok()) {
    read.problems.push_back(std::move(status));
  } else if (!has_spec) {
    read.problems.push_back(absl::InvalidArgumentError("spec: is required"));
  }
  return read;
}

}  // namespace scheduledjob::api
