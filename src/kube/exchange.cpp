#include "kube/exchange.hpp"

#include <utility>

namespace scheduledjob::kube {

void Exchange::written() {
  const sync::MutexLock lock(mutex_);
  written_ = true;
}

void Exchange::answered(Response head) {
  {
    const sync::MutexLock lock(mutex_);
    head_ = std::move(head);
  }
  // Whoever collects the whole body is woken once, at its end.
  if (overflow_ == Overflow::kWaits) changed_.notify_all();
}

bool Exchange::received(std::string_view bytes, bool& hold, std::function<void()> resume) {
  {
    const sync::MutexLock lock(mutex_);
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
    const sync::MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
    failure_ = std::move(failure);
  }
  changed_.notify_all();
}

Exchange::Event Exchange::wait_for_end(Clock::time_point deadline) {
  const sync::MutexLock lock(mutex_);
  while (!ended_) {
    if (!changed_.wait_until(mutex_, deadline) && !ended_) return Event::kTimedOut;
  }
  return Event::kEnded;
}

Exchange::Event Exchange::wait_for_bytes(std::string& bytes, Clock::time_point deadline) {
  std::function<void()> resume;
  {
    const sync::MutexLock lock(mutex_);
    while (!wait_is_over()) {
      if (!changed_.wait_until(mutex_, deadline) && !wait_is_over()) return Event::kTimedOut;
    }
    if (stopped_) return Event::kStopped;
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
    const sync::MutexLock lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

void Exchange::abandon() {
  std::function<void()> resume;
  {
    const sync::MutexLock lock(mutex_);
    abandoned_ = true;
    resume = take_resume();
  }
  // A library thread that waits for us must come to know that nobody will take its bytes.
  if (resume) resume();
}

Response Exchange::take_response() {
  const sync::MutexLock lock(mutex_);
  Response response = std::move(head_).value_or(Response{});
  response.body = std::move(bytes_);
  return response;
}

std::optional<Response> Exchange::head() const {
  const sync::MutexLock lock(mutex_);
  return head_;
}

bool Exchange::was_written() const {
  const sync::MutexLock lock(mutex_);
  return written_;
}

bool Exchange::overflowed() const {
  const sync::MutexLock lock(mutex_);
  return overflowed_;
}

std::optional<Exchange::Failure> Exchange::failure() const {
  const sync::MutexLock lock(mutex_);
  return failure_;
}

bool Exchange::wait_is_over() const {
  return stopped_ || ended_ || (head_.has_value() && !bytes_.empty());
}

std::function<void()> Exchange::take_resume() {
  return std::exchange(resume_, nullptr);
}

}  // namespace scheduledjob::kube
