// The limit beside a model of an API server, in virtual time.
#include "runtime/concurrency_limit.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using Time = ConcurrencyLimit::Time;
constexpr auto kRefused = ConcurrencyLimit::Sign::kRefused;
constexpr auto kUnanswered = ConcurrencyLimit::Sign::kUnanswered;

// So many workers; each write takes a time that varies around a mean, which grows once too many are under
// way.
struct Server {
  std::size_t workers;
  double mean_ms;
  std::size_t crowd;  // from which on each one more costs all
  double cost_of_crowd = 0.012;

  double service_ms(std::size_t under_way) const {
    const double crowded = under_way > crowd ? static_cast<double>(under_way - crowd) * cost_of_crowd : 0;
    return mean_ms * (1 + crowded);
  }
};

constexpr Server kFast{4, 4.2, 16};
constexpr Server kSlow{32, 100, 48};

// A client that always has more to write, against a server that may change with time.
class Exchange {
 public:
  Exchange(std::function<Server(Time)> server, std::function<std::size_t()> limit,
           std::function<void(Time)> completed)
      : server_(std::move(server)), limit_(std::move(limit)), completed_(std::move(completed)) {}

  // Writes completed until `end`.
  std::size_t run_until(Time end) {
    std::size_t done = 0;
    while (true) {
      while (under_way_ < limit_()) send();
      const Time next = ending_.top();
      if (next > end) return done;
      now_ = next;
      ending_.pop();
      --under_way_;
      --in_service_;
      ++done;
      completed_(now_);
      while (waiting_ > 0 && in_service_ < server_(now_).workers) {
        --waiting_;
        serve();
      }
    }
  }

 private:
  void send() {
    ++under_way_;
    if (in_service_ < server_(now_).workers) {
      serve();
    } else {
      ++waiting_;
    }
  }

  void serve() {
    ++in_service_;
    // Log-normal, as latencies are; its mean is that of the server.
    constexpr double kSigma = 0.5;
    std::lognormal_distribution<double> factor(-kSigma * kSigma / 2, kSigma);
    const double ms = server_(now_).service_ms(under_way_) * factor(random_);
    ending_.push(now_ + std::chrono::duration_cast<Time>(std::chrono::duration<double, std::milli>(ms)));
  }

  std::function<Server(Time)> server_;
  std::function<std::size_t()> limit_;
  std::function<void(Time)> completed_;
  std::mt19937_64 random_{1};
  Time now_{0};
  std::size_t under_way_ = 0;
  std::size_t in_service_ = 0;
  std::size_t waiting_ = 0;
  std::priority_queue<Time, std::vector<Time>, std::greater<>> ending_;
};

double best_fixed_rate(const Server& server) {
  double best = 0;
  for (std::size_t limit = 1; limit <= 64; ++limit) {
    Exchange exchange([&](Time) { return server; }, [limit] { return limit; }, [](Time) {});
    exchange.run_until(1s);
    best = std::max(best, static_cast<double>(exchange.run_until(6s)) / 5);
  }
  return best;
}

// What is completed a second between `from` and `to`, with the limit left to itself since 0.
double rate_between(const std::function<Server(Time)>& server, Time from, Time to) {
  ConcurrencyLimit limit({});
  Exchange exchange(
      server, [&] { return limit.limit(); }, [&](Time now) { limit.completed(true, now); });
  exchange.run_until(from);
  return static_cast<double>(exchange.run_until(to)) / std::chrono::duration<double>(to - from).count();
}

TEST(ConcurrencyLimit, FindsWhatAFastServerTakesWithinSeconds) {
  EXPECT_GT(rate_between([](Time) { return kFast; }, 3s, 13s), 0.9 * best_fixed_rate(kFast));
}

TEST(ConcurrencyLimit, FindsWhatASlowServerTakesWithinSeconds) {
  EXPECT_GT(rate_between([](Time) { return kSlow; }, 8s, 38s), 0.8 * best_fixed_rate(kSlow));
}

