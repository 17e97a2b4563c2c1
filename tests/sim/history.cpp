#include "sim/history.hpp"

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "sim/cluster.hpp"
#include "sim/process.hpp"
#include "sim/users.hpp"
#include "sim/witness.hpp"

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using engine::Kind;

constexpr Duration kAuditInterval = 20s;
// After the last instant, Jobs that never end are ended, what waits takes its turn, and the laziest writes
// happen.
constexpr Duration kSettling = 25min;
constexpr Duration kQuiet = 5min;

class History {
 public:
  History(const Plan& plan, Bug bug, std::size_t events)
      : plan_(plan),
        dice_(Dice(plan.seed).fork("history")),
        time_(plan.start),
        trace_(time_, events),
        weather_(plan, time_),
        witness_(plan, time_, weather_, trace_),
        server_(time_, witness_),
        cluster_(plan, time_, server_),
        network_(time_, weather_, dice_.fork("network")),
        users_(plan, time_, server_),
        world_{plan, time_, server_, network_, weather_, lease_, witness_, trace_, bug} {}

  Outcome live() {
    Outcome outcome;
    try {
      begin();
      time_.run_until(plan_.horizon + kSettling + kQuiet);
      witness_.judge_the_end(plan_.horizon + kSettling);
    } catch (const Violation& violation) {
      outcome.broken_promise = violation.promise;
      outcome.details = violation.details;
      outcome.last_events = trace_.lines();
    }
    outcome.fires = witness_.fires();
    outcome.steps = time_.steps();
    outcome.troubles = weather_.tally();
    outcome.lived = time_.now() - plan_.start;
    return outcome;
  }

 private:
  struct Replica {
    std::unique_ptr<Machine> machine;
    std::shared_ptr<Process> process;  // null: down
    int held_down = 0;                 // outages in force
  };

  void begin() {
    server_.on_change = [this](Kind kind) {
      for (const Replica& replica : replicas_) {
        if (replica.process) replica.process->server_changed(kind);
      }
    };
    for (int i = 0; i < plan_.replicas; ++i) {
      replicas_.push_back(
          {std::make_unique<Machine>(time_, dice_.fork(fmt::format("machine {}", i))), nullptr, 0});
    }
    for (int i = 0; i < plan_.replicas; ++i) time_.after(i * 300ms, [this, i] { start(i); });
    users_.start();
    for (const Disturbance& each : plan_.disturbances) {
      time_.at(each.from, [this, &each] { disturb(each); });
    }
    time_.after(kAuditInterval, [this] { audit(); });
    time_.at(plan_.horizon, [this] { cluster_.wind_down(); });
  }

  void audit() {
    witness_.audit();
    time_.after(kAuditInterval, [this] { audit(); });
  }

  // -- Replicas

  void start(int index) {
    Replica& replica = replicas_[static_cast<std::size_t>(index)];
    if (replica.process || replica.held_down > 0) return;
    const int number = processes_++;
    replica.process = std::make_shared<Process>(world_, number, index, *replica.machine,
                                                [this, index] { down(index, dice_.between(1s, 10s)); });
    replica.process->start();
  }

  // The process is gone; another one starts after a while. Not destroyed here: it may be what is running.
  void down(int index, Duration pause) {
    Replica& replica = replicas_[static_cast<std::size_t>(index)];
    time_.after(0s, [last = std::move(replica.process)] {});
    replica.process = nullptr;
    time_.after(pause, [this, index] { start(index); });
  }

  void crash(int index, Duration pause) {
    Replica& replica = replicas_[static_cast<std::size_t>(index)];
    if (!replica.process) return;
    replica.process->crash();
    down(index, pause);
  }

  template <typename Action>
  void for_each_process(int index, Action action) {
    for (int i = 0; i < plan_.replicas; ++i) {
      const std::shared_ptr<Process> process = replicas_[static_cast<std::size_t>(i)].process;
      if ((index < 0 || index == i) && process) action(i, process);
    }
  }

  // -- Disturbances

