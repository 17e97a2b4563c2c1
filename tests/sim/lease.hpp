// The Lease in the API server, and one process's part in the election; as kube/leader_election does it,
// without threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/input.hpp"
#include "sim/network.hpp"

namespace scheduledjob::sim {

struct LeaseState {
  int holder = -1;            // a process; -1: nobody
  std::uint64_t version = 1;  // grows with each write
  std::chrono::nanoseconds duration{std::chrono::seconds{15}};
  std::optional<engine::Handover> handover;  // while nobody holds it: what the last holder left
};

// One for each history.
class LeaseModel {
 public:
  const LeaseState& read() const { return state_; }
  absl::StatusOr<LeaseState> write(LeaseState next, std::uint64_t expected) {
    if (state_.version != expected) return absl::AbortedError("the lease has been modified");
    next.version = state_.version + 1;
    return state_ = next;
  }

 private:
  LeaseState state_;
};

class Election {
 public:
  struct Surroundings {
    int process;
    LeaseModel& lease;
    std::function<std::chrono::nanoseconds()> boot;
    // Of the process: does not happen when it is gone, waits while it is frozen.
    std::function<void(Duration, std::function<void()>)> later;
    std::function<void(std::function<absl::StatusOr<LeaseState>()>, std::function<void(Reply<LeaseState>)>)>
        call;
    std::function<double()> random;  // in [0, 1)
    std::function<void(std::optional<engine::Handover>)> on_acquired;
    std::function<void()> on_lost;
  };
  explicit Election(Surroundings around) : around_(std::move(around)) {}

  void start() { try_to_acquire(); }
  // Gives the lease back; the process ends afterwards in any case.
  void release(std::optional<engine::Handover> handover);

  bool fence_open() const { return around_.boot() < fence_; }

 private:
  using Boot = std::chrono::nanoseconds;
  void try_to_acquire();
  void wait_for_the_lease();
  void keep();
  void renew(int rounds_left);
  void read_and_renew(int rounds_left);
  void see(const LeaseState& state);
  bool held_by_another(Boot now) const;
  void extend_fence(Boot begin);

  Surroundings around_;
  std::optional<LeaseState> seen_;
  Boot changed_at_{0};
  Boot renewed_at_{0};
  Boot fence_{0};
};

}  // namespace scheduledjob::sim
