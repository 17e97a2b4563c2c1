#include "sim/process.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/admission.hpp"

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using engine::Kind;

constexpr Duration kHeartbeat = 5s;
constexpr Duration kRecheckWhileHeldBack = 250ms;
constexpr Duration kShortestNap = 1ms;
constexpr Duration kGrace = 20s;
constexpr Duration kBarrierPatience = 5s;

}  // namespace

Process::Process(World& world, int number, int replica, Machine& machine, std::function<void()> on_end)
    : world_(world),
      number_(number),
      replica_(replica),
      machine_(machine),
      on_end_(std::move(on_end)),
      dice_(Dice(world.plan.seed).fork(fmt::format("process {}", number))),
      clock_(machine.readings()),
      election_(
          {.process = number,
           .lease = world.lease,
           .boot = [&machine] { return machine.boot(); },
           .later = [this](Duration delay, std::function<void()> action) { later(delay, std::move(action)); },
           .call =
               [this](std::function<absl::StatusOr<LeaseState>()> at_server,
                      std::function<void(Reply<LeaseState>)> on_reply) {
                 call<LeaseState>(Network::Request::kLease, std::move(at_server), std::move(on_reply));
               },
           .random = [this] { return static_cast<double>(dice_.between(0, 999)) / 1000; },
           .on_acquired =
               [this] {
                 world_.trace.note("process {} leads", number_);
                 post(engine::LeadershipAcquired{});
                 later(kBarrierPatience, [this] {
                   if (engine_.deciding()) return;
                   for (WatchStream& stream : streams_) stream.hurry();
                 });
               },
           .on_lost = [this] { end(); }}) {
  for (const Kind kind : {Kind::kScheduledJob, Kind::kJob}) {
    streams_.emplace_back(WatchStream::Surroundings{
        .kind = kind,
        .replica = replica,
        .time = world.time,
        .server = world.server,
        .weather = world.weather,
        .dice = dice_.fork(kind == Kind::kJob ? "Jobs" : "ScheduledJobs"),
        .first_page_only = world.bug == Bug::kHalfList,
        .post = [this](engine::Input input) { post(std::move(input)); },
        .later = [this](Duration delay, std::function<void()> action) { later(delay, std::move(action)); },
        .call =
            [this](std::function<absl::StatusOr<Snapshot>()> at_server,
                   std::function<void(Reply<Snapshot>)> on_reply) {
              call<Snapshot>(Network::Request::kRead, std::move(at_server), std::move(on_reply));
            }});
  }
}

void Process::start() {
  world_.trace.note("process {} starts on replica {}", number_, replica_);
  world_.witness.process_started(number_);
  for (WatchStream& stream : streams_) stream.start();
  election_.start();
  plan_next_turn();
}

// -- What can happen to it

void Process::crash() {
  world_.trace.note("process {} crashes", number_);
  gone_ = true;
}

void Process::crash_at_effect(int countdown) {
  crash_countdown_ = countdown;
}

void Process::freeze() {
  frozen_ = true;
}

void Process::thaw() {
  if (!frozen_) return;
  frozen_ = false;
  world_.trace.note("process {} wakes up", number_);
  // Threads wake up in no order: the loop before the election, or after it.
  std::vector<std::function<void()>> waiting = std::exchange(waiting_, {});
  if (dice_.chance(0.5)) plan_turn(0us);
  Duration delay = dice_.between(0us, 5ms);
  for (auto& action : waiting) {
    later(delay, std::move(action));
    delay += dice_.between(0us, 200us);
  }
  plan_next_turn();
}

void Process::drain() {
  if (gone_ || drain_deadline_) return;
  world_.trace.note("process {} drains", number_);
  drain_deadline_ = world_.time.now() + kGrace;
  post(engine::DrainRequested{});
}

void Process::clock_changed() {
  plan_next_turn();
}

void Process::server_changed(Kind kind) {
  stream(kind).server_changed();
}

void Process::awake(std::function<void()> action) {
  if (gone_) return;
  if (frozen_) {
    waiting_.push_back(std::move(action));
  } else {
    action();
  }
}

