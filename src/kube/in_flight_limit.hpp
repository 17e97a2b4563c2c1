// How many requests may be under way at one time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

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
    std::unique_lock lock(mutex_);
    if (!freed_.wait_until(lock, deadline, [this] { return free_ > 0; })) return Place(nullptr);
    --free_;
    return Place(this);
  }

 private:
  void release() {
    {
      std::lock_guard lock(mutex_);
      ++free_;
    }
    freed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t free_;
};

}  // namespace scheduledjob::kube
