// The thread that owns the engine.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "engine/engine.hpp"
#include "runtime/burst_watch.hpp"
#include "runtime/clock.hpp"
#include "runtime/clock_watch.hpp"
#include "runtime/effect_carrier.hpp"
#include "runtime/log.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/settings.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// Takes inputs from the mailbox, lets the engine decide, has its effects carried out, and sleeps until the
// next input or instant. It is the only one that touches the engine, does no I/O, and sleeps no longer than
// kHeartbeat at a time.
class Loop {
 public:
  static constexpr std::chrono::seconds kHeartbeat{5};
  // Longer than any turn takes: a loop that has not turned for so long is stuck.
  static constexpr std::chrono::seconds kLongestSilence{60};

  struct Rooms {
    engine::Engine& engine;
    Mailbox& mailbox;
    const TrustedClock& clock;
    EffectCarrier& carrier;
    Telemetry& telemetry;
    Log& log;
    // Makes the watches show their progress soon.
    std::function<void()> hurry_watches;
    // Called about every ten seconds, from the loop.
    std::function<void()> write_repeated_events;
    // Called from the loop when a burst is over and nothing is due at once; may take a fraction of a second.
    std::function<void()> give_memory_back;
  };

  explicit Loop(Rooms rooms);

  // Blocks until leadership is lost (kLeadershipLost), or `stop` is requested and everything known is written
  // (kStopped) or could not be written within `grace` (kStuck). Goes on to start runs until little is left to
  // write, for at most half of `grace`: what comes due meanwhile need not wait for the next leader.
  ExitCode run(const std::stop_token& stop, std::chrono::seconds grace);

  // After run(): what is left of the grace; zero when there was none.
  std::chrono::milliseconds grace_left() const;

  // How often it has turned. Thread-safe.
  std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }

  // Ends run() as soon as it can. From any thread.
  void leadership_lost();

 private:
  using Steady = std::chrono::steady_clock;

  void handle(engine::Input input);
  void take_care_of_due();
  schedule::Instant next_turn() const;
  void announce_progress();
  void keep_house();
  void clean_up_after_burst();
  bool at_barrier() const;
  void hurry_barrier();
  void begin_to_stop(std::chrono::seconds grace);
  void drain_when_wound_down();
  std::optional<ExitCode> drain_ended() const;

  Rooms rooms_;
  std::atomic<bool> leadership_lost_{false};
  std::atomic<std::uint64_t> turns_{0};

  // Of the loop's own thread:
  std::vector<engine::Input> inbox_;
  std::optional<Steady::time_point>
      hurry_at_;  // the watches, if the barrier is not passed by then; absent: not leading
  std::optional<Steady::time_point> stop_deadline_;  // absent: nobody has asked to stop
  Steady::time_point drain_at_latest_{};
  bool draining_ = false;
  bool synced_announced_ = false;
  bool deciding_announced_ = false;
  Steady::time_point house_kept_{};
  std::size_t handled_ = 0;  // inputs, since then
  BurstWatch bursts_;
  bool burst_left_memory_ = false;
  ClockWatch clock_watch_;
};

}  // namespace scheduledjob::runtime
