#include "server/bounded_http.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace scheduledjob::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = 4096;
constexpr std::chrono::milliseconds kDrainTime{500};

// Waits until `socket` has one of `events`; false when the deadline passes first.
bool wait_for(socket_t socket, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd entry{socket, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace

BoundedStream::BoundedStream(socket_t socket, const ConnectionLimits& limits)
    : socket_(socket),
      unread_allowance_(limits.request_bytes),
      read_deadline_(Clock::now() + limits.read_time),
      write_time_(limits.write_time) {}

bool BoundedStream::is_readable() const {
  return position_ < buffer_.size() || wait_for(socket_, POLLIN, read_deadline_);
}

bool BoundedStream::is_writable() const {
  return wait_for(socket_, POLLOUT, Clock::now() + write_time_);
}

bool BoundedStream::fill() {
  if (unread_allowance_ == 0 || !wait_for(socket_, POLLIN, read_deadline_)) return false;
  buffer_.resize(std::min(kReadSize, unread_allowance_));
  const ssize_t received = ::recv(socket_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  buffer_.resize(received > 0 ? static_cast<std::size_t>(received) : 0);
  position_ = 0;
  unread_allowance_ -= buffer_.size();
  return !buffer_.empty();
}

ssize_t BoundedStream::read(char* data, std::size_t size) {
  if (position_ == buffer_.size() && !fill()) return 0;
  const std::size_t taken = std::min(size, buffer_.size() - position_);
  std::memcpy(data, buffer_.data() + position_, taken);
  position_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t BoundedStream::write(const char* data, std::size_t size) {
  if (write_deadline_ == Clock::time_point{}) write_deadline_ = Clock::now() + write_time_;
  if (!wait_for(socket_, POLLOUT, write_deadline_)) return -1;
  return ::send(socket_, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void BoundedStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

void BoundedStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ip.clear();
  port = 0;
}

void BoundedStream::drain() {
  read_deadline_ = std::min(read_deadline_, Clock::now() + kDrainTime);
  while (fill()) {
  }
}

BoundedQueue::BoundedQueue(std::size_t threads, std::size_t capacity) : capacity_(capacity) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void BoundedQueue::enqueue(std::function<void()> task) {
  const sync::MutexLock lock(mutex_);
  while (tasks_.size() >= capacity_) changed_.wait(mutex_);
  tasks_.push_back(std::move(task));
  changed_.notify_all();
}

void BoundedQueue::shutdown() {
  {
    const sync::MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void BoundedQueue::work() {
  for (;;) {
    std::function<void()> task;
    {
      const sync::MutexLock lock(mutex_);
      while (tasks_.empty() && !stopping_) changed_.wait(mutex_);
      if (tasks_.empty()) return;
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    changed_.notify_all();
    task();
  }
}

bool BoundedHttpServer::process_and_close_socket(socket_t socket) {
  BoundedStream stream(socket, limits_);
  bool answered = false;
  try {
    bool closed = false;
    // A page is small and served whole: honouring Range would let one request ask for the page thousands of
    // times over.
    const auto ignore_ranges = [](httplib::Request& request) { request.ranges.clear(); };
    answered = process_request(stream, /*close_connection=*/true, closed, ignore_ranges);
  } catch (const std::exception&) {
    answered = false;
  }
  ::shutdown(socket, SHUT_WR);
  stream.drain();
  ::close(socket);
  return answered;
}

}  // namespace scheduledjob::server
