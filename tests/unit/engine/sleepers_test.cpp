// Who sleeps, and who is to be woken when.
#include "engine/sleepers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::engine {
namespace {

using testing::ElementsAre;
using testing::Optional;
using testing::UnorderedElementsAre;

std::string uid(int number) {
  return fmt::format("0f3c5a77-9d1e-4b6a-8c2d-{:012x}", number);
}

Instant second(int number) {
  return Instant{std::chrono::seconds{number}};
}

void put(Sleepers& sleepers, int number, Instant wakeup, Scope scope = 0) {
  Sleeper sleeper;
  sleeper.scope = scope;
  sleeper.wakeup = wakeup;
  sleepers.put(uid(number), std::move(sleeper));
}

std::vector<std::string> wake_through(Sleepers& sleepers, Instant now) {
  std::vector<std::string> woken;
  while (const auto due = sleepers.pop_due(now)) {
    woken.push_back(*due);
    sleepers.take(*due);
  }
  return woken;
}

TEST(Sleepers, CanKeepWhatHasAUuid) {
  EXPECT_TRUE(Sleepers::can_keep("0f3c5a77-9d1e-4b6a-8c2d-00000000002a"));
  EXPECT_FALSE(Sleepers::can_keep("0F3C5A77-9D1E-4B6A-8C2D-00000000002A"))
      << "it would come back in small letters";
  EXPECT_FALSE(Sleepers::can_keep("0f3c5a77-9d1e-4b6a-8c2d-00000000002"));
  EXPECT_FALSE(Sleepers::can_keep("0f3c5a779d1e4b6a8c2d00000000002a0000"));
  EXPECT_FALSE(Sleepers::can_keep("uid-1"));
  EXPECT_FALSE(Sleepers::can_keep(""));
}

TEST(Sleepers, AreFoundAndTakenByTheirUid) {
  Sleepers sleepers;
  put(sleepers, 1, Sleeper::kNever, 7);
  ASSERT_NE(sleepers.find(uid(1)), nullptr);
  EXPECT_EQ(sleepers.find(uid(1))->scope, 7u);
  EXPECT_EQ(sleepers.find(uid(2)), nullptr);
  EXPECT_EQ(sleepers.find("uid-1"), nullptr);
  EXPECT_TRUE(sleepers.take(uid(1)).has_value());
  EXPECT_FALSE(sleepers.take(uid(1)).has_value());
  EXPECT_EQ(sleepers.size(), 0u);
}

TEST(Sleepers, AreWokenInTheOrderOfTheirTimes) {
  Sleepers sleepers;
  put(sleepers, 1, second(30));
  put(sleepers, 2, second(10));
  put(sleepers, 3, Sleeper::kNever);
  put(sleepers, 4, second(20));
  EXPECT_THAT(sleepers.next_wakeup(), Optional(second(10)));
  EXPECT_THAT(wake_through(sleepers, second(20)), ElementsAre(uid(2), uid(4)));
  EXPECT_THAT(sleepers.next_wakeup(), Optional(second(30)));
}

TEST(Sleepers, AreNotWokenAtATimeThatHoldsNoLonger) {
  Sleepers sleepers;
  put(sleepers, 1, second(10));
  sleepers.take(uid(1));
  EXPECT_EQ(sleepers.next_wakeup(), std::nullopt);
  put(sleepers, 1, second(20));
  EXPECT_THAT(wake_through(sleepers, second(15)), ElementsAre());
  put(sleepers, 2, second(30));
  sleepers.take(uid(1));
  put(sleepers, 1, Sleeper::kNever);
  EXPECT_THAT(wake_through(sleepers, second(40)), ElementsAre(uid(2)));
}

TEST(Sleepers, AreWokenRightlyHoweverOftenTheyWereTaken) {
  Sleepers sleepers;
  for (int round = 0; round < 50; ++round) {
    for (int number = 0; number < 100; ++number) {
      if (round > 0) sleepers.take(uid(number));
      put(sleepers, number, second(1000 + (number * 37 + round * 11) % 100));
    }
  }
  EXPECT_EQ(sleepers.size(), 100u);
  EXPECT_EQ(wake_through(sleepers, second(1099)).size(), 100u);
  EXPECT_EQ(sleepers.next_wakeup(), std::nullopt);
}

TEST(Sleepers, AreFoundByWhatTheyHaveInCommon) {
  Sleepers sleepers;
  for (int number = 0; number < 6; ++number) put(sleepers, number, Sleeper::kNever, number % 3);
  EXPECT_THAT(sleepers.find_all([](const Sleeper& sleeper) { return sleeper.scope == 1; }),
              UnorderedElementsAre(uid(1), uid(4)));
}

}  // namespace
}  // namespace scheduledjob::engine
