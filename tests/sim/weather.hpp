// Which disturbances are in force.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/plan.hpp"

namespace scheduledjob::sim {

using Tally = std::array<std::uint64_t, kTroubles>;  // how often each trouble has struck

class Weather {
 public:
  Weather(const Plan& plan, Timeline& time);

  // Asked once for each message, list or event that the trouble could strike; a strike is counted.
  bool strikes(Trouble trouble, int replica);
  void count(Trouble trouble) {
    ++tally_[static_cast<std::size_t>(trouble)];
    last_strike_ = time_.now();
  }

  // Whether a partition strikes a request; half of them spare the lease, which has a connection of its own.
  bool cut_off(int replica, bool lease);

  // The longest lag in force, for a stream of this replica; `stream` tells its streams apart.
  Duration lag(int replica, std::size_t stream);

  // Since when there has been no disturbance; now, while there is one.
  Instant fair_since() const;

  const Tally& tally() const { return tally_; }

 private:
  struct Active {
    const Disturbance* what;
    Dice dice;
  };
  const Plan& plan_;
  Timeline& time_;
  std::vector<Active> active_;
  Tally tally_{};
  Instant last_strike_{};
};

}  // namespace scheduledjob::sim
