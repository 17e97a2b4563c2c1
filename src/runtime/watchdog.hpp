// Notices what has ceased to go on without an error that anybody could see.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "kube/leader_election.hpp"
#include "runtime/clock.hpp"
#include "runtime/log.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// Something that has to show, now and then, that it goes on.
struct Watched {
  std::string what;  // for people: "the main loop"
  std::chrono::seconds patience;
  // Another value than before whenever it has gone on; nothing while nothing is expected of it. Must not
  // block.
  std::function<std::optional<std::uint64_t>()> sign;
};

// Judges by the time that it is told. Of what passes between two checks no more than kLongestStep counts: a
// process that was frozen, or a machine that slept, finds nothing stuck when it wakes. Not thread-safe.
class Watchdog {
 public:
  static constexpr std::chrono::seconds kStep{1};  // between two checks, about
  static constexpr std::chrono::seconds kLongestStep{2};
  // What has been silent for longer than its patience is stuck; for so much longer, hopeless.
  static constexpr std::chrono::seconds kLastChance{30};

  struct Finding {
    enum class State { kWell, kStuck, kHopeless } state = State::kWell;
    std::string what;  // the worst, for people; empty: kWell
    friend bool operator==(const Finding&, const Finding&) = default;
  };

  explicit Watchdog(std::vector<Watched> watched);

  Finding check(kube::BootTime now);

 private:
  struct Subject {
    Watched watched;
    std::optional<std::uint64_t> last_sign{};
    std::chrono::nanoseconds silent{0};
  };
  std::vector<Subject> subjects_;
  std::optional<kube::BootTime> checked_;
};

// Checks again and again until `stop` is requested. What is stuck is told in the log and in `telemetry`, also
// when it goes on after all. When it is hopeless, `give_up` is called, which should end the process without
// waiting for anything. Blocks.
void keep_watch(Watchdog watchdog, Telemetry& telemetry, Log& log, const std::function<void()>& give_up,
                const std::stop_token& stop, const Pacing& pacing = machine_pacing());

}  // namespace scheduledjob::runtime