// Its writes wait for a disk: the more of them, the better.
TEST(ConcurrencyLimit, WritesABurstOfAThousandNearlyAsFastAsTheServerTakesIt) {
  static constexpr Server kWaiting{60, 190, 64};
  EXPECT_GT(rate_between([](Time) { return kWaiting; }, 0s, 3s), 0.85 * best_fixed_rate(kWaiting));
}

TEST(ConcurrencyLimit, FollowsAServerThatIsSuddenlySlow) {
  const auto server = [](Time now) { return now < 10s ? kFast : kSlow; };
  EXPECT_GT(rate_between(server, 20s, 50s), 0.8 * best_fixed_rate(kSlow));
}

TEST(ConcurrencyLimit, FollowsAServerThatIsFastAgain) {
  const auto server = [](Time now) { return now < 20s ? kSlow : kFast; };
  EXPECT_GT(rate_between(server, 25s, 45s), 0.9 * best_fixed_rate(kFast));
}

TEST(ConcurrencyLimit, DoesNotCrowdAServerThatSlowsDown) {
  static constexpr Server kTouchy{4, 4.2, 8, 0.05};
  EXPECT_GT(rate_between([](Time) { return kTouchy; }, 3s, 23s), 0.85 * best_fixed_rate(kTouchy));
}

// Whichever limit is tried in a better moment looks like the better one.
TEST(ConcurrencyLimit, IsSeldomLedAstrayByAServerWhosePaceChangesAllTheTime) {
  static constexpr Server kBusy{64, 57, 16, 0.0375};  // 64 under way complete 1.2 times as many as 27
  constexpr std::size_t kServers = 200;
  double share = 0;
  for (std::uint64_t seed = 0; seed < kServers; ++seed) {
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> pace(0, 0.5);
    std::vector<double> seconds(30);
    for (double& second : seconds) second = pace(random);
    const auto server = [&seconds](Time now) {
      Server at_present = kBusy;
      at_present.mean_ms *= seconds[static_cast<std::size_t>(now / 1s)];
      return at_present;
    };
    Exchange fixed(
        server, [] { return ConcurrencyLimit::Options{}.most; }, [](Time) {});
    fixed.run_until(3s);
    share += rate_between(server, 3s, 25s) * 22 / static_cast<double>(fixed.run_until(25s)) / kServers;
  }
  EXPECT_GT(share, 0.955) << "of what the best limit completes";
}

