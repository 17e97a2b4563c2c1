// Whether this replica acts or stands by.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/client.hpp"
#include "kube/leader_election.hpp"
#include "runtime/log.hpp"
#include "runtime/settings.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// Takes part in the election on a thread of its own, or, where the settings say that there is none, leads
// from the start.
class Leadership {
 public:
  // Called at most once each, from the election's thread or from start().
  struct Callbacks {
    std::function<void()> acquired;
    std::function<void()> lost;  // the process must end
  };

  // `client` should have connections of its own. The Lease lives in `lease_namespace`.
  Leadership(kube::Client& client, const Settings& settings, const std::string& lease_namespace,
             Telemetry& telemetry, Log& log, Callbacks callbacks);

  // As stop().
  ~Leadership();
  Leadership(const Leadership&) = delete;
  Leadership& operator=(const Leadership&) = delete;

  void start();

  // Releases the lease if it is held, closes the fence, and returns when the election has ended. Idempotent.
  void stop();

  // Open while this process may write.
  const kube::Fence& fence() const { return fence_; }

  // By which this replica is told from others.
  const std::string& identity() const { return identity_; }

  // Reads the lease. Thread-safe; blocks.
  absl::StatusOr<bool> still_leader();

 private:
  void take_part(const std::stop_token& stop);
  void lead();

  Telemetry& telemetry_;
  Log& log_;
  const Callbacks callbacks_;
  const std::string identity_;
  std::string lease_;
  kube::Fence fence_;
  std::optional<kube::LeaderElection> election_;
  std::jthread thread_;
};

}  // namespace scheduledjob::runtime
