// From a command line's choice of a cluster to a way to talk to it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cli/arguments.hpp"
#include "kube/transport.hpp"

namespace scheduledjob::cli {

struct Connection {
  std::unique_ptr<kube::Transport> transport;
  std::string default_namespace;
  std::string source;  // where its address comes from, for messages
};

// How commands get a connection; tests give their own.
using Connect = std::function<absl::StatusOr<Connection>(const ClusterChoice&)>;

// The real one. Starts the HTTP library's threads, so call it once, when nothing reads or writes the
// environment any more. Errors: those of kube::discover_cluster() and kube::make_transport().
absl::StatusOr<Connection> connect_to_cluster(const ClusterChoice& choice);

}  // namespace scheduledjob::cli
