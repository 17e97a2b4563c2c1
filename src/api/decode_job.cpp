#include "absl/strings/numbers.h"
#include "api/codec.hpp"
#include "api/metadata_reader.hpp"
#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

struct OwnerReference {
  bool controller = false;
  std::string api_version;
  std::string kind;
  std::string name;
  std::string uid;
};

// Of any version of ours: a Job may be older than the API version that is current.
bool is_our_controller(const OwnerReference& owner) {
  const std::string group = std::string(kGroup) + "/";
  return owner.controller && owner.kind == kKind && owner.api_version.starts_with(group);
}

absl::Status read_owner_reference(JsonValue value, const Path& path, Job& job) {
  OwnerReference owner;
  const auto read_member = [&owner](std::string_view key, JsonValue member, const Path& at) {
    if (key == "controller") store_if_valid(read_bool(member, at), owner.controller);
    if (key == "apiVersion") store_if_valid(read_text(member, at), owner.api_version);
    if (key == "kind") store_if_valid(read_text(member, at), owner.kind);
    if (key == "name") store_if_valid(read_text(member, at), owner.name);
    if (key == "uid") store_if_valid(read_text(member, at), owner.uid);
    return absl::OkStatus();
  };
  if (absl::Status status = read_members(value, path, read_member); !status.ok()) return status;
  if (is_our_controller(owner)) {
    job.owner_name = std::move(owner.name);
    job.owner_uid = std::move(owner.uid);
  }
  return absl::OkStatus();
}

std::optional<std::int32_t> seconds_in(const absl::StatusOr<std::string>& text) {
  std::int32_t seconds = 0;
  if (!text.ok() || !absl::SimpleAtoi(*text, &seconds) || seconds < 0) return std::nullopt;
  return seconds;
}

absl::Status read_job_metadata(std::string_view key, JsonValue value, const Path& path, Job& job) {
  const auto read_label = [&job](std::string_view label, JsonValue member, const Path& at) {
    if (label == kOwnerUidLabel) store_if_valid(read_text(member, at), job.label_uid);
    return absl::OkStatus();
  };
  const auto read_annotation = [&job](std::string_view annotation, JsonValue member, const Path& at) {
    if (annotation == kScheduledTimeAnnotation) store_if_valid(read_time(member, at), job.scheduled_time);
    if (annotation == kTimeToLiveAnnotation) job.time_to_live = seconds_in(read_text(member, at));
    return absl::OkStatus();
  };
  const auto read_owner = [&job](JsonValue element, const Path& at) {
    return read_owner_reference(element, at, job);
  };

  if (key == "labels") return read_members(value, path, read_label);
  if (key == "annotations") return read_members(value, path, read_annotation);
  if (key == "ownerReferences") return read_elements(value, path, read_owner);
  return read_metadata_member(key, value, path, job.metadata);
}

void read_job_spec(JsonValue value, const Path& path, Job& job) {
  const auto read_member = [&job](std::string_view key, JsonValue member, const Path& at) {
    if (key == "suspend") store_if_valid(read_bool(member, at), job.suspended);
    if (key == "ttlSecondsAfterFinished")
      store_if_valid(read_int32(member, at), job.ttl_seconds_after_finished);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
}

struct JobCondition {
  std::string type;
  std::string status;
  std::string reason;
  std::string message;
  std::optional<NominalTime> last_transition_time;
};

// SuccessCriteriaMet and FailureTarget only announce an end: pods are still running.
std::optional<JobPhase> ended_by(const JobCondition& condition) {
  if (condition.status != "True") return std::nullopt;
  if (condition.type == "Complete") return JobPhase::kSucceeded;
  if (condition.type == "Failed") return JobPhase::kFailed;
  return std::nullopt;
}

absl::Status read_job_condition(JsonValue value, const Path& path, Job& job) {
  JobCondition condition;
  const auto read_member = [&condition](std::string_view key, JsonValue member, const Path& at) {
    if (key == "type") store_if_valid(read_text(member, at), condition.type);
    if (key == "status") store_if_valid(read_text(member, at), condition.status);
    if (key == "reason") store_if_valid(read_text(member, at), condition.reason);
    if (key == "message") store_if_valid(read_text(member, at), condition.message);
    if (key == "lastTransitionTime") store_if_valid(read_time(member, at), condition.last_transition_time);
    return absl::OkStatus();
  };
  if (absl::Status status = read_members(value, path, read_member); !status.ok()) return status;
  if (const std::optional<JobPhase> phase = ended_by(condition)) {
    job.phase = *phase;
    job.reason = std::move(condition.reason);
    job.message = clamp_utf8(condition.message, kMaxMessageLength);
    job.end_time = condition.last_transition_time;
  }
  return absl::OkStatus();
}

void read_job_status(JsonValue value, const Path& path, Job& job) {
  std::optional<NominalTime> completion_time;
  const auto read_condition = [&job](JsonValue element, const Path& at) {
    return read_job_condition(element, at, job);
  };
  const auto read_member = [&](std::string_view key, JsonValue member, const Path& at) {
    if (key == "conditions") read_elements(member, at, read_condition).IgnoreError();
    if (key == "startTime") store_if_valid(read_time(member, at), job.start_time);
    if (key == "completionTime") store_if_valid(read_time(member, at), completion_time);
    if (key == "ready") store_if_valid(read_int32(member, at), job.ready);
    if (key == "succeeded") store_if_valid(read_int32(member, at), job.succeeded);
    if (key == "failed") store_if_valid(read_int32(member, at), job.failed);
    return absl::OkStatus();
  };
  read_members(value, path, read_member).IgnoreError();
  if (job.phase == JobPhase::kSucceeded && completion_time) job.end_time = completion_time;
}

}  // namespace

absl::StatusOr<Job> decode_job(std::string_view json) {
  Job job;
  const auto read_metadata = [&job](std::string_view key, JsonValue value, const Path& path) {
    return read_job_metadata(key, value, path, job);
  };
  const auto read_member = [&](std::string_view key, JsonValue value, const Path& path) {
    if (key == "metadata") return read_members(value, path, read_metadata);
    if (key == "spec") read_job_spec(value, path, job);
    if (key == "status") read_job_status(value, path, job);
    return absl::OkStatus();
  };

  if (absl::Status status = read_document(json, Path{}, read_member); !status.ok()) return status;
  if (absl::Status status = require_identity(job.metadata); !status.ok()) return status;
  return job;
}

}  // namespace scheduledjob::api
