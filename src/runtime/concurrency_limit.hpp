// How many writes may be under way at one time: found by trying.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace scheduledjob::runtime {

// Climbs the hill of throughput. Writes under way are measured in epochs of so many completed ones; a greater
// limit is kept when it completes more in the same time, a smaller one when it completes as much as the
// greater one right before and right after it: a server's moments differ more than limits do. Throughput is
// what is compared, not latency as in Vegas and its kin: how long an API server takes for one write varies
// more than what it completes.
//
// Until more is found to help no more, epochs are short and the limit doubles, as in TCP's slow start: a
// burst is over within seconds.
//
// An overloaded server lowers it at once, by about a third, as congestion does in TCP (AIMD: Chiu and Jain,
// 1989), or to as many as were not refused. A slow start that asks for no gain brings it back to those two
// thirds; or, when the server refused even a single one or takes again as many as it refused, so that what
// overloaded it is over, to where the hill was climbed last. A server that refused everything for a minute is
// given as much as before a moment later, one that takes one at a time is given one at a time.
//
// A limit that says nothing about the server, because there was too little to write, is not judged.
//
// Pure: time comes in with each call, and must not go back. Not thread-safe.
class ConcurrencyLimit {
 public:
  using Time = std::chrono::nanoseconds;  // since any point

  struct Options {
    std::size_t least = 1;
    std::size_t first = 32;
    std::size_t most = 64;
    std::size_t least_unanswered = 16;  // the least, where answers do not come
    // An epoch has so many completed writes, or so many times what may be under way, if that is more. Fewer
    // are enough while the limit doubles, when what is looked for is plain to see; and after overload, when
    // no rate is compared, the rounds alone.
    std::size_t completions = 30;
    std::size_t rounds = 5;
    std::size_t first_completions = 10;
    std::size_t first_rounds = 2;
    Time shortest_epoch = std::chrono::milliseconds{100};
    std::size_t epochs_at_rest = 30;                     // before the hill is tried again
    Time rest_after_overload = std::chrono::seconds{1};  // the same, where so many were too many
  };

  // All at least 1; `least` is no more than `most`, and the others between the two, whatever they say.
  explicit ConcurrencyLimit(Options options);

  std::size_t limit() const { return limit_; }

  // A write has ended. `saturated`: as many were under way, or wanted to be, as may be.
  void completed(bool saturated, Time now);

  // kUnanswered: within its time, which may have been spent waiting for a webhook of one namespace. Such a
  // write keeps its place for so long: with few places all others would wait as well.
  enum class Sign { kRefused, kUnanswered };

  // The server has said that it is overloaded, or gave no answer. What was under way then may say so as well:
  // within the shortest time of an epoch that is the same overload, and tells how many were too many.
  void overloaded(Sign sign, Time now);

 private:
  enum class Trying { kNothing, kMore, kFewer, kBaseAgain };

  std::size_t enough() const;  // writes completed, for an epoch
  bool coming_back() const { return limit_ < threshold_; }
  void relieve(Sign sign, Time now);
  void judge(double rate, Time now);
  void judge_fewer(double rate);
  void try_fewer();  // than the base
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
  double base_rate_ = 0;   // a second; 0: not measured
  double fewer_rate_ = 0;  // where the base is measured again
  std::size_t rest_ = 0;   // epochs to come before the next try
  bool doubling_ = true;

  // What is left of the last overload.
  std::size_t calm_limit_;                       // where the hill was climbed last
  std::optional<std::size_t> overloaded_limit_;  // when it came; absent once as many were taken again
  std::size_t refusals_ = 0;                     // then
  std::size_t threshold_ = 0;                    // the limit up to which it comes back without a gain
  Time rest_until_ = Time::min();
};

}  // namespace scheduledjob::runtime
