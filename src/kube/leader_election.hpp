// Leadership through a coordination.k8s.io/v1 Lease, compatible with client-go's.
//
// A Lease alone does not fence: a process that was frozen wakes up believing that it leads. Hence Fence: a
// deadline on CLOCK_BOOTTIME (which runs on while the machine sleeps), checked right before every write. What
// still slips through (a request already on the wire) is harmless, because creates are idempotent by name and
// status writes carry a resourceVersion.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kube/client.hpp"

namespace scheduledjob::kube {

// Nanoseconds since boot, suspended time included (CLOCK_BOOTTIME).
using BootTime = std::chrono::nanoseconds;
BootTime boot_time();

// True while this process may write. Thread-safe, lock-free.
class Fence {
 public:
  void extend(BootTime deadline) noexcept { deadline_.store(deadline.count(), std::memory_order_release); }
  void close() noexcept { deadline_.store(0, std::memory_order_release); }
  // When it closes unless it is extended; in the past, or zero, while it is closed.
  BootTime deadline() const noexcept { return BootTime{deadline_.load(std::memory_order_acquire)}; }
  bool open(BootTime now = boot_time()) const noexcept { return now < deadline(); }

 private:
  std::atomic<std::int64_t> deadline_{0};
};

struct LeaseOptions {
  std::string namespace_;
  std::string name = "scheduledjob-operator";
  std::string identity;  // unique for each process
  std::chrono::milliseconds lease_duration{15'000};
  std::chrono::milliseconds renew_deadline{10'000};
  std::chrono::milliseconds retry_period{2'000};
};

// What an election asks of time. The machine's, unless a test brings its own.
class ElectionClock {
 public:
  virtual ~ElectionClock() = default;
  virtual BootTime now();
  // Written into the Lease for people; no decision rests on it.
  virtual std::chrono::system_clock::time_point wall_time();
  // Returns early when `stop` is requested.
  virtual void wait(std::chrono::nanoseconds duration, const std::stop_token& stop);
  // Uniform in [0, 1).
  virtual double random();

  static ElectionClock& of_this_machine();
};

// One election. Takes part until stopped; never leads again after it lost.
//
// A candidate watches the lease that another holds, and so takes it at once when it is released. Where it may
// not watch (403) it looks each retry period, as client-go does. Other candidates may be of any kind.
class LeaderElection {
 public:
  // What a leader leaves when it is stopped.
  struct Farewell {
    std::string note;   // for the next leader
    BootTime until{0};  // the release is tried again until then; once in any case
  };

  // From the election's thread.
  struct Callbacks {
    // `note`: what the predecessor left when it released the lease; empty when it left nothing, or the lease
    // was taken from it.
    std::function<void(const std::string& note)> on_acquired;
    std::function<void(const std::string& holder)> on_new_leader;  // who holds the lease, when that changes
    std::function<void(const absl::Status& error)> on_error;       // for logs; the election goes on
    std::function<Farewell()> on_release;                          // right before; may be empty
  };

  // The Client should have a Transport of its own: renewals must not queue behind other writes. `streams`
  // carries the watch of a standby, and may be the same Transport.
  LeaderElection(Client& client, Transport& streams, LeaseOptions options, Fence& fence, Callbacks callbacks,
                 ElectionClock& clock = ElectionClock::of_this_machine());

  // Blocks. Returns OK when `stop` was requested while not leading or after the lease was released; kAborted
  // when the lease was lost (held by another, or not renewed within renew_deadline): the caller must end the
  // process. While leading, the fence is extended to (start of the last good renewal + lease_duration −
  // retry_period).
  absl::Status run(const std::stop_token& stop);

  // Reads the Lease now: true while it names us. For a writer that met a conflict.
  absl::StatusOr<bool> still_leader();

 private:
  class Candidate;
  Client& client_;
  Transport& streams_;
  const LeaseOptions options_;
  Fence& fence_;
  const Callbacks callbacks_;
  ElectionClock& clock_;
};

}  // namespace scheduledjob::kube
