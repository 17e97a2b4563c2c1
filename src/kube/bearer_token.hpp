// The bearer token of the configuration, or of a file that the kubelet renews.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "kube/credentials.hpp"

namespace scheduledjob::kube {

// A token from a file is at most a minute old, and read again after a refusal.
class BearerToken final : public Credentials {
 public:
  // `file` wins over `token`; both empty: there is no token, which is no error.
  BearerToken(std::string token, std::string file) : token_(std::move(token)), file_(std::move(file)) {}

  // Neither waits for anything but the file.
  absl::StatusOr<Credential> current(Clock::time_point deadline, const std::stop_token& stop) override;
  std::optional<Credential> renewed(const Credential& refused, Clock::time_point deadline,
                                    const std::stop_token& stop) override;

 private:
  absl::Status read();  // requires mutex_

  std::mutex mutex_;
  std::string token_;
  const std::string file_;
  Clock::time_point read_at_{};
  bool was_read_ = false;
};

}  // namespace scheduledjob::kube
