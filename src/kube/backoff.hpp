// How long to wait before the next try.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace scheduledjob::kube {

// Doubles up to a limit; each wait is drawn anew from zero to that, so that many clients do not come back
// together.
class Backoff {
 public:
  // `random` gives numbers uniform in [0, 1).
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest, std::function<double()> random)
      : first_(first), longest_(longest), random_(std::move(random)), ceiling_(first) {}

  std::chrono::milliseconds next() {
    const auto drawn = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::duration<double>(ceiling_) * random_());
    ceiling_ = std::min(ceiling_ * 2, longest_);
    return drawn;
  }

  void reset() { ceiling_ = first_; }

 private:
  const std::chrono::milliseconds first_;
  const std::chrono::milliseconds longest_;
  const std::function<double()> random_;
  std::chrono::milliseconds ceiling_;
};

}  // namespace scheduledjob::kube
