#include "kube/backoff.hpp"

#include <chrono>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(Backoff, DoublesToItsLimitAndStartsOverWhenReset) {
  Backoff backoff(100ms, 500ms, [] { return 0.5; });
  std::vector<std::chrono::milliseconds> waits;
  for (int i = 0; i < 5; ++i) waits.push_back(backoff.next());
  EXPECT_THAT(waits, ElementsAre(50ms, 100ms, 200ms, 250ms, 250ms));
  backoff.reset();
  EXPECT_EQ(backoff.next(), 50ms);
}

}  // namespace
}  // namespace scheduledjob::kube
