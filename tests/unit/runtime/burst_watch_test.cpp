#include "runtime/burst_watch.hpp"

#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

constexpr std::size_t kMuch = BurstWatch::kMuch;

TEST(BurstWatch, SeesTheEndOfABurstOnce) {
  BurstWatch watch;
  EXPECT_FALSE(watch.is_over_after(kMuch));
  EXPECT_TRUE(watch.is_over_after(0));
  EXPECT_FALSE(watch.is_over_after(0));
  EXPECT_FALSE(watch.is_over_after(kMuch));
  EXPECT_TRUE(watch.is_over_after(0));
}

TEST(BurstWatch, WaitsUntilOneThatFadesIsNearlyOver) {
  BurstWatch watch;
  for (const std::size_t work : {10 * kMuch, 5 * kMuch, 2 * kMuch, kMuch})
    EXPECT_FALSE(watch.is_over_after(work));
  EXPECT_TRUE(watch.is_over_after(kMuch - 1));
}

TEST(BurstWatch, TakesEvenWorkForNoBurst) {
  BurstWatch watch;
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(watch.is_over_after(5 * kMuch));
  }
}

TEST(BurstWatch, TakesLittleWorkForNoBurst) {
  BurstWatch watch;
  EXPECT_FALSE(watch.is_over_after(kMuch - 1));
  EXPECT_FALSE(watch.is_over_after(0));
}

}  // namespace
}  // namespace scheduledjob::runtime
