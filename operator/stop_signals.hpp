// SIGTERM and SIGINT as a request to stop.
#pragma once

#include <atomic>
#include <functional>
#include <stop_token>
#include <thread>

#include <signal.h>

namespace scheduledjob::program {

// Make one before any other thread exists, so that every thread inherits the blocked signals and only this
// one's receives them.
//
// The first signal requests the stop and calls `on_first` with its name; the second ends the process at once
// with 128 + its number.
class StopSignals {
 public:
  explicit StopSignals(std::function<void(const char* signal)> on_first);
  ~StopSignals();  // signals mean again what they meant before
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait(const std::function<void(const char*)>& on_first);

  sigset_t handled_{};
  sigset_t mask_before_{};
  std::stop_source stop_;
  std::atomic<bool> closing_{false};
  std::thread thread_;
};

}  // namespace scheduledjob::program
