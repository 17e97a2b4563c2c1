// How much memory the process has come to hold at most.
#pragma once

#include <cstddef>
#include <fstream>
#include <stdexcept>
#include <string>

namespace scheduledjob::kube::testing {

// Of the process, since this was made: the kernel's count of resident memory (VmHWM).
class PeakMemory {
 public:
  PeakMemory() {
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew; not allowed everywhere
    before_ = read("VmHWM:");
  }

  std::size_t growth() const {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return 0;  // a sanitizer keeps what was freed, and notes of its own
#else
    return read("VmHWM:") - before_;
#endif
  }

 private:
  static std::size_t read(const std::string& wanted) {
    std::ifstream status("/proc/self/status");
    for (std::string name; status >> name; status.ignore(1'000, '\n')) {
      std::size_t kilobytes = 0;
      if (name == wanted && status >> kilobytes) return kilobytes << 10;
    }
    throw std::runtime_error("the kernel does not tell " + wanted);
  }

  std::size_t before_ = 0;
};

}  // namespace scheduledjob::kube::testing
