// Tells when a burst of work is over.
#pragma once

#include <algorithm>
#include <cstddef>

namespace scheduledjob::runtime {

// Is told how much work each of equal stretches of time has brought. There is a burst when one brings at
// least kMuch, and it is over when one brings less than a tenth of the most. Not thread-safe.
class BurstWatch {
 public:
  static constexpr std::size_t kMuch = 1000;

  // True once for each burst.
  bool is_over_after(std::size_t work) {
    most_ = std::max(most_, work);
    if (most_ < kMuch || work >= most_ / 10) return false;
    most_ = work;
    return true;
  }

 private:
  std::size_t most_ = 0;  // since the last burst was over
};

}  // namespace scheduledjob::runtime
