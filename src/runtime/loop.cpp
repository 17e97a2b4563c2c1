#include "runtime/loop.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using schedule::Instant;

constexpr auto kHouseKeeping = 10s;        // at most so often
constexpr auto kHeartbeatInHaste = 100ms;  // at the barrier, and while stopping
constexpr auto kRecheckWhileHeldBack = 250ms;
constexpr auto kCalm = 500ms;              // more than it takes to give memory back
constexpr int kMostSlices = 1000;          // of what is due, in one turn
constexpr auto kShortestNap = 1ms;         // where something should be due already: never spin
constexpr auto kBarrierPatience = 5s;      // more than a hurried watch takes
constexpr auto kHandoverPatience = 500ms;  // more than an event takes from the API server

Instant wall_now() {
  return std::chrono::floor<Instant::duration>(std::chrono::system_clock::now());
}

}  // namespace

Loop::Loop(Rooms rooms)
    : rooms_(std::move(rooms)), clock_watch_(rooms_.clock, rooms_.telemetry, rooms_.log) {}

ExitCode Loop::run(const std::stop_token& stop, std::chrono::seconds grace) {
  const std::stop_callback wake(stop, [this] { rooms_.mailbox.post(engine::TimePassed{}); });
  while (true) {
    rooms_.mailbox.take(inbox_, next_turn());
    if (leadership_lost_.load()) return ExitCode::kLeadershipLost;

    // All that is known by now is known before anything is decided about instants.
    for (engine::Input& input : inbox_) handle(std::move(input));
    handled_ += inbox_.size();
    take_care_of_due();

    if (stop.stop_requested() && !stop_deadline_) begin_to_stop(grace);
    if (stop_deadline_ && !draining_) drain_when_wound_down();
    if (const auto code = drain_ended()) return *code;
    announce_progress();
    keep_house();
  }
}

void Loop::leadership_lost() {
  leadership_lost_.store(true);
  rooms_.mailbox.post(engine::TimePassed{});
}

void Loop::handle(engine::Input input) {
  if (const auto* acquired = std::get_if<engine::LeadershipAcquired>(&input)) {
    // What a predecessor has handed over is on its way in our watches: to hurry them would be to begin anew.
    hurry_at_ = Steady::now() + (acquired->handover ? kHandoverPatience : kBarrierPatience);
  }
  for (engine::Effect& effect : rooms_.engine.handle(std::move(input), rooms_.clock.now())) {
    rooms_.carrier.carry(std::move(effect));
  }
}

void Loop::take_care_of_due() {
  for (int slice = 0; slice < kMostSlices; ++slice) {
    handle(engine::TimePassed{});
    const std::optional<Instant> wakeup = rooms_.engine.next_wakeup();
    if (!wakeup || *wakeup > rooms_.clock.now()) return;
  }
}

void Loop::announce_progress() {
  if (!synced_announced_ && rooms_.engine.synced()) {
    synced_announced_ = true;
    rooms_.log.info("Caches are synced");
  }
  if (!deciding_announced_ && rooms_.engine.deciding()) {
    deciding_announced_ = true;
    rooms_.log.info("Schedules are in force");
  }
}

// By the wall clock, so that a clock that is set takes the deadline along.
Instant Loop::next_turn() const {
  const Instant now = wall_now();
  const bool in_haste = stop_deadline_ || at_barrier();
  const Instant heartbeat =
      now + (in_haste ? std::chrono::milliseconds(kHeartbeatInHaste) : std::chrono::milliseconds(kHeartbeat));
  const std::optional<Instant> wakeup = rooms_.engine.next_wakeup();
  if (!wakeup) return heartbeat;
  const std::chrono::microseconds held_back = rooms_.clock.held_back();
  const Instant due = *wakeup + held_back;
  if (held_back == 0us && due > now) return std::min(due, heartbeat);
  // Either the server's clock is in the way, and its next answer may let time jump; or the engine is not done
  // with what is due.
  return std::clamp(due, now + kShortestNap, now + kRecheckWhileHeldBack);
}

bool Loop::at_barrier() const {
  return hurry_at_ && !rooms_.engine.deciding();
}

void Loop::keep_house() {
  turns_.fetch_add(1, std::memory_order_relaxed);
  rooms_.telemetry.loop_turned();
  rooms_.telemetry.set_caches_synced(rooms_.engine.synced());
  hurry_barrier();

  const Steady::time_point now = Steady::now();
  if (now - house_kept_ < kHouseKeeping) return;
  house_kept_ = now;
  const engine::Engine::Summary summary = rooms_.engine.summary();
  rooms_.telemetry.set_scheduled_jobs(summary.objects);
  rooms_.telemetry.set_active_runs(summary.active_runs);
  rooms_.telemetry.set_stuck_runs(summary.stuck_runs);
  rooms_.telemetry.set_waiting_runs(summary.waiting_runs);
  rooms_.write_repeated_events();
  clock_watch_.look();
  clean_up_after_burst();
}

// What a burst had in memory for a moment is between what stays, so that the allocator keeps it for itself.
void Loop::clean_up_after_burst() {
  if (bursts_.is_over_after(std::exchange(handled_, 0))) burst_left_memory_ = true;
  if (!burst_left_memory_ || next_turn() < wall_now() + kCalm) return;
  burst_left_memory_ = false;
  rooms_.give_memory_back();
}

// The watch may be served by an API server that is itself behind the one that was asked how far the barrier
// is.
void Loop::hurry_barrier() {
  if (!at_barrier() || stop_deadline_) return;
  const Steady::time_point now = Steady::now();
  if (now < *hurry_at_) return;
  hurry_at_ = now + kBarrierPatience;
  rooms_.hurry_watches();
}

void Loop::begin_to_stop(std::chrono::seconds grace) {
  const Steady::time_point now = Steady::now();
  stop_deadline_ = now + grace;
  drain_at_latest_ = now + grace / 2;
  handle(engine::WindDownRequested{});
}

void Loop::drain_when_wound_down() {
  if (!rooms_.engine.wound_down() && Steady::now() < drain_at_latest_) return;
  rooms_.log.info("Nothing more is started; what is known is written");
  draining_ = true;
  handle(engine::DrainRequested{});
}

std::chrono::milliseconds Loop::grace_left() const {
  if (!stop_deadline_) return {};
  return std::max(0ms, std::chrono::floor<std::chrono::milliseconds>(*stop_deadline_ - Steady::now()));
}

std::optional<ExitCode> Loop::drain_ended() const {
  if (!draining_) return std::nullopt;
  if (rooms_.engine.drained()) return ExitCode::kStopped;
  if (Steady::now() < *stop_deadline_) return std::nullopt;
  rooms_.log.warning("Could not write everything in time; the next leader will find it out by itself");
  return ExitCode::kStuck;
}

}  // namespace scheduledjob::runtime
