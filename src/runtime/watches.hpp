// All watches of one process: of each kind one, or one a namespace where only some are served.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/input.hpp"
#include "kube/transport.hpp"
#include "runtime/log.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/telemetry.hpp"
#include "runtime/watch.hpp"
#include "runtime/watchdog.hpp"

namespace scheduledjob::runtime {

class Watches {
 public:
  // A watch to be: what it sees, and the connection that it has for itself.
  struct Plan {
    Source source;
    std::string namespace_;  // empty: all
    std::unique_ptr<kube::Transport> transport;
  };

  Watches(std::vector<Plan> plans, Mailbox& mailbox, Telemetry& telemetry, Log& log);

  void start();

  // As Watch::request_stop(), of each.
  void request_stop();

  // As Watch::hurry(), of each, or of those of one kind. Thread-safe.
  void hurry();
  void hurry(engine::Kind kind);

  // What ends the process when it shows no sign for `silence`. Refers to this.
  std::vector<Watched> watched(std::chrono::seconds silence) const;

 private:
  struct Named {
    engine::Kind kind;
    std::string name;  // for people
    std::unique_ptr<Watch> watch;
  };
  std::vector<Named> watches_;
};

}  // namespace scheduledjob::runtime
