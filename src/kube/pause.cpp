#include "kube/pause.hpp"

#include <condition_variable>
#include <mutex>

namespace scheduledjob::kube {

void pause(std::chrono::nanoseconds duration, const std::stop_token& stop) {
  if (duration <= std::chrono::nanoseconds::zero()) return;
  std::mutex mutex;
  std::condition_variable_any never;
  std::unique_lock lock(mutex);
  never.wait_for(lock, stop, duration, [] { return false; });
}

}  // namespace scheduledjob::kube
