#include "kube/errors.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include <fmt/format.h>

#include "absl/strings/cord.h"
#include "kube/wire.hpp"

namespace scheduledjob::kube {
namespace {

constexpr char kHttpCode[] = "scheduledjob.dev/http-code";
constexpr char kRetryAfter[] = "scheduledjob.dev/retry-after-seconds";
constexpr std::size_t kLongestMessage = 2'000;
constexpr std::size_t kLongestForeignText = 200;

absl::StatusCode code_for(int http, const Refusal& refusal) {
  switch (http) {
    case 400:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return refusal.cause == "NamespaceTerminating" ? absl::StatusCode::kNotFound
                                                     : absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 408:
      return absl::StatusCode::kDeadlineExceeded;
    case 409:
      return refusal.reason == "AlreadyExists" ? absl::StatusCode::kAlreadyExists
                                               : absl::StatusCode::kAborted;
    case 410:
      return absl::StatusCode::kOutOfRange;
    case 413:
      return absl::StatusCode::kInvalidArgument;
    case 422:
      return absl::StatusCode::kFailedPrecondition;
    case 429:
      return absl::StatusCode::kResourceExhausted;
    case 503:
      return absl::StatusCode::kUnavailable;
    case 504:
      return absl::StatusCode::kDeadlineExceeded;
    default:
      break;
  }
  if (http >= 500) return absl::StatusCode::kInternal;
  if (http >= 400) return absl::StatusCode::kInvalidArgument;
  return absl::StatusCode::kFailedPrecondition;  // redirects are not followed
}

// The start of a text that did not come from an API server (a proxy's page), fit for one line of a log: it
// may be in any encoding, or none.
std::string excerpt(const std::string& body) {
  std::string text = body.substr(0, kLongestForeignText);
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c < ' ' || c >= '\x7f'; }, ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// Cuts between characters, not within one of UTF-8.
std::string bounded(std::string text) {
  if (text.size() <= kLongestMessage) return text;
  std::size_t end = kLongestMessage;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

std::optional<std::int64_t> number_payload(const absl::Status& status, const char* url) {
  const auto payload = status.GetPayload(url);
  if (!payload) return std::nullopt;
  const std::string text(*payload);
  std::int64_t number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc()) return std::nullopt;
  return number;
}

}  // namespace

absl::Status status_from_response(const Response& response) {
  const std::optional<Refusal> refusal = read_refusal(response.body);
  std::string message;
  if (refusal && !refusal->message.empty()) {
    message = bounded(refusal->message);
  } else if (const std::string text = excerpt(response.body); !text.empty()) {
    message = fmt::format("HTTP {}: {}", response.status, text);
  } else {
    message = fmt::format("HTTP {}", response.status);
  }
  absl::Status status(code_for(response.status, refusal.value_or(Refusal{})), message);
  status.SetPayload(kHttpCode, absl::Cord(fmt::format("{}", response.status)));
  const auto wait = response.retry_after ? response.retry_after
                    : refusal            ? refusal->retry_after
                                         : std::optional<std::chrono::seconds>();
  if (wait) status.SetPayload(kRetryAfter, absl::Cord(fmt::format("{}", wait->count())));
  return status;
}

absl::Status status_from_error_event(std::string_view object) {
  Response refusal;
  refusal.body = std::string(object);
  refusal.status = read_refusal(refusal.body).value_or(Refusal{}).code;
  return status_from_response(refusal);
}

int http_code(const absl::Status& status) {
  return static_cast<int>(number_payload(status, kHttpCode).value_or(0));
}

std::optional<std::chrono::seconds> retry_after(const absl::Status& status) {
  const std::optional<std::int64_t> seconds = number_payload(status, kRetryAfter);
  if (!seconds) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

bool outcome_unknown(const absl::Status& status) {
  const int http = http_code(status);
  if (http == 0) {
    return absl::IsDeadlineExceeded(status) || absl::IsUnknown(status) || absl::IsResourceExhausted(status);
  }
  return http == 408 || (http >= 500 && http != 503);
}

}  // namespace scheduledjob::kube
