// One kind's watch: its connection, its thread, and the way from there into the mailbox.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "engine/input.hpp"
#include "kube/transport.hpp"
#include "kube/watcher.hpp"
#include "runtime/feed.hpp"
#include "runtime/log.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

class Watch {
 public:
  // `namespace_`: the only one that is watched; empty: all.
  Watch(Source source, const std::string& namespace_, std::unique_ptr<kube::Transport> transport,
        Mailbox& mailbox, Telemetry& telemetry, Log& log);

  void start();

  // The thread ends soon; it may wait for room in the mailbox before. The destructor waits for it.
  void request_stop();

  // As Feed::signs(). Thread-safe.
  std::uint64_t signs() const { return feed_.signs(); }

  // Makes the watch show within a second or two how far it is. Thread-safe.
  void hurry();

 private:
  const std::unique_ptr<kube::Transport> transport_;
  Feed feed_;
  kube::Watcher watcher_;
  std::jthread thread_;
};

}  // namespace scheduledjob::runtime
