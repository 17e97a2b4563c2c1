// One request and its answer, handed from the HTTP library's threads to the thread that waits for it.
//
// Both sides hold it by shared_ptr: a caller that gives up leaves at once, and whatever the library still
// reports goes nowhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "kube/transport.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::kube {

// Thread-safe.
class Exchange {
 public:
  using Clock = std::chrono::steady_clock;

  // What happens to bytes beyond the limit: the exchange fails, or the library must wait until the caller has
  // taken some.
  enum class Overflow { kFails, kWaits };

  struct Failure {
    int code = 0;  // the library's error number; 0: none
    std::string what;
  };

  Exchange(std::size_t limit, Overflow overflow) : limit_(limit), overflow_(overflow) {}

  // --- For the library's threads.

  // The request's headers have left this process: from here on the server may carry it out.
  void written();

  // Status and headers; the body of `head` is ignored.
  void answered(Response head);

  // Takes the bytes, or returns false when the exchange must be broken off: too many bytes, or nobody waits
  // any more. When the caller is behind, `hold` is set and `resume` is called as soon as it has caught up.
  bool received(std::string_view bytes, bool& hold, std::function<void()> resume);

  void ended(std::optional<Failure> failure);

  // --- For the thread that waits.

  enum class Event { kBytes, kEnded, kTimedOut, kStopped };

  // Waits for the whole exchange.
  Event wait_for_end(Clock::time_point deadline);

  // Waits for the head and then for bytes, which replace `bytes`. kStopped after stop().
  Event wait_for_bytes(std::string& bytes, Clock::time_point deadline);

  void stop();

  // Refuses all that still comes.
  void abandon();

  // Valid once answered; the body holds what was collected and not taken by wait_for_bytes().
  Response take_response();
  std::optional<Response> head() const;

  bool was_written() const;
  bool overflowed() const;
  std::optional<Failure> failure() const;

 private:
  bool wait_is_over() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::function<void()> take_resume() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t limit_;
  const Overflow overflow_;
  mutable sync::Mutex mutex_;
  sync::Condition changed_;
  std::optional<Response> head_ ABSL_GUARDED_BY(mutex_);
  std::string bytes_ ABSL_GUARDED_BY(mutex_);
  std::function<void()> resume_ ABSL_GUARDED_BY(mutex_);
  std::optional<Failure> failure_ ABSL_GUARDED_BY(mutex_);
  bool written_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool abandoned_ ABSL_GUARDED_BY(mutex_) = false;
  bool overflowed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace scheduledjob::kube
