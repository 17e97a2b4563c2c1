#include "engine/backoff.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace scheduledjob::engine {
namespace {

using namespace std::chrono_literals;

TEST(EngineBackoff, GrowsFromTheShortestWaitToTheLongest) {
  for (int waiter = 0; waiter < 100; ++waiter) {
    const std::string uid = "uid-" + std::to_string(waiter);
    std::chrono::milliseconds backoff{0};
    std::chrono::milliseconds before = 500ms;
    int tries = 0;
    while (before < 30s) {
      ASSERT_LT(++tries, 12);
      const auto wait = grow(backoff, uid, 500ms, 30s);
      EXPECT_GE(wait, before);
      EXPECT_LE(wait, std::min<std::chrono::milliseconds>(before * 3, 30s));
      before = wait;
    }
    EXPECT_EQ(grow(backoff, uid, 500ms, 30s), 30s);
  }
}

TEST(EngineBackoff, SpreadsThoseThatWereRefusedTogether) {
  std::set<std::chrono::milliseconds> waits;
  for (int waiter = 0; waiter < 1000; ++waiter) {
    std::chrono::milliseconds backoff{0};
    waits.insert(grow(backoff, "uid-" + std::to_string(waiter), 500ms, 30s));
  }
  EXPECT_GT(waits.size(), 500u) << "of 1000 that may wait for 500 to 1500 ms";
}

TEST(EngineBackoff, IsTheSameForTheSameWaiter) {
  std::chrono::milliseconds one{0};
  std::chrono::milliseconds other{0};
  EXPECT_EQ(grow(one, "uid", 500ms, 30s), grow(other, "uid", 500ms, 30s));
}

TEST(EngineBackoff, KeepsToBoundsThatLeaveNoChoice) {
  std::chrono::milliseconds backoff{0};
  EXPECT_EQ(grow(backoff, "uid", 500ms, 500ms), 500ms);
}

}  // namespace
}  // namespace scheduledjob::engine
