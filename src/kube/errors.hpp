// How the API server's refusals become absl::Status, and how to ask a status what a caller must know.
//
//   400 kInvalidArgument     401 kUnauthenticated   403 kPermissionDenied    404 kNotFound
//   409 kAlreadyExists (reason AlreadyExists) or kAborted (reason Conflict)   410 kOutOfRange
//   403 with the cause NamespaceTerminating: kNotFound, as once the namespace is gone
//   422 kFailedPrecondition  429 kResourceExhausted 500 kInternal            503 kUnavailable
//   504 kDeadlineExceeded    others: kInvalidArgument (4xx), kInternal (5xx), kFailedPrecondition (redirects)
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "kube/transport.hpp"

namespace scheduledjob::kube {

// The status for an answer that is not 2xx; its message is the API server's own, its payloads keep code and
// Retry-After.
absl::Status status_from_response(const Response& response);

// The same for a refusal that came as the object of a watch's ERROR event.
absl::Status status_from_error_event(std::string_view object);

// The HTTP code behind a status, 0 when no answer came.
int http_code(const absl::Status& status);

std::optional<std::chrono::seconds> retry_after(const absl::Status& status);

// True when the request may have been carried out although no answer says so: timeouts, broken connections,
// answers that are too long, 500, 504 and what proxies add to them.
bool outcome_unknown(const absl::Status& status);

}  // namespace scheduledjob::kube
