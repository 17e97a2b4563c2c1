#include "kube/bearer_token.hpp"

#include <fmt/format.h>

#include "kube/file.hpp"

namespace scheduledjob::kube {
namespace {

constexpr std::chrono::seconds kMaxAge{60};

}  // namespace

absl::StatusOr<Credential> BearerToken::current(Clock::time_point, const std::stop_token&) {
  const sync::MutexLock lock(mutex_);
  const bool fresh = file_.empty() || (was_read_ && Clock::now() - read_at_ < kMaxAge);
  if (!fresh) {
    if (absl::Status error = read(); !error.ok()) return error;
  }
  if (!can_be_a_token(token_)) {
    return absl::UnauthenticatedError("the bearer token holds characters that no token can have");
  }
  Credential credential;
  credential.token = token_;
  return credential;
}

std::optional<Credential> BearerToken::renewed(const Credential& refused, Clock::time_point deadline,
                                               const std::stop_token& stop) {
  {
    const sync::MutexLock lock(mutex_);
    if (file_.empty() || !read().ok() || token_ == refused.token) return std::nullopt;
  }
  absl::StatusOr<Credential> fresh = current(deadline, stop);
  if (!fresh.ok()) return std::nullopt;
  return *std::move(fresh);
}

absl::Status BearerToken::read() {
  absl::StatusOr<std::string> text = read_small_file(file_, kCredentialLimit);
  if (!text.ok()) {
    return absl::UnauthenticatedError(
        fmt::format("the token file cannot be read: {}", std::string(text.status().message())));
  }
  const auto first = text->find_first_not_of(" \t\r\n");
  if (first == std::string::npos)
    return absl::UnauthenticatedError(fmt::format("the token file {} is empty", file_));
  const auto last = text->find_last_not_of(" \t\r\n");
  token_ = text->substr(first, last - first + 1);
  read_at_ = Clock::now();
  was_read_ = true;
  return absl::OkStatus();
}

}  // namespace scheduledjob::kube
