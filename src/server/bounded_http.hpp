// What a peer can cost us at most: cpp-httplib alone bounds neither the length of a request's head nor how
// long a peer may dawdle over it, and queues connections without end. Here each connection carries one
// request of bounded size in bounded time, and only so many wait at once.
//
// A private header: the only one that includes httplib.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include <httplib.h>

#include "sync/mutex.hpp"

namespace scheduledjob::server {

struct ConnectionLimits {
  std::size_t request_bytes = 16'384;            // head and body
  std::chrono::milliseconds read_time{3'000};    // for the whole request
  std::chrono::milliseconds write_time{10'000};  // for the whole answer
};

// One accepted connection as httplib's Stream. A limit that is reached reads as the end of the connection.
class BoundedStream final : public httplib::Stream {
 public:
  BoundedStream(socket_t socket, const ConnectionLimits& limits);

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* data, std::size_t size) override;
  ssize_t write(const char* data, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

  // Takes what the peer has still to say, within the limits. Closing with unread bytes would reset the
  // connection and could destroy the answer before the peer has read it.
  void drain();

 private:
  using Clock = std::chrono::steady_clock;
  bool fill();

  socket_t socket_;
  std::size_t unread_allowance_;
  Clock::time_point read_deadline_;
  std::chrono::milliseconds write_time_;
  Clock::time_point write_deadline_{};  // set by the first write
  std::vector<char> buffer_;
  std::size_t position_ = 0;
};

// A fixed number of threads and a queue of fixed length; when it is full, enqueue() waits, and the kernel's
// backlog holds or refuses new peers.
class BoundedQueue final : public httplib::TaskQueue {
 public:
  BoundedQueue(std::size_t threads, std::size_t capacity);

  void enqueue(std::function<void()> task) override;
  void shutdown() override;  // runs what is queued, then joins the threads

 private:
  void work();

  const std::size_t capacity_;
  sync::Mutex mutex_;
  sync::Condition changed_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

// httplib's server with these limits on each connection: one request, then it is closed. Exceptions end the
// connection only.
class BoundedHttpServer final : public httplib::Server {
 public:
  explicit BoundedHttpServer(ConnectionLimits limits) : limits_(limits) {}

 private:
  bool process_and_close_socket(socket_t socket) override;

  ConnectionLimits limits_;
};

}  // namespace scheduledjob::server
