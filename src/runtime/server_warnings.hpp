// What the API server warns of in its answers.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "runtime/log.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::runtime {

// Logs each text once, and no more than kMost of them in the life of a process. Thread-safe.
class ServerWarnings {
 public:
  static constexpr std::size_t kMost = 100;

  explicit ServerWarnings(Log& log) : log_(log) {}

  void tell(const std::string& warning);

 private:
  Log& log_;
  sync::Mutex mutex_;
  std::set<std::string> told_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace scheduledjob::runtime
