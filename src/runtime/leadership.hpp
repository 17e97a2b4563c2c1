// Whether this replica acts or stands by.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/input.hpp"
#include "kube/client.hpp"
#include "kube/leader_election.hpp"
#include "kube/transport.hpp"
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
    // Absent: the predecessor, if there was one, did not end in order.
    std::function<void(std::optional<engine::Handover>)> acquired;
    std::function<void()> lost;  // the process must end
  };

  // `client` should have connections of its own; `streams` carries the watch of a standby. The Lease lives in
  // `lease_namespace`.
  Leadership(kube::Client& client, kube::Transport& streams, const Settings& settings,
             const std::string& lease_namespace, Telemetry& telemetry, Log& log, Callbacks callbacks);

  // As stop({}).
  ~Leadership();
  Leadership(const Leadership&) = delete;
  Leadership& operator=(const Leadership&) = delete;

  void start();

  // Closes the fence, releases the lease if it is held, and returns when the election has ended. Idempotent.
  // Who leads next finds `handover`; a release that fails is tried again for `patience`.
  void stop(const std::optional<engine::Handover>& handover, std::chrono::milliseconds patience = {});

  // Open while this process may write.
  const kube::Fence& fence() const { return fence_; }

  // Another value with each renewal; nothing unless this process leads by an election. Thread-safe.
  std::optional<std::uint64_t> renewals() const;

  // By which this replica is told from others.
  const std::string& identity() const { return identity_; }

  // Reads the lease. Thread-safe; blocks.
  absl::StatusOr<bool> still_leader();

 private:
  void take_part(const std::stop_token& stop);
  void lead(const std::string& note);

  Telemetry& telemetry_;
  Log& log_;
  const Callbacks callbacks_;
  const std::string identity_;
  std::string lease_;
  kube::LeaderElection::Farewell farewell_;  // written before the election is stopped
  kube::Fence fence_;
  std::optional<kube::LeaderElection> election_;
  std::atomic<bool> leading_{false};
  std::jthread thread_;
};

}  // namespace scheduledjob::runtime
