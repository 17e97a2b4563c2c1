// One process's watch of one kind: a list, then changes, for ever; as kube/watcher and runtime/feed do it.
#pragma once

#include <functional>

#include "engine/input.hpp"
#include "sim/model_server.hpp"
#include "sim/network.hpp"

namespace scheduledjob::sim {

// What a list shows.
struct Snapshot {
  std::vector<Change> items;
  ResourceVersion version = 0;
};

class WatchStream {
 public:
  struct Surroundings {
    engine::Kind kind;
    int replica;
    Timeline& time;
    const ModelServer& server;
    Weather& weather;
    Dice dice;
    bool first_page_only;  // a deliberate bug
    std::function<void(engine::Input)> post;
    // Of the process: neither happens when it is gone, both wait while it is frozen.
    std::function<void(Duration, std::function<void()>)> later;
    std::function<void(std::function<absl::StatusOr<Snapshot>()>, std::function<void(Reply<Snapshot>)>)> call;
  };
  explicit WatchStream(Surroundings around) : around_(std::move(around)) {}

  void start() { list(); }
  void server_changed();  // something was appended to the log
  void hurry();
  void break_off();  // resumes from where it was
  void expire();     // where it was is gone: lists again

 private:
  void list();
  void deliver_list(const std::vector<Change>& items, ResourceVersion version, std::size_t from);
  void connect();
  void schedule_bookmark(Duration delay);
  void pump();
  void deliver(const Change& change);
  void deliver_through(ResourceVersion version);

  Surroundings around_;
  bool connected_ = false;
  bool pumping_ = false;
  bool list_again_ = false;
  std::uint64_t connection_ = 0;  // what belongs to an earlier one is void
  ResourceVersion version_ = 0;
  std::size_t cursor_ = 0;  // into the server's log
  Duration backoff_{0};
};

}  // namespace scheduledjob::sim
