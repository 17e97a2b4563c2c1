// JSON to structs and back. The only room that knows a JSON library is behind these functions.
//
// Reading is lenient where the API server has the last word (unknown fields are ignored) and exact where the
// operator decides: errors carry the path of the offending field ("spec.concurrencyPolicy: \"Forbidd\" is not
// one of Allow, Forbid, …"). All functions are pure and safe from any thread. Input of any size and depth is
// refused with an error, never a crash.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api/job.hpp"
#include "api/scheduled_job.hpp"

namespace scheduledjob::api {

// Errors: kInvalidArgument when the text is not JSON or its metadata lacks name, namespace, uid or
// resourceVersion. What is wrong with the spec alone is kept in ScheduledJob::spec; what is wrong with a part
// of the status is read as absent.
absl::StatusOr<ScheduledJob> decode_scheduled_job(std::string_view json);

// The object as text from which decode_scheduled_job() makes an equal one: what the operator does not look at
// is not in it, and no two texts of one object differ. Errors: those of the spec, where it has one.
absl::StatusOr<std::string> encode_scheduled_job(const ScheduledJob& object);

// A spec as far as it could be read, and everything that is wrong with it: kInvalidArgument each, in the
// order of the text, "spec.jitter: …". What is wrong leaves its field at the default.
struct ReadSpec {
  ScheduledJobSpec spec;
  std::vector<absl::Status> problems;
};

// Reads the spec of an object that no server has completed yet: whatever else it has or lacks does not
// matter.
ReadSpec decode_spec(std::string_view json);

absl::StatusOr<Job> decode_job(std::string_view json);

// Cuts lists and texts to the schema's bounds (status.hpp): lists keep their first elements, texts stay valid
// UTF-8. What is within them comes back equal from the API server, so compare statuses after clamping.
void clamp_to_schema(ScheduledJobStatus& status);

// A JSON merge patch that makes the object's status exactly `status`, on the condition that the object still
// has this resourceVersion: {"metadata":{"resourceVersion":…},"status":{…}}. Fields without a value and empty
// lists are sent as null. The status is clamped to the schema's bounds. Equal statuses give equal texts.
std::string encode_status_patch(const ScheduledJobStatus& status, ResourceVersion resource_version);

// The text forms used in JSON, logs and metrics.
std::string_view to_string(Outcome outcome);
std::string_view to_string(PendingReason reason);
std::string_view to_string(RunReason reason);
std::string_view to_string(ConditionStatus status);
std::string_view to_string(ConcurrencyPolicy policy);
std::string_view to_string(MissedRunPolicy policy);

}  // namespace scheduledjob::api
