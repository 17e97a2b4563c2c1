#include "sim/timeline.hpp"

#include <algorithm>
#include <utility>

namespace scheduledjob::sim {

void Timeline::at(Instant time, std::function<void()> event) {
  planned_.push_back({std::max(time, now_), order_++, std::move(event)});
  std::push_heap(planned_.begin(), planned_.end(), later);
}

void Timeline::run_until(Instant end) {
  while (!planned_.empty() && planned_.front().time <= end) {
    std::pop_heap(planned_.begin(), planned_.end(), later);
    Planned next = std::move(planned_.back());
    planned_.pop_back();
    now_ = next.time;
    ++steps_;
    next.event();
  }
  now_ = std::max(now_, end);
}

}  // namespace scheduledjob::sim