TEST(ConcurrencyLimit, IsNotMovedByTooLittleToWrite) {
  ConcurrencyLimit limit({});
  for (int i = 0; i < 10'000; ++i) limit.completed(false, i * 1ms);
  EXPECT_EQ(limit.limit(), ConcurrencyLimit::Options{}.first);
}

TEST(ConcurrencyLimit, FallsByAThirdWhenTheServerIsOverloaded) {
  ConcurrencyLimit limit({.first = 20});
  limit.overloaded(kRefused, 0us);
  EXPECT_EQ(limit.limit(), 14u);
  for (int i = 1; i < 6; ++i) limit.overloaded(kRefused, i * 1us);
  EXPECT_EQ(limit.limit(), 14u);
}

TEST(ConcurrencyLimit, FallsToWhatWasNotRefusedOfAllThatWasUnderWay) {
  ConcurrencyLimit limit({.first = 20});
  for (int i = 0; i < 17; ++i) limit.overloaded(kRefused, i * 1us);
  EXPECT_EQ(limit.limit(), 3u);
}

TEST(ConcurrencyLimit, FallsOnceForAllThatGotNoAnswer) {
  ConcurrencyLimit limit({.first = 32});
  for (int i = 0; i < 32; ++i) limit.overloaded(kUnanswered, i * 1us);
  EXPECT_EQ(limit.limit(), 22u);
}

TEST(ConcurrencyLimit, StaysWithinItsBounds) {
  ConcurrencyLimit limit({.least = 3, .first = 1, .most = 5});
  EXPECT_EQ(limit.limit(), 3u);
  for (int epoch = 0; epoch < 50; ++epoch) {
    for (int i = 0; i < 100; ++i) limit.completed(true, epoch * 1s + i * 10ms);
    EXPECT_GE(limit.limit(), 3u);
    EXPECT_LE(limit.limit(), 5u);
    if (epoch % 7 == 0) limit.overloaded(kRefused, epoch * 1s + 999ms);
  }
}

TEST(ConcurrencyLimit, IsWhereItWasWithinSecondsOfAMinuteOfRefusals) {
  static constexpr Server kWaiting{60, 190, 64};
  ConcurrencyLimit limit({});
  Exchange before([](Time) { return kWaiting; }, [&] { return limit.limit(); },
                  [&](Time now) { limit.completed(true, now); });
  before.run_until(10s);
  for (int second = 0; second < 60; ++second) limit.overloaded(kRefused, 10s + second * 1s);
  ASSERT_EQ(limit.limit(), 1u);
  Exchange after([](Time) { return kWaiting; }, [&] { return limit.limit(); },
                 [&](Time now) { limit.completed(true, 70s + now); });
  after.run_until(5s);
  EXPECT_GT(static_cast<double>(after.run_until(15s)) / 10, 0.85 * best_fixed_rate(kWaiting));
}

// So many writes, at an even pace whatever the limit: nothing is to be gained by more.
void complete(ConcurrencyLimit& limit, Time from, int writes) {
  for (int i = 0; i < writes; ++i) limit.completed(true, from + i * 5ms);
}

std::size_t highest_within_two_seconds(ConcurrencyLimit& limit, Time from) {
  std::size_t highest = 0;
  for (int i = 0; i < 100; ++i) {
    complete(limit, from + i * 20ms, 4);
    highest = std::max(highest, limit.limit());
  }
  return highest;
}

TEST(ConcurrencyLimit, LeavesAPlaceBesideAWriteThatHangsWhereMoreHelpNothing) {
  ConcurrencyLimit limit({});
  std::size_t least = limit.limit();
  for (int i = 0; i < 20'000; ++i) {
    complete(limit, i * 5ms, 1);
    least = std::min(least, limit.limit());
  }
  EXPECT_EQ(least, 2u);
}

TEST(ConcurrencyLimit, AsksForNoGainOnItsWayBackFromRefusalsOfEvenTheFewest) {
  ConcurrencyLimit limit({.least = 2, .first = 40, .most = 40});
  for (int second = 0; second < 60; ++second) limit.overloaded(kRefused, second * 1s);
  ASSERT_EQ(limit.limit(), 2u);
  EXPECT_EQ(highest_within_two_seconds(limit, 60s), 40u);
}

TEST(ConcurrencyLimit, RemembersHowManyItTookBeforeThroughoutRefusalsThatEndForAMoment) {
  ConcurrencyLimit limit({.least = 2, .first = 40, .most = 40});
  for (int second = 0; second < 60; ++second) {
    limit.overloaded(kRefused, second * 1s);
    if (second % 10 == 9) complete(limit, second * 1s + 1ms, 100);
  }
  for (int second = 60; second < 80; ++second) limit.overloaded(kRefused, second * 1s);
  EXPECT_EQ(highest_within_two_seconds(limit, 80s), 40u);
}

TEST(ConcurrencyLimit, ComesBackToNoMoreThanTheOverloadLeftWhenFewerAreTaken) {
  ConcurrencyLimit limit({.least = 2, .first = 40, .most = 64});
  limit.overloaded(kRefused, 0s);
  limit.overloaded(kRefused, 1s);
  ASSERT_EQ(limit.limit(), 19u);
  complete(limit, 2s, 60);
  EXPECT_LE(limit.limit(), 19u + 19u / 2);
}

// An API server whose priority level has so many seats, and refuses whatever finds none free: nothing is sent
// then before a second has passed. Of seats, a level without a share has one.
class Seats {
 public:
  explicit Seats(std::function<std::size_t(Time)> seats) : seats_(std::move(seats)) {}

  // Writes completed a second until `end`.
  double run_until(ConcurrencyLimit& limit, Time end) {
    const Time begin = now_;
    int written = 0;
    while (now_ < end) {
      while (now_ >= held_until_ && ending_.size() < limit.limit() && send(limit)) {
      }
      const bool held = now_ < held_until_ && (ending_.empty() || held_until_ <= ending_.top());
      now_ = held ? held_until_ : ending_.top();
      if (held) continue;
      ending_.pop();
      ++written;
      limit.completed(true, now_);
    }
    return written / std::chrono::duration<double>(now_ - begin).count();
  }

 private:
  bool send(ConcurrencyLimit& limit) {
    if (ending_.size() < seats_(now_)) {
      std::uniform_real_distribution<double> ms(5, 15);
      ending_.push(now_ +
                   std::chrono::duration_cast<Time>(std::chrono::duration<double, std::milli>(ms(random_))));
      return true;
    }
    limit.overloaded(kRefused, now_);
    limit.completed(true, now_);
    held_until_ = now_ + 1s;
    return false;
  }

  std::function<std::size_t(Time)> seats_;
  std::mt19937_64 random_{1};
  Time now_{0};
  Time held_until_{0};
  std::priority_queue<Time, std::vector<Time>, std::greater<>> ending_;
};

constexpr double kOfOneSeat = 100;  // writes a second

TEST(ConcurrencyLimit, WritesOneByOneWhereTheSecondIsRefused) {
  ConcurrencyLimit limit({});
  Seats server([](Time) { return 1; });
  EXPECT_GT(server.run_until(limit, 60s), 0.4 * kOfOneSeat);
}

TEST(ConcurrencyLimit, WritesAsManyAtATimeAsAFewSeatsTake) {
  ConcurrencyLimit limit({});
  Seats server([](Time) { return 10; });
  EXPECT_GT(server.run_until(limit, 60s), 0.4 * 10 * kOfOneSeat);
}

TEST(ConcurrencyLimit, IsWhereItWasWithinSecondsOfAMinuteWithOneSeat) {
  ConcurrencyLimit limit({});
  Seats server([](Time now) { return now < 10s || now > 70s ? 64 : 1; });
  server.run_until(limit, 75s);
  EXPECT_GT(server.run_until(limit, 85s), 0.9 * 64 * kOfOneSeat);
}

TEST(ConcurrencyLimit, IsWhereItWasWithinSecondsOfAMinuteWithoutASeat) {
  ConcurrencyLimit limit({});
  Seats server([](Time now) { return now < 10s || now > 70s ? 64 : 0; });
  server.run_until(limit, 75s);
  EXPECT_GT(server.run_until(limit, 85s), 0.9 * 64 * kOfOneSeat);
}

TEST(ConcurrencyLimit, LeavesRoomForOthersBesideWritesThatAreNeverAnswered) {
  ConcurrencyLimit limit({});
  for (int second = 0; second < 60; ++second) limit.overloaded(kUnanswered, second * 1s);
  EXPECT_EQ(limit.limit(), ConcurrencyLimit::Options{}.least_unanswered);
}

TEST(ConcurrencyLimit, DoesNotRiseBecauseAnAnswerDidNotCome) {
  ConcurrencyLimit limit({});
  ConcurrencyLimit answered({});
  for (int second = 0; second < 20; ++second) {
    limit.overloaded(kRefused, second * 1s);
    answered.overloaded(kRefused, second * 1s);
  }
  for (Time now = 20s; answered.limit() < ConcurrencyLimit::Options{}.least_unanswered; now += 10ms) {
    limit.overloaded(kUnanswered, now);
    EXPECT_EQ(limit.limit(), answered.limit()) << "at once or later";
    limit.completed(true, now);
    answered.completed(true, now);
  }
}

TEST(ConcurrencyLimit, RisesAgainAfterAnOverload) {
  ConcurrencyLimit limit({});
  for (int i = 0; i < 10; ++i) limit.overloaded(kRefused, i * 1s);
  ASSERT_EQ(limit.limit(), 1u);
  Exchange exchange([](Time) { return kSlow; }, [&] { return limit.limit(); },
                    [&](Time now) { limit.completed(true, 10s + now); });
  exchange.run_until(60s);
  EXPECT_GT(limit.limit(), 16u);
}

}  // namespace
}  // namespace scheduledjob::runtime
