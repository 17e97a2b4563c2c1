// How many writes may be under way at one time: found by trying.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace scheduledjob::runtime {

// Climbs the hill of throughput. Writes under way are measured in epochs of so many completed ones; a greater
// limit is kept when it completes more in the same time, a smaller one when it completes as much. An
// overloaded server lowers it at once, as congestion does in TCP (AIMD: Chiu and Jain, 1989). Throughput is
// what is compared, not latency as in Vegas and its kin: how long an API server takes for one write varies
// more than what it completes.
//
// Until more is found to help no more, epochs are short and the limit doubles, as in TCP's slow start: a
// burst is over within seconds. Overload ends with a slow start, too, which asks for no gain: up to what the
// last sign of it had left of the limit; or, when the server refused even the fewest, so that their number
// was not the reason, up to the limit of before. A server that refused everything for a minute takes as much
// as before a moment later.
//
// A limit that says nothing about the server, because there was too little to write, is not judged.
//
// Pure: time comes in with each call, and must not go back. Not thread-safe.
class ConcurrencyLimit {
 public:
  using Time = std::chrono::nanoseconds;  // since any point

  struct Options {
    std::size_t least = 2;
    std::size_t first = 32;
    std::size_t most = 64;
    std::size_t completions = 30;                          // that make an epoch at the least limit; the more,
    std::size_t rounds = 5;                                // so many times what may be under way
    std::size_t first_completions = 10;                    // (the same while the limit doubles, when what is
    std::size_t first_rounds = 2;                          // looked for is plain to see),
    Time shortest_epoch = std::chrono::milliseconds{100};  // which lasts no less
    std::size_t epochs_at_rest = 30;                       // before the hill is tried again
  };

  // All at least 1; `least` is no more than `most`, and `first` between the two, whatever they say.
  explicit ConcurrencyLimit(Options options);

  std::size_t limit() const { return limit_; }

  // A write has ended. `saturated`: as many were under way, or wanted to be, as may be.
  void completed(bool saturated, Time now);

  // The server has said that it is overloaded, or did not answer in time. What was under way then may say so
  // again: within the shortest time of an epoch that counts once.
  void overloaded(Time now);

 private:
  enum class Trying { kNothing, kMore, kFewer };

  void judge(double rate);
  void move_to(std::size_t limit, Trying trying);
  void rest_at(std::size_t limit, double rate);
  std::size_t more() const;
  std::size_t fewer() const;
  void begin_epoch(Time now);

  const Options options_;
  std::size_t limit_;

  // The epoch. Before it begins, as many writes as were under way end at the pace of the limit before.
  std::size_t settling_ = 0;
  std::optional<Time> begun_;
  std::size_t completed_ = 0;
  std::size_t saturated_ = 0;
  bool relieved_ = false;  // overload has lowered the limit in it

  // What is being tried, and what it is compared with.
  Trying trying_ = Trying::kNothing;
  std::size_t base_limit_;
  double base_rate_ = 0;  // a second; 0: not measured
  std::size_t rest_ = 0;  // epochs to come before the next try
  bool doubling_ = true;
  std::size_t doubling_ends_;  // the limit up to which it may double
  std::size_t before_overload_;
  bool recovering_ = false;  // from overload until the limit is where doubling ends
};

}  // namespace scheduledjob::runtime
