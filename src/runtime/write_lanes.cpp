#include "runtime/write_lanes.hpp"

#include <algorithm>
#include <numeric>
#include <system_error>
#include <utility>

namespace scheduledjob::runtime {

namespace {

using Steady = std::chrono::steady_clock;

std::chrono::microseconds elapsed(Steady::time_point since, Steady::time_point until) {
  return std::chrono::floor<std::chrono::microseconds>(until - since);
}

}  // namespace

WriteLanes::WriteLanes(std::size_t max_in_flight, Telemetry& telemetry, std::chrono::milliseconds patience)
    : telemetry_(telemetry), patience_(patience), limit_({.most = max_in_flight}) {
  telemetry_.set_in_flight_limit(limit_.limit());
}

WriteLanes::~WriteLanes() {
  stop(Rest::kDiscard);
}

void WriteLanes::post(Lane lane, Task task) {
  const sync::MutexLock lock(mutex_);
  if (stopping_) return;
  LaneQueue& queue = lanes_[static_cast<std::size_t>(lane)];
  queue.push_back({std::move(task), Steady::now()});
  telemetry_.task_added(lane, queue.size());
  find_worker();
}

// One of those that wait may have been called before and be on its way: once it has a task, it finds a worker
// for the next.
void WriteLanes::find_worker() try {
  if (running_.size() >= limit_.limit()) return;  // the next to end goes on with it
  if (idle_ > 0) {
    changed_.notify_one();
  } else if (workers_.size() < limit_.limit() && !stopping_) {
    workers_.emplace_back([this] { work(); });
  }
} catch (const std::system_error&) {
  if (workers_.empty()) throw;  // else those that exist must do
}

void WriteLanes::slow_down(std::chrono::milliseconds wait) {
  const Steady::time_point now = Steady::now();
  const sync::MutexLock lock(mutex_);
  limit_.overloaded(ConcurrencyLimit::Sign::kRefused, now.time_since_epoch());
  telemetry_.set_in_flight_limit(limit_.limit());
  held_until_ = std::max(held_until_, now + std::min<std::chrono::milliseconds>(wait, kLongestWait));
}

void WriteLanes::ease_off() {
  const sync::MutexLock lock(mutex_);
  limit_.overloaded(ConcurrencyLimit::Sign::kUnanswered, Steady::now().time_since_epoch());
  telemetry_.set_in_flight_limit(limit_.limit());
}

std::optional<std::uint64_t> WriteLanes::oldest_task() const {
  const sync::MutexLock lock(mutex_);
  return running_.empty() ? std::nullopt : std::optional(*running_.begin());
}

void WriteLanes::stop(Rest rest) {
  std::vector<std::thread> workers;
  {
    const sync::MutexLock lock(mutex_);
    stopping_ = true;
    workers.swap(workers_);
    if (rest == Rest::kDiscard) {
      for (std::size_t lane = 0; lane < kLaneCount; ++lane) {
        lanes_[lane].clear();
        telemetry_.lane_cleared(static_cast<Lane>(lane));
      }
    }
  }
  changed_.notify_all();
  for (std::thread& worker : workers) worker.join();
}

bool WriteLanes::waits_longer(const LaneQueue& a, const LaneQueue& b) {
  if (a.empty() || b.empty()) return !a.empty();
  return a.front().since < b.front().since;
}

// What is left when we stop is carried out without regard to the server.
bool WriteLanes::may_begin() const {
  return stopping_ || (running_.size() < limit_.limit() && Steady::now() >= held_until_);
}

WriteLanes::LaneQueue* WriteLanes::pick() {
  const auto most_important =
      std::find_if(lanes_.begin(), lanes_.end(), [](const LaneQueue& queue) { return !queue.empty(); });
  if (most_important == lanes_.end()) return nullptr;
  if ((picks_ + 1) % kRelief != 0) return &*most_important;
  LaneQueue& oldest = *std::min_element(most_important, lanes_.end(), waits_longer);
  return Steady::now() - oldest.front().since > patience_ ? &oldest : &*most_important;
}

std::size_t WriteLanes::demand() const {
  return std::accumulate(lanes_.begin(), lanes_.end(), running_.size(),
                         [](std::size_t sum, const LaneQueue& queue) { return sum + queue.size(); });
}

void WriteLanes::work() {
  while (std::optional<Running> running = begin_next()) {
    running->task();
    running->task = nullptr;  // its destructor is work, too
    end(*running);
  }
}

std::optional<WriteLanes::Running> WriteLanes::begin_next() {
  const sync::MutexLock lock(mutex_);
  LaneQueue* queue = pick();
  while (queue == nullptr || !may_begin()) {
    if (queue == nullptr && stopping_) return std::nullopt;
    ++idle_;
    // The end of a hold wakes nobody.
    if (queue != nullptr && Steady::now() < held_until_) {
      changed_.wait_until(mutex_, held_until_);
    } else {
      changed_.wait(mutex_);
    }
    --idle_;
    queue = pick();
  }
  auto [task, since] = std::move(queue->front());
  queue->pop_front();
  const Lane lane = static_cast<Lane>(queue - lanes_.data());
  const Steady::time_point now = Steady::now();
  running_.insert(++picks_);
  telemetry_.task_taken(lane, queue->size(), elapsed(since, now));
  telemetry_.set_requests_in_flight(running_.size());
  if (demand() > running_.size()) find_worker();
  return Running{picks_, lane, std::move(task), demand() >= limit_.limit(), now};
}

void WriteLanes::end(const Running& task) {
  const sync::MutexLock lock(mutex_);
  running_.erase(task.number);
  telemetry_.set_requests_in_flight(running_.size());
  const Steady::time_point now = Steady::now();
  telemetry_.task_ended(task.lane, elapsed(task.since, now));
  limit_.completed(task.saturated, now.time_since_epoch());
  telemetry_.set_in_flight_limit(limit_.limit());
}

}  // namespace scheduledjob::runtime
