// The workers that write to the API server, and what they do first.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "runtime/concurrency_limit.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// A bounded number of threads that take tasks from lanes: from the most important lane that is not empty,
// first come first served within it. Every kRelief-th task is taken from the least important one instead, so
// that none starves. How many run at one time is found by trying (ConcurrencyLimit).
//
// Thread-safe. Tasks may block; they must not throw.
class WriteLanes {
 public:
  using Task = std::function<void()>;
  static constexpr std::size_t kRelief = 16;

  // At most `max_in_flight` (at least 1) tasks run at one time.
  WriteLanes(std::size_t max_in_flight, Telemetry& telemetry);

  // The server is overloaded: fewer tasks run from now on, and none begins before `wait` has passed, as its
  // Retry-After asks (bounded by kLongestWait).
  static constexpr std::chrono::seconds kLongestWait{30};
  void slow_down(std::chrono::milliseconds wait);

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

  void work();
  bool may_begin() const;  // requires mutex_
  LaneQueue* pick();       // null: all are empty

  Telemetry& telemetry_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_:
  std::array<LaneQueue, kLaneCount> lanes_;
  std::uint64_t picks_ = 0;
  std::set<std::uint64_t> running_;  // by number, of which each pick is one
  ConcurrencyLimit limit_;
  std::chrono::steady_clock::time_point held_until_{};
  bool stopping_ = false;

  std::vector<std::thread> workers_;
};

}  // namespace scheduledjob::runtime
