#include "stop_signals.hpp"

#include <utility>

#include <pthread.h>
#include <unistd.h>

namespace scheduledjob::program {

StopSignals::StopSignals(std::function<void(const char*)> on_first) {
  sigemptyset(&handled_);
  sigaddset(&handled_, SIGTERM);
  sigaddset(&handled_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &handled_, &mask_before_);
  thread_ = std::thread([this, on_first = std::move(on_first)] { wait(on_first); });
}

StopSignals::~StopSignals() {
  closing_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);  // wakes the thread, and no other
  thread_.join();
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void StopSignals::wait(const std::function<void(const char*)>& on_first) {
  for (;;) {
    int signal = 0;
    if (sigwait(&handled_, &signal) != 0 || closing_) return;
    // Not exit(): other threads may hold any lock, and whoever signals twice wants an end now.
    if (stop_.stop_requested()) _exit(128 + signal);
    stop_.request_stop();
    on_first(signal == SIGTERM ? "SIGTERM" : "SIGINT");
  }
}

}  // namespace scheduledjob::program
