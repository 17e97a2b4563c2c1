#include "sim/process.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using engine::Kind;

constexpr Duration kHeartbeat = 5s;
constexpr Duration kRecheckWhileHeldBack = 250ms;
constexpr Duration kShortestNap = 1ms;
constexpr Duration kGrace = 20s;
constexpr Duration kBarrierPatience = 5s;

// Some processes keep all objects as they are, others pack each as soon as it is at rest.
engine::Options options_of(Dice dice) {
  engine::Options options;
  options.resting_awake = dice.pick<std::size_t>({0, 1, 1000});
  return options;
}

}  // namespace

Process::Process(World& world, int number, int replica, Machine& machine, std::function<void()> on_end)
    : world_(world),
      number_(number),
      replica_(replica),
      machine_(machine),
      on_end_(std::move(on_end)),
      dice_(Dice(world.plan.seed).fork(fmt::format("process {}", number))),
      engine_(options_of(dice_.fork("rest"))),
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
               [this](std::optional<engine::Handover> handover) {
                 world_.trace.note("process {} leads", number_);
                 post(engine::LeadershipAcquired{std::move(handover)});
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

void Process::stop() {
  if (gone_ || stop_deadline_) return;
  world_.trace.note("process {} is to stop", number_);
  stop_deadline_ = world_.time.now() + kGrace;
  post(engine::WindDownRequested{});
}

void Process::drain_when_wound_down() {
  if (!engine_.wound_down() && world_.time.now() < *stop_deadline_ - kGrace / 2) return;
  draining_ = true;
  handle(engine::DrainRequested{});
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
  if (stop_deadline_ && !draining_) drain_when_wound_down();
  if (gone_) return;
  if (draining_ && (engine_.drained() || world_.time.now() >= *stop_deadline_)) {
    election_.release(engine_.handover(now()));
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

}  // namespace scheduledjob::sim
