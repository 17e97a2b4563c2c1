#include "runtime/write_lanes.hpp"

#include <algorithm>
#include <utility>

namespace scheduledjob::runtime {

namespace {

using Steady = std::chrono::steady_clock;

std::chrono::microseconds elapsed(Steady::time_point since, Steady::time_point until) {
  return std::chrono::floor<std::chrono::microseconds>(until - since);
}

}  // namespace

WriteLanes::WriteLanes(std::size_t max_in_flight, Telemetry& telemetry)
    : telemetry_(telemetry), limit_({.most = max_in_flight}) {
  telemetry_.set_in_flight_limit(limit_.limit());
  workers_.reserve(max_in_flight);
  for (std::size_t i = 0; i < std::max<std::size_t>(max_in_flight, 1); ++i) {
    workers_.emplace_back([this] { work(); });
  }
}

WriteLanes::~WriteLanes() {
  stop(Rest::kDiscard);
}

void WriteLanes::post(Lane lane, Task task) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    LaneQueue& queue = lanes_[static_cast<std::size_t>(lane)];
    queue.push_back({std::move(task), Steady::now()});
    telemetry_.task_added(lane, queue.size());
  }
  changed_.notify_one();
}

void WriteLanes::slow_down(std::chrono::milliseconds wait) {
  const Steady::time_point now = Steady::now();
  const std::lock_guard lock(mutex_);
  limit_.overloaded(now.time_since_epoch());
  telemetry_.set_in_flight_limit(limit_.limit());
  held_until_ = std::max(held_until_, now + std::min<std::chrono::milliseconds>(wait, kLongestWait));
}

std::optional<std::uint64_t> WriteLanes::oldest_task() const {
  const std::lock_guard lock(mutex_);
  return running_.empty() ? std::nullopt : std::optional(*running_.begin());
}

void WriteLanes::stop(Rest rest) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (rest == Rest::kDiscard) {
      for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
        lanes_[lane].clear();
        telemetry_.lane_cleared(static_cast<Lane>(lane));
      }
    }
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) {
    if (worker.joinable()) worker.join();
  }
}

// What is left when we stop is carried out without regard to the server.
bool WriteLanes::may_begin() const {
  return stopping_ || (running_.size() < limit_.limit() && Steady::now() >= held_until_);
}

WriteLanes::LaneQueue* WriteLanes::pick() {
  const auto has_tasks = [](const LaneQueue& queue) { return !queue.empty(); };
  if ((picks_ + 1) % kRelief == 0) {
    const auto least_important = std::find_if(lanes_.rbegin(), lanes_.rend(), has_tasks);
    return least_important == lanes_.rend() ? nullptr : &*least_important;
  }
  const auto most_important = std::find_if(lanes_.begin(), lanes_.end(), has_tasks);
  return most_important == lanes_.end() ? nullptr : &*most_important;
}

void WriteLanes::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    LaneQueue* queue = pick();
    if (queue == nullptr) {
      if (stopping_) return;
      changed_.wait(lock);
      continue;
    }
    if (!may_begin()) {
      // Who ends a task goes on with the next and wakes another; the end of a hold wakes nobody.
      if (Steady::now() < held_until_) {
        changed_.wait_until(lock, held_until_);
      } else {
        changed_.wait(lock);
      }
      continue;
    }
    const std::uint64_t number = ++picks_;
    running_.insert(number);
    auto [task, since] = std::move(queue->front());
    queue->pop_front();
    const Lane lane = static_cast<Lane>(queue - lanes_.data());
    const Steady::time_point begin = Steady::now();
    telemetry_.task_taken(lane, queue->size(), elapsed(since, begin));
    telemetry_.set_requests_in_flight(running_.size());
    const bool saturated = running_.size() >= limit_.limit();

    lock.unlock();
    task();
    task = nullptr;  // its destructor is work, too
    lock.lock();

    running_.erase(number);
    telemetry_.set_requests_in_flight(running_.size());
    const Steady::time_point end = Steady::now();
    telemetry_.task_ended(lane, elapsed(begin, end));
    limit_.completed(saturated, end.time_since_epoch());
    telemetry_.set_in_flight_limit(limit_.limit());
  }
}

}  // namespace scheduledjob::runtime
