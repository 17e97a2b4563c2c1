// The bearer token of each request, from the configuration or from a file that the kubelet renews.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"

namespace scheduledjob::kube {

// Thread-safe.
class BearerToken {
 public:
  // `file` wins over `token`; both empty: there is no token.
  BearerToken(std::string token, std::string file) : token_(std::move(token)), file_(std::move(file)) {}

  // The token, at most a minute old; empty when there is none. kUnauthenticated when the file cannot be read
  // or holds no token.
  absl::StatusOr<std::string> current();

  // After a refusal of `refused`: reads the file again. True when there is another token to try.
  bool renewed(const std::string& refused);

 private:
  absl::Status read();  // requires mutex_

  std::mutex mutex_;
  std::string token_;
  const std::string file_;
  std::chrono::steady_clock::time_point read_at_{};
  bool was_read_ = false;
};

}  // namespace scheduledjob::kube
