#include "api/metadata_reader.hpp"

#include <charconv>

#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

absl::StatusOr<ResourceVersion> read_resource_version(JsonValue value, const Path& path) {
  const absl::StatusOr<std::string> text = read_text(value, path);
  if (!text.ok()) return text.status();
  ResourceVersion version = 0;
  const char* const end = text->data() + text->size();
  const auto [stop, code] = std::from_chars(text->data(), end, version);
  if (code != std::errc{} || stop != end) return path.error("\"" + *text + "\" is not a decimal number");
  return version;
}

absl::Status read_annotations(JsonValue value, const Path& path, ObjectMeta& metadata) {
  const auto read_annotation = [&metadata](std::string_view name, JsonValue member, const Path& at) {
    if (name == kResumeAnnotation) store_if_valid(read_text(member, at), metadata.resume);
    metadata.resume.resize(clamp_utf8(metadata.resume, kMaxResumeLength).size());
    return absl::OkStatus();
  };
  return read_members(value, path, read_annotation);
}

}  // namespace

absl::Status read_metadata_member(std::string_view key, JsonValue value, const Path& path,
                                  ObjectMeta& metadata) {
  if (key == "name") return store(read_text(value, path), metadata.key.name);
  if (key == "namespace") return store(read_text(value, path), metadata.key.namespace_);
  if (key == "uid") return store(read_text(value, path), metadata.uid);
  if (key == "resourceVersion") return store(read_resource_version(value, path), metadata.resource_version);
  if (key == "generation") return store(read_integer(value, path), metadata.generation);
  if (key == "creationTimestamp") return store(read_time(value, path), metadata.creation_timestamp);
  if (key == "annotations") return read_annotations(value, path, metadata);
  if (key == "deletionTimestamp") return store(read_time(value, path), metadata.deletion_timestamp);
  return absl::OkStatus();
}

absl::Status require_identity(const ObjectMeta& metadata) {
  if (metadata.key.name.empty()) return absl::InvalidArgumentError("metadata.name: is required");
  if (metadata.key.namespace_.empty()) return absl::InvalidArgumentError("metadata.namespace: is required");
  if (metadata.uid.empty()) return absl::InvalidArgumentError("metadata.uid: is required");
  if (metadata.resource_version == 0)
    return absl::InvalidArgumentError("metadata.resourceVersion: is required");
  return absl::OkStatus();
}

}  // namespace scheduledjob::api
