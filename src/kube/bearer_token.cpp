#include "kube/bearer_token.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "kube/file.hpp"

namespace scheduledjob::kube {
namespace {

constexpr std::chrono::seconds kMaxAge{60};

// Anything else would end the header it is sent in.
bool fits_a_header(const std::string& token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

absl::StatusOr<std::string> BearerToken::current() {
  std::lock_guard lock(mutex_);
  const bool fresh = file_.empty() || (was_read_ && std::chrono::steady_clock::now() - read_at_ < kMaxAge);
  if (!fresh) {
    if (absl::Status error = read(); !error.ok()) return error;
  }
  if (!fits_a_header(token_)) {
    return absl::UnauthenticatedError("the bearer token holds characters that no token can have");
  }
  return token_;
}

bool BearerToken::renewed(const std::string& refused) {
  std::lock_guard lock(mutex_);
  if (file_.empty() || !read().ok()) return false;
  return token_ != refused;
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
  read_at_ = std::chrono::steady_clock::now();
  was_read_ = true;
  return absl::OkStatus();
}

}  // namespace scheduledjob::kube
