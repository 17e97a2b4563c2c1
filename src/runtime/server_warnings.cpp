#include "runtime/server_warnings.hpp"

namespace scheduledjob::runtime {

void ServerWarnings::tell(const std::string& warning) {
  {
    const sync::MutexLock lock(mutex_);
    if (told_.size() >= kMost || !told_.insert(warning).second) return;
  }
  log_.warning("The API server warns", {{"warning", warning}});
}

}  // namespace scheduledjob::runtime
