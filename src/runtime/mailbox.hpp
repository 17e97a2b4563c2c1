// How every thread speaks to the loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/input.hpp"
#include "schedule/instant.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::runtime {

// A queue of inputs with many posters and one taker. The inputs of one poster are taken in its order.
class Mailbox {
 public:
  // More than `crowded` inputs are let wait only for post(). The default bounds what a list of a large
  // cluster can pile up.
  explicit Mailbox(std::size_t crowded = 4096) : crowded_(crowded) {}

  // For how many inputs there is room from one turn to the next; what a list needs beyond is freed.
  static constexpr std::size_t kKept = 256;

  // Never blocks. For whoever posts a bounded number of inputs: answers to effects, signals.
  void post(engine::Input input) {
    {
      const sync::MutexLock lock(mutex_);
      if (closed_) return;
      inputs_.push_back(std::move(input));
    }
    posted_.notify_one();
  }

  // Waits while the mailbox is crowded. For the watches, whose supply has no bound.
  void post_when_there_is_room(engine::Input input) {
    {
      const sync::MutexLock lock(mutex_);
      while (inputs_.size() >= crowded_ && !closed_) taken_.wait(mutex_);
      if (closed_) return;
      inputs_.push_back(std::move(input));
    }
    posted_.notify_one();
  }

  // Replaces the contents of `inbox` by everything posted so far. When that is nothing, waits for it, until
  // `deadline` by the wall clock at the latest: a clock that is set takes the deadline along.
  void take(std::vector<engine::Input>& inbox, schedule::Instant deadline) {
    inbox.clear();
    if (inbox.capacity() > kKept) inbox.shrink_to_fit();
    {
      const sync::MutexLock lock(mutex_);
      while (inputs_.empty() && posted_.wait_until(mutex_, deadline)) {
      }
      inputs_.swap(inbox);
    }
    taken_.notify_all();
  }

  // From now on what is posted is dropped and nobody waits for room.
  void close() {
    {
      const sync::MutexLock lock(mutex_);
      closed_ = true;
      inputs_.clear();
    }
    taken_.notify_all();
  }

 private:
  const std::size_t crowded_;
  sync::Mutex mutex_;
  sync::Condition posted_;
  sync::Condition taken_;
  std::vector<engine::Input> inputs_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace scheduledjob::runtime