void Process::later(Duration delay, std::function<void()> action) {
  world_.time.after(delay, [self = weak_from_this(), action = std::move(action)]() mutable {
    if (const auto process = self.lock()) process->awake(std::move(action));
  });
}

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

// -- The loop

Instant Process::now() const {
  return world_.bug == Bug::kUntrustedClock ? machine_.wall() : clock_.now();
}

void Process::post(engine::Input input) {
  if (gone_) return;
  mailbox_.push_back(std::move(input));
  plan_turn(dice_.between(20us, 300us));
}

void Process::plan_turn(Duration delay) {
  if (turn_planned_ || gone_) return;
  turn_planned_ = true;
  later(delay, [this] { turn(); });
}

void Process::plan_next_turn() {
  if (gone_ || frozen_) return;
  const Instant wall = machine_.wall();
  const Instant heartbeat = wall + kHeartbeat;
  Instant turn_at = heartbeat;
  const auto wakeup = engine_.next_wakeup();
  if (wakeup && world_.bug != Bug::kSleepsIn) {
    const auto held_back = world_.bug == Bug::kUntrustedClock ? Duration{0} : Duration{clock_.held_back()};
    const Instant due = *wakeup + held_back;
    turn_at = held_back.count() == 0 && due > wall
                  ? std::min(due, heartbeat)
                  : std::clamp(due, wall + kShortestNap, wall + kRecheckWhileHeldBack);
  }
  const std::uint64_t timer = ++timer_;
  later(machine_.when_wall_shows(turn_at) - world_.time.now() + dice_.between(0us, 500us), [this, timer] {
    if (timer == timer_) plan_turn(0us);
  });
}

void Process::turn() {
  turn_planned_ = false;
  const std::vector<engine::Input> inbox = std::exchange(mailbox_, {});
  for (const engine::Input& input : inbox) {
    if (!gone_) handle(input);
  }
  if (!gone_) handle(engine::TimePassed{});
  if (gone_) return;
  if (drain_deadline_ && (engine_.drained() || world_.time.now() >= *drain_deadline_)) {
    election_.release();
    return end();
  }
  plan_next_turn();
}

void Process::handle(engine::Input input) {
  if (world_.bug == Bug::kStaleVersionWins) mix_up_versions(input);
  if (world_.bug == Bug::kTrimUnrecorded) trim_unrecorded(input);
  if (!bend(world_.bug, input, engine_.deciding())) return;
  world_.witness.process_learns(number_, input);
  world_.trace.input(number_, input);
  for (engine::Effect& effect : engine_.handle(std::move(input), now())) {
    if (crash_countdown_ > 0 && --crash_countdown_ == 0) {
      world_.weather.count(Trouble::kCrash);
      crash();
      on_end_();
    }
    if (gone_) return;
    bend(world_.bug, effect, dice_.roll());
    world_.witness.process_asks(number_, effect, now());
    world_.trace.effect(number_, effect);
    carry(std::move(effect));
  }
}

void Process::end() {
  if (gone_) return;
  world_.trace.note("process {} ends", number_);
  gone_ = true;
  on_end_();
}

// -- The carrier

void Process::enqueue(Lane lane, Task task) {
  lanes_[lane].push_back(std::move(task));
  work();
}

void Process::work() {
  while (working_ < world_.plan.workers) {
    const auto lane =
        std::find_if(lanes_.begin(), lanes_.end(), [](const auto& queue) { return !queue.empty(); });
    if (lane == lanes_.end()) return;
    const Task task = std::move(lane->front());
    lane->pop_front();
    ++working_;
    task([this] {
      --working_;
      work();
    });
  }
}

void Process::carry(engine::Effect effect) {
  std::visit([this](const auto& asked) { carry_out(asked); }, effect);
}

void Process::carry_out(const engine::ReadBarrier& effect) {
  enqueue(kCreateLane, [this, kind = effect.kind](const Done& done) { read_barrier(kind, 100ms, done); });
}

