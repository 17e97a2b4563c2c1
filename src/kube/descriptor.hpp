// A file descriptor that is closed when nobody holds it any more.
#pragma once

#include <utility>

#include <unistd.h>

namespace scheduledjob::kube {

class Descriptor {
 public:
  Descriptor() = default;  // holds none
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  int get() const { return fd_; }  // negative: none

 private:
  int fd_ = -1;
};

}  // namespace scheduledjob::kube
