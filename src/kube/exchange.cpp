#include "kube/exchange.hpp"

#include <utility>

namespace scheduledjob::kube {

void Exchange::written() {
  std::lock_guard lock(mutex_);
  written_ = true;
}

void Exchange::answered(Response head) {
  {
    std::lock_guard lock(mutex_);
    head_ = std::move(head);
  }
  // Whoever collects the whole body is woken once, at its end.
  if (overflow_ == Overflow::kWaits) changed_.notify_all();
}

bool Exchange::received(std::string_view bytes, bool& hold, std::function<void()> resume) {
  {
    std::lock_guard lock(mutex_);
    if (abandoned_) return false;
    if (overflow_ == Overflow::kFails && bytes.size() > limit_ - bytes_.size()) {
      overflowed_ = true;
      return false;
    }
    bytes_.append(bytes);
    hold = overflow_ == Overflow::kWaits && bytes_.size() > limit_;
    if (hold) resume_ = std::move(resume);
  }
  if (overflow_ == Overflow::kWaits) changed_.notify_all();
  return true;
}

void Exchange::ended(std::optional<Failure> failure) {
  {
    std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
    failure_ = std::move(failure);
  }
  changed_.notify_all();
}

Exchange::Event Exchange::wait_for_end(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return ended_; }) ? Event::kEnded : Event::kTimedOut;
}

Exchange::Event Exchange::wait_for_bytes(std::string& bytes, Clock::time_point deadline) {
  std::function<void()> resume;
  {
    std::unique_lock lock(mutex_);
    const bool in_time = changed_.wait_until(
        lock, deadline, [this] { return stopped_ || ended_ || (head_.has_value() && !bytes_.empty()); });
    if (stopped_) return Event::kStopped;
    if (!in_time) return Event::kTimedOut;
    if (bytes_.empty()) return Event::kEnded;
    bytes.clear();
    std::swap(bytes, bytes_);
    resume = take_resume();
  }
  if (resume) resume();
  return Event::kBytes;
}

void Exchange::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

void Exchange::abandon() {
  std::function<void()> resume;
  {
    std::lock_guard lock(mutex_);
    abandoned_ = true;
    resume = take_resume();
  }
  // A library thread that waits for us must come to know that nobody will take its bytes.
  if (resume) resume();
}

Response Exchange::take_response() {
  std::lock_guard lock(mutex_);
  Response response = std::move(head_).value_or(Response{});
  response.body = std::move(bytes_);
  return response;
}

std::optional<Response> Exchange::head() const {
  std::lock_guard lock(mutex_);
  return head_;
}

bool Exchange::was_written() const {
  std::lock_guard lock(mutex_);
  return written_;
}

bool Exchange::overflowed() const {
  std::lock_guard lock(mutex_);
  return overflowed_;
}

std::optional<Exchange::Failure> Exchange::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

std::function<void()> Exchange::take_resume() {
  return std::exchange(resume_, nullptr);
}

}  // namespace scheduledjob::kube