void Process::carry_out(const engine::CreateJob& effect) {
  enqueue(kCreateLane, [this, effect](const Done& done) { create(effect, done); });
}

void Process::carry_out(const engine::FetchJob& effect) {
  enqueue(kDeleteLane, [this, effect](const Done& done) {
    get_job(effect.job_name, [this, effect, done](const absl::StatusOr<std::optional<api::Job>>& job) {
      post(engine::JobFetched{effect.owner_uid, effect.scheduled_time, job});
      done();
    });
  });
}

void Process::carry_out(const engine::DeleteJob& effect) {
  enqueue(kDeleteLane, [this, effect](const Done& done) {
    const auto answer = [this, effect, done](const absl::Status& error) {
      post(engine::DeleteEnded{effect.owner_uid, effect.job_name, error});
      done();
    };
    if (!may_write()) return answer(absl::CancelledError("not leading any more"));
    const bool foreground = effect.propagation == engine::DeleteJob::Propagation::kForeground;
    world_.witness.called("delete", effect.owner_uid);
    call<bool>(
        Network::Request::kWrite,
        [&server = world_.server, effect, foreground, actor = number_]() -> absl::StatusOr<bool> {
          const absl::Status status = server.delete_job(effect.job_name, effect.job_uid, foreground, actor);
          if (status.ok() || absl::IsNotFound(status) || absl::IsAborted(status)) return true;
          return status;
        },
        [answer](const Reply<bool>& reply) { answer(reply.result.status()); });
  });
}

void Process::carry_out(const engine::WriteStatus& effect) {
  enqueue(kStatusLane, [this, effect](const Done& done) { write_status(effect, done); });
}

void Process::read_barrier(Kind kind, Duration backoff, const Done& done) {
  call<ResourceVersion>(
      Network::Request::kRead,
      [&server = world_.server, &witness = world_.witness, kind,
       process = number_]() -> absl::StatusOr<ResourceVersion> {
        if (kind == Kind::kJob) witness.barrier_read(process);
        return server.version();
      },
      [this, kind, backoff, done](const Reply<ResourceVersion>& reply) {
        if (!reply.result.ok()) {
          later(backoff, [this, kind, backoff, done] {
            read_barrier(kind, std::min<Duration>(2 * backoff, 5s), done);
          });
          return;
        }
        stream(kind).hurry();
        post(engine::BarrierRead{kind, *reply.result});
        done();
      });
}

void Process::create(const engine::CreateJob& effect, const Done& done) {
  using Answer = engine::CreateEnded::Answer;
  const auto answer = [this, effect, done](Answer how, std::optional<api::Job> job, absl::Status error) {
    post(engine::CreateEnded{effect.owner->metadata.uid, effect.run.scheduled_time, how, std::move(job),
                             std::move(error)});
    done();
  };
  if (!may_write()) {
    return answer(Answer::kRefused, std::nullopt, absl::CancelledError("not leading any more"));
  }
  const auto ttl_margin = world_.bug == Bug::kTtlByJobAlone ? 0s : kTtlMargin;
  world_.witness.called("create", effect.owner->metadata.uid);
  call<SharedJob>(
      Network::Request::kCreate,
      [&server = world_.server, &weather = world_.weather, effect, ttl_margin, actor = number_] {
        return create_job(server, weather, effect, ttl_margin, actor);
      },
      [this, effect, answer](const Reply<SharedJob>& reply) {
        if (reply.result.ok()) return answer(Answer::kCreated, **reply.result, absl::OkStatus());
        const absl::Status& error = reply.result.status();
        if (!absl::IsAlreadyExists(error)) {
          return answer(reply.outcome_unknown ? Answer::kUnknown : Answer::kRefused, std::nullopt, error);
        }
        get_job(effect.run.job_name, [answer, error](const absl::StatusOr<std::optional<api::Job>>& holder) {
          if (!holder.ok()) return answer(Answer::kUnknown, std::nullopt, holder.status());
          answer(Answer::kExists, *holder, error);
        });
      });
}

