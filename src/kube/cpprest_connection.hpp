// The connections that are kept from one exchange to the next. Included by cpprest_transport.cpp only.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <cpprest/http_client.h>

#include "kube/inbound_limit.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::kube {

// A client of the library's that serves one exchange at a time, and therefore has one connection.
struct Connection {
  std::shared_ptr<InboundLimit> inbound;
  std::shared_ptr<web::http::client::http_client> client;
};

// Thread-safe.
class IdleConnections {
 public:
  // The one that was used last, so that those that are not needed grow old and are closed.
  std::optional<Connection> take() {
    const sync::MutexLock lock(mutex_);
    if (idle_.empty()) return std::nullopt;
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  // After a whole answer.
  void keep(Connection connection) {
    const sync::MutexLock lock(mutex_);
    failures_ = 0;
    idle_.push_back(std::move(connection));
  }

  // An exchange failed, and its connection with it. After several in a row the idle ones are likely dead,
  // too.
  void note_failure() {
    std::vector<Connection> dropped;  // outside of the lock
    const sync::MutexLock lock(mutex_);
    if (++failures_ < kFailuresBeforeAllAreDropped) return;
    failures_ = 0;
    dropped.swap(idle_);
  }

 private:
  static constexpr int kFailuresBeforeAllAreDropped = 3;

  sync::Mutex mutex_;
  std::vector<Connection> idle_ ABSL_GUARDED_BY(mutex_);
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;  // since the last whole answer
};

}  // namespace scheduledjob::kube
