// Between a replica and the API server.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sim/weather.hpp"

namespace scheduledjob::sim {

// What a client gets to know of its request.
template <typename T>
struct Reply {
  absl::StatusOr<T> result;
  bool outcome_unknown = false;     // the request may have been carried out all the same
  std::optional<NominalTime> date;  // of the server, if it answered
};

class Network {
 public:
  enum class Request { kRead, kCreate, kWrite, kLease };

  Network(Timeline& time, Weather& weather, Dice dice) : time_(time), weather_(weather), dice_(dice) {}

  // Has `at_server` executed (once, never, or twice), at the moment of the commit, and tells `on_reply` what
  // the client makes of it, exactly once.
  template <typename T>
  void call(int replica, Request request, std::function<absl::StatusOr<T>()> at_server,
            std::function<void(Reply<T>)> on_reply) {
    const Fate fate = draw(replica, request);
    const bool in_time = fate.there + fate.work + fate.back < fate.patience;
    if (fate.executed) {
      time_.after(fate.there + fate.work, [this, fate, in_time, at_server, on_reply] {
        absl::StatusOr<T> result = at_server();
        if (fate.twice) {
          absl::StatusOr<T> again = at_server();
          if (fate.second_answer) result = std::move(again);
        }
        if (!in_time || !fate.answered) return;
        if (!fate.error.ok()) result = fate.error;
        const NominalTime date = time_.now_in_seconds();
        time_.after(fate.back, [fate, date, on_reply, result = std::move(result)] {
          on_reply({result, fate.unknown, date});
        });
      });
    } else if (in_time && fate.answered) {
      time_.after(fate.there + fate.back, [fate, on_reply, date = time_.now_in_seconds()] {
        on_reply({fate.error, fate.unknown, fate.reached ? std::optional(date) : std::nullopt});
      });
    }
    if (in_time && fate.answered) return;
    time_.after(fate.patience, [on_reply] {
      on_reply({absl::DeadlineExceededError("no answer in time"), true, std::nullopt});
    });
  }

  // The longest time between the sending of a create and its commit.
  static constexpr Duration kLongestWay{1'500'000};
  static constexpr Duration kLongestWork{3'000'000};  // ?timeout=3s

 private:
  struct Fate {
    bool executed = true;
    bool twice = false;
    bool second_answer = false;
    bool answered = true;
    bool reached = true;
    bool unknown = false;
    absl::Status error;  // in place of the result
    Duration there{};
    Duration work{};
    Duration back{};
    Duration patience{};
  };
  Fate draw(int replica, Request request);

  Timeline& time_;
  Weather& weather_;
  Dice dice_;
};

}  // namespace scheduledjob::sim