void Process::get_job(const std::string& name,
                      const std::function<void(absl::StatusOr<std::optional<api::Job>>)>& then) {
  call<std::optional<api::Job>>(
      Network::Request::kRead,
      [&server = world_.server, name]() -> absl::StatusOr<std::optional<api::Job>> {
        const SharedJob job = server.job(name);
        return job ? std::optional(*job) : std::nullopt;
      },
      [then](const Reply<std::optional<api::Job>>& reply) { then(reply.result); });
}

void Process::write_status(const engine::WriteStatus& effect, const Done& done) {
  const auto answer = [this, effect, done](absl::StatusOr<ResourceVersion> written) {
    post(engine::StatusWriteEnded{effect.owner_uid, std::move(written), nullptr});
    done();
  };
  if (!may_write()) return answer(absl::CancelledError("not leading any more"));
  world_.witness.called("status", effect.owner_uid);
  call<ResourceVersion>(
      Network::Request::kWrite,
      [&server = world_.server, effect, actor = number_, twice = world_.bug == Bug::kWritesTwice] {
        auto written = server.write_status(effect.key.name, effect.version, effect.status, actor);
        if (written.ok() && twice)
          written = server.write_status(effect.key.name, *written, effect.status, actor);
        return written;
      },
      [this, effect, answer, done](const Reply<ResourceVersion>& reply) {
        if (absl::IsAborted(reply.result.status()))
          return settle_conflict(effect, reply.result.status(), done);
        answer(reply.result);
      });
}

void Process::settle_conflict(const engine::WriteStatus& effect, const absl::Status& conflict,
                              const Done& done) {
  const auto answer = [this, effect, done](absl::Status error, SharedObject fresh) {
    post(engine::StatusWriteEnded{effect.owner_uid, std::move(error), std::move(fresh)});
    done();
  };
  call<LeaseState>(
      Network::Request::kLease,
      [&lease = world_.lease]() -> absl::StatusOr<LeaseState> { return lease.read(); },
      [this, effect, conflict, answer](const Reply<LeaseState>& leading) {
        if (!leading.result.ok()) return answer(absl::UnavailableError("cannot tell who leads"), nullptr);
        if (leading.result->holder != number_ && world_.bug != Bug::kNoFence) return end();
        if (world_.bug == Bug::kPlusOneOnConflict) add_one(effect);
        call<SharedObject>(
            Network::Request::kRead,
            [&server = world_.server, name = effect.key.name]() -> absl::StatusOr<SharedObject> {
              return server.object(name);
            },
            [conflict, answer](const Reply<SharedObject>& read) {
              if (!read.result.ok()) return answer(read.result.status(), nullptr);
              answer(conflict, *read.result);
            });
      });
}

// -- Bugs

void Process::mix_up_versions(engine::Input& input) {
  auto* seen = std::get_if<engine::ScheduledJobSeen>(&input);
  if (!seen) return;
  SharedObject& last = last_seen_[seen->object->metadata.uid];
  const SharedObject newest = seen->object;
  if (last && dice_.chance(0.2)) {
    auto old = std::make_shared<api::ScheduledJob>(*last);
    old->metadata.resource_version = newest->metadata.resource_version;
    seen->object = old;
  }
  last = newest;
}

void Process::trim_unrecorded(const engine::Input& input) {
  const auto* seen = std::get_if<engine::JobSeen>(&input);
  if (!seen || !engine_.deciding() || seen->job.phase == api::JobPhase::kActive) return;
  (void)world_.server.delete_job(seen->job.metadata.key.name, seen->job.metadata.uid, false, number_);
}

void Process::add_one(const engine::WriteStatus& effect) {
  const SharedObject fresh = world_.server.object(effect.key.name);
  if (!fresh) return;
  api::ScheduledJobStatus status = fresh->status;
  ++status.run_counts.started;
  (void)world_.server.write_status(effect.key.name, fresh->metadata.resource_version, status, number_);
}

}  // namespace scheduledjob::sim
