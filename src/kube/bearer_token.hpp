// The bearer token of the configuration, or of a file that the kubelet renews.
#pragma once

#include <string>
#include <utility>

#include "kube/credentials.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::kube {

// A token from a file is at most a minute old, and read again after a refusal.
class BearerToken final : public Credentials {
 public:
  // `file` wins over `token`; both empty: there is no token, which is no error.
  BearerToken(std::string token, std::string file) : file_(std::move(file)), token_(std::move(token)) {}

  // Neither waits for anything but the file.
  absl::StatusOr<Credential> current(Clock::time_point deadline, const std::stop_token& stop) override;
  std::optional<Credential> renewed(const Credential& refused, Clock::time_point deadline,
                                    const std::stop_token& stop) override;

 private:
  absl::Status read() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  sync::Mutex mutex_;
  const std::string file_;
  std::string token_ ABSL_GUARDED_BY(mutex_);
  Clock::time_point read_at_ ABSL_GUARDED_BY(mutex_){};
  bool was_read_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace scheduledjob::kube
