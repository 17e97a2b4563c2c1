// Carries out what the engine asks for.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/effect.hpp"
#include "kube/client.hpp"
#include "kube/leader_election.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_recorder.hpp"
#include "runtime/log.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/telemetry.hpp"
#include "runtime/write_lanes.hpp"

namespace scheduledjob::runtime {

// Turns each effect into a task in a write lane, which makes the API calls and posts exactly one answer into
// the mailbox; what is only reported is published at once and has no answer. No write is sent while the fence
// is closed: it is answered with kCancelled.
//
// Everything it refers to must outlive the lanes' last task.
class EffectCarrier {
 public:
  struct Rooms {
    kube::Client& client;
    const kube::Fence& fence;
    WriteLanes& lanes;
    Mailbox& mailbox;
    const Clock& clock;
    EventRecorder& events;
    Telemetry& telemetry;
    Log& log;
  };

  // Called from the lanes' threads.
  struct Hooks {
    std::function<absl::StatusOr<bool>()> still_leader;  // reads the lease
    std::function<void()> leadership_lost;               // found out by a conflict: the process must end
    std::function<void(engine::Kind)> hurry_watch;
  };

  struct Options {
    std::chrono::seconds create_timeout;
    std::chrono::seconds ttl_margin;
    std::string namespace_{};                    // one that is served; empty: all are
    std::chrono::milliseconds min_backoff{100};  // of reads that must succeed
    std::chrono::milliseconds max_backoff{5'000};
  };

  // `stop` ends the retries of what must succeed; their answers are then left out.
  EffectCarrier(Rooms rooms, Hooks hooks, Options options, std::stop_token stop);

  // Never blocks.
  void carry(engine::Effect effect);

 private:
  void dispatch(engine::ReadBarrier effect);
  void dispatch(engine::CreateJob effect);
  void dispatch(engine::TryJob effect);
  void dispatch(engine::FetchJob effect);
  void dispatch(engine::DeleteJob effect);
  void dispatch(engine::WriteStatus effect);
  void dispatch(const engine::Report& effect);
  void dispatch(const engine::ConditionChanged& effect);

  void read_barrier(const engine::ReadBarrier& effect, std::chrono::milliseconds backoff);
  engine::CreateEnded create(const engine::CreateJob& effect);
  engine::JobTried try_job(const engine::TryJob& effect);
  engine::JobFetched fetch(const engine::FetchJob& effect);
  absl::Status remove(const engine::DeleteJob& effect);
  void write_status(const engine::WriteStatus& effect);
  void settle_conflict(const engine::WriteStatus& effect, const absl::Status& conflict);

  absl::StatusOr<std::optional<api::Job>> get_job(const std::string& namespace_, const std::string& name);
  absl::Status check_fence() const;
  // Until when a create that is sent now may be carried out: its timeout, or the end of the lease if that is
  // sooner.
  schedule::Instant create_before() const;
  void heed(const absl::Status& answer);  // when the server is overloaded, all write less

  Rooms rooms_;
  Hooks hooks_;
  Options options_;
  std::stop_token stop_;
};

}  // namespace scheduledjob::runtime
