// The workers that write to the API server, and what they do first.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "runtime/concurrency_limit.hpp"
#include "runtime/telemetry.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::runtime {

// A bounded number of threads that take tasks from lanes: from the most important lane that is not empty,
// first come first served within it. Every kRelief-th task is the one that has waited longest instead, once
// that is longer than `patience`, so that no lane starves: what may wait does, for as long as a burst lasts.
// How many run at one time is found by trying (ConcurrencyLimit). Threads are made when a task needs one, and
// kept.
//
// Thread-safe. Tasks may block; they must not throw.
class WriteLanes {
 public:
  using Task = std::function<void()>;
  static constexpr std::size_t kRelief = 32;
  static constexpr std::chrono::seconds kPatience{10};

  // At most `max_in_flight` (at least 1) tasks run at one time.
  WriteLanes(std::size_t max_in_flight, Telemetry& telemetry, std::chrono::milliseconds patience = kPatience);

  // The server is overloaded: fewer tasks run from now on, and none begins before `wait` has passed, as its
  // Retry-After asks (bounded by kLongestWait).
  static constexpr std::chrono::seconds kLongestWait{30};
  void slow_down(std::chrono::milliseconds wait);

  // The server gave no answer in time, to whatever it was: fewer tasks run from now on, but not the fewest.
  void ease_off();

  // As stop(Rest::kDiscard).
  ~WriteLanes();
  WriteLanes(const WriteLanes&) = delete;
  WriteLanes& operator=(const WriteLanes&) = delete;

  // Never blocks. Ignored after stop().
  void post(Lane lane, Task task);

  // The number of the task that has been running for the longest time, nothing while none runs. Tasks are
  // numbered as they begin.
  std::optional<std::uint64_t> oldest_task() const;

  // Returns when no task runs any more; the rest of them is run before, or dropped.
  enum class Rest { kRun, kDiscard };
  void stop(Rest rest);

 private:
  struct Waiting {
    Task task;
    std::chrono::steady_clock::time_point since;
  };
  using LaneQueue = std::deque<Waiting>;

  struct Running {
    std::uint64_t number;
    Lane lane;
    Task task;
    bool saturated;  // as many run or wait as may run
    std::chrono::steady_clock::time_point since;
  };

  void work();
  std::optional<Running> begin_next();  // blocks; nothing: there is no more to do
  void end(const Running& task);
  void find_worker() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);  // for a task that waits
  bool may_begin() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::size_t demand() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);  // tasks that run or wait
  LaneQueue* pick() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);           // null: all are empty
  static bool waits_longer(const LaneQueue& a, const LaneQueue& b);  // its first task; an empty one does not

  Telemetry& telemetry_;
  const std::chrono::milliseconds patience_;
  mutable sync::Mutex mutex_;
  sync::Condition changed_;
  std::array<LaneQueue, kLaneCount> lanes_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t picks_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<std::uint64_t> running_ ABSL_GUARDED_BY(mutex_);  // by number, of which each pick is one
  ConcurrencyLimit limit_ ABSL_GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point held_until_ ABSL_GUARDED_BY(mutex_){};
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::size_t idle_ ABSL_GUARDED_BY(mutex_) = 0;  // workers that wait
  std::vector<std::thread> workers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace scheduledjob::runtime
