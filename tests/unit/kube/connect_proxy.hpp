// An HTTP proxy on 127.0.0.1 that knows CONNECT only, and remembers what it was asked.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace scheduledjob::kube::testing {

class ConnectProxy {
 public:
  // What it answers to the head of a request instead of carrying it out; empty: it carries it out.
  using Refusal = std::function<std::string(const std::string& head)>;

  explicit ConnectProxy(Refusal refusal = {});
  ~ConnectProxy();

  int port() const { return port_; }
  std::vector<std::string> heads() const;  // of all requests so far

 private:
  void accept_until_stopped();
  void serve(int client);

  const Refusal refusal_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  std::vector<int> open_;
  std::list<std::jthread> clients_;
  std::jthread acceptor_;
};

}  // namespace scheduledjob::kube::testing
