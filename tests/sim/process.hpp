// One process of the operator: a real engine, and what runtime does around it, in the same order.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "runtime/clock.hpp"
#include "sim/lease.hpp"
#include "sim/machine.hpp"
#include "sim/model_server.hpp"
#include "sim/network.hpp"
#include "sim/sabotage.hpp"
#include "sim/watch_stream.hpp"
#include "sim/witness.hpp"

namespace scheduledjob::sim {

// What all processes share.
struct World {
  const Plan& plan;
  Timeline& time;
  ModelServer& server;
  Network& network;
  Weather& weather;
  LeaseModel& lease;
  Witness& witness;
  Trace& trace;
  Bug bug;
};

class Process : public std::enable_shared_from_this<Process> {
 public:
  // `number` is its own among all processes of the history. `on_end` is called when it ends by itself.
  Process(World& world, int number, int replica, Machine& machine, std::function<void()> on_end);

  void start();

  // -- What can happen to it
  void crash();
  void crash_at_effect(int countdown);  // right before it carries out the effect of that number from now on
  void freeze();
  void thaw();
  void stop();
  void clock_changed();
  void server_changed(engine::Kind kind);
  WatchStream& stream(engine::Kind kind) { return streams_[static_cast<std::size_t>(kind)]; }

  bool gone() const { return gone_; }

 private:
  enum Lane { kCreateLane, kStatusLane, kDeleteLane, kLanes };
  using Done = std::function<void()>;
  using Task = std::function<void(Done)>;

  // Carried out in `delay`, unless the process is gone then; later, if it is frozen then.
  void later(Duration delay, std::function<void()> action);
  void awake(std::function<void()> action);
  template <typename T>
  void call(Network::Request request, std::function<absl::StatusOr<T>()> at_server,
            std::function<void(Reply<T>)> on_reply);

  // -- The loop
  void post(engine::Input input);
  void plan_turn(Duration delay);
  void plan_next_turn();
  void turn();
  void drain_when_wound_down();
  void handle(engine::Input input);
  Instant now() const;
  void end();

  // -- The carrier
  bool may_write() const { return world_.bug == Bug::kNoFence || election_.fence_open(); }
  void enqueue(Lane lane, Task task);
  void work();
  void carry(engine::Effect effect);
  void carry_out(const engine::ReadBarrier& effect);
  void carry_out(const engine::CreateJob& effect);
  void carry_out(const engine::TryJob& effect);
  void carry_out(const engine::FetchJob& effect);
  void carry_out(const engine::DeleteJob& effect);
  void carry_out(const engine::WriteStatus& effect);
  void carry_out(const engine::Report&) {}
  void carry_out(const engine::ConditionChanged&) {}
  void read_barrier(engine::Kind kind, Duration backoff, const Done& done);
  void create(const engine::CreateJob& effect, const Done& done);
  void write_status(const engine::WriteStatus& effect, const Done& done);
  void settle_conflict(const engine::WriteStatus& effect, const absl::Status& conflict, const Done& done);
  void get_job(const std::string& name,
               const std::function<void(absl::StatusOr<std::optional<api::Job>>)>& then);

  // -- Bugs that are not a matter of one input or effect
  void mix_up_versions(engine::Input& input);
  void trim_unrecorded(const engine::Input& input);
  void add_one(const engine::WriteStatus& effect);

  World& world_;
  const int number_;
  const int replica_;
  Machine& machine_;
  const std::function<void()> on_end_;
  Dice dice_;
  bool gone_ = false;
  bool frozen_ = false;
  std::vector<std::function<void()>> waiting_;  // for the thaw
  int crash_countdown_ = 0;

  engine::Engine engine_;
  runtime::TrustedClock clock_;
  Election election_;
  std::vector<WatchStream> streams_;
  std::vector<engine::Input> mailbox_;
  bool turn_planned_ = false;
  std::uint64_t timer_ = 0;
  std::optional<Instant> stop_deadline_;
  bool draining_ = false;

  std::array<std::deque<Task>, kLanes> lanes_;
  std::size_t working_ = 0;
  std::map<std::string, SharedObject> last_seen_;  // for mix_up_versions
};

template <typename T>
void Process::call(Network::Request request, std::function<absl::StatusOr<T>()> at_server,
                   std::function<void(Reply<T>)> on_reply) {
  world_.network.call<T>(replica_, request, std::move(at_server),
                         [self = weak_from_this(), on_reply = std::move(on_reply)](Reply<T> reply) {
                           const auto process = self.lock();
                           if (!process) return;
                           process->awake([process = process.get(), on_reply, reply] {
                             if (reply.date) process->clock_.observe(*reply.date);
                             on_reply(reply);
                           });
                         });
}

}  // namespace scheduledjob::sim