  void disturb(const Disturbance& each) {
    trace_.note("{}", each.describe());
    Dice dice(each.seed);
    if (is_users(each.trouble)) {
      if (users_.act(each)) weather_.count(each.trouble);
      return;
    }
    switch (each.trouble) {
      case Trouble::kCrash:
        for_each_process(each.replica, [&](int index, const std::shared_ptr<Process>& process) {
          if (dice.chance(0.7)) {
            process->crash_at_effect(static_cast<int>(dice.between(1, 12)));
          } else {
            weather_.count(each.trouble);
            crash(index, dice.spread(500ms, 40s));
          }
        });
        break;
      case Trouble::kFreeze:
        for_each_process(each.replica, [&](int, const std::shared_ptr<Process>& process) {
          weather_.count(each.trouble);
          process->freeze();
          time_.after(each.length, [weak = std::weak_ptr(process)] {
            if (const auto frozen = weak.lock()) frozen->thaw();
          });
        });
        break;
      case Trouble::kDrain:
        for_each_process(each.replica, [&](int, const std::shared_ptr<Process>& process) {
          weather_.count(each.trouble);
          process->stop();
        });
        break;
      case Trouble::kOutage:
        weather_.count(each.trouble);
        hold_down(each.length);
        break;
      case Trouble::kLeaseLost: {
        weather_.count(each.trouble);
        (void)lease_.write(LeaseState{-1, 0, 1s, {}}, lease_.read().version);
        break;
      }
      case Trouble::kWatchBreak:
      case Trouble::kWatchExpiry:
      case Trouble::kBrokenList:
        disturb_watches(each, dice);
        break;
      case Trouble::kClockStep:
      case Trouble::kClockDrift:
        disturb_clocks(each, dice);
        break;
      default:
        break;  // strikes messages as they come
    }
  }

  void hold_down(Duration length) {
    for (int i = 0; i < plan_.replicas; ++i) {
      ++replicas_[static_cast<std::size_t>(i)].held_down;
      crash(i, 0s);
      time_.after(length + i * 200ms, [this, i] {
        if (--replicas_[static_cast<std::size_t>(i)].held_down == 0) start(i);
      });
    }
  }

  void disturb_watches(const Disturbance& each, Dice& dice) {
    for_each_process(each.replica, [&](int, const std::shared_ptr<Process>& process) {
      for (const Kind kind : {Kind::kScheduledJob, Kind::kJob}) {
        if (dice.chance(0.3)) continue;
        if (each.trouble != Trouble::kBrokenList) weather_.count(each.trouble);
        if (each.trouble == Trouble::kWatchBreak) {
          process->stream(kind).break_off();
        } else {
          process->stream(kind).expire();
        }
      }
    });
  }

  void disturb_clocks(const Disturbance& each, Dice& dice) {
    for (int i = 0; i < plan_.replicas; ++i) {
      if (each.replica >= 0 && each.replica != i) continue;
      weather_.count(each.trouble);
      Machine& machine = *replicas_[static_cast<std::size_t>(i)].machine;
      const double sign = dice.chance(0.5) ? 1 : -1;
      if (each.trouble == Trouble::kClockStep) {
        machine.step(Duration{static_cast<std::int64_t>(sign) * dice.spread(200ms, 2min).count()});
      } else {
        machine.drift(sign * static_cast<double>(dice.between(1, 200)) / 1000);
      }
      clock_changed(i);
      time_.after(each.length, [this, i, &machine] {
        machine.synchronise();
        clock_changed(i);
      });
    }
  }

  void clock_changed(int index) {
    const auto& process = replicas_[static_cast<std::size_t>(index)].process;
    if (process) process->clock_changed();
  }

  const Plan& plan_;
  Dice dice_;
  Timeline time_;
  Trace trace_;
  Weather weather_;
  Witness witness_;
  ModelServer server_;
  Cluster cluster_;
  LeaseModel lease_;
  Network network_;
  Users users_;
  World world_;
  std::vector<Replica> replicas_;
  int processes_ = 0;
};

}  // namespace

Outcome live(const Plan& plan, Bug bug, std::size_t events) {
  return History(plan, bug, events).live();
}

}  // namespace scheduledjob::sim
