// How many requests may be under way at one time.
#pragma once

#include <chrono>
#include <cstddef>

#include "sync/mutex.hpp"

namespace scheduledjob::kube {

// Thread-safe.
class InFlightLimit {
 public:
  explicit InFlightLimit(std::size_t most) : free_(most) {}

  // One place, given back when it goes out of scope; it is false when none became free in time.
  class Place {
   public:
    explicit Place(InFlightLimit* limit) : limit_(limit) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      if (limit_ != nullptr) limit_->release();
    }
    explicit operator bool() const { return limit_ != nullptr; }

   private:
    InFlightLimit* limit_;
  };

  Place enter(std::chrono::steady_clock::time_point deadline) {
    const sync::MutexLock lock(mutex_);
    while (free_ == 0) {
      if (!freed_.wait_until(mutex_, deadline) && free_ == 0) return Place(nullptr);
    }
    --free_;
    return Place(this);
  }

 private:
  void release() {
    {
      const sync::MutexLock lock(mutex_);
      ++free_;
    }
    freed_.notify_one();
  }

  sync::Mutex mutex_;
  sync::Condition freed_;
  std::size_t free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace scheduledjob::kube
