#include "runtime/mailbox.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using engine::Input;
using schedule::Instant;

Instant in(std::chrono::microseconds time) {
  return std::chrono::floor<Instant::duration>(std::chrono::system_clock::now()) + time;
}

Input numbered(api::ResourceVersion number) {
  return engine::Progressed{engine::Kind::kJob, number};
}

api::ResourceVersion number(const Input& input) {
  return std::get<engine::Progressed>(input).version;
}

TEST(Mailbox, GivesEverythingThatWasPostedInItsOrder) {
  Mailbox mailbox;
  for (api::ResourceVersion i = 0; i < 5; ++i) mailbox.post(numbered(i));

  std::vector<Input> inbox = {engine::TimePassed{}};  // the last turn's
  mailbox.take(inbox, in(1h));

  ASSERT_EQ(inbox.size(), 5u);
  for (api::ResourceVersion i = 0; i < 5; ++i) EXPECT_EQ(number(inbox[i]), i);
  mailbox.take(inbox, in(0us));
  EXPECT_TRUE(inbox.empty());
}

TEST(Mailbox, FreesTheRoomThatAListNeeded) {
  Mailbox mailbox;
  std::vector<Input> inbox;
  for (std::size_t i = 0; i <= 4 * Mailbox::kKept; ++i) mailbox.post(numbered(i));
  mailbox.take(inbox, in(1h));
  ASSERT_GT(inbox.capacity(), Mailbox::kKept);
  for (int turn = 0; turn < 2; ++turn) {  // the room goes to and fro
    mailbox.post(numbered(0));
    mailbox.take(inbox, in(1h));
    EXPECT_LE(inbox.capacity(), Mailbox::kKept) << turn;
  }
}

TEST(Mailbox, WakesTheTakerOnAPost) {
  Mailbox mailbox;
  std::jthread poster([&mailbox] { mailbox.post(numbered(7)); });
  std::vector<Input> inbox;
  mailbox.take(inbox, in(1h));
  ASSERT_EQ(inbox.size(), 1u);
  EXPECT_EQ(number(inbox[0]), 7u);
}

TEST(Mailbox, WakesTheTakerAtTheInstantAndNeverBefore) {
  Mailbox mailbox;
  std::vector<Input> inbox;
  std::chrono::microseconds promptest = 1h;
  for (int i = 0; i < 20; ++i) {
    const Instant deadline = in(5ms);
    mailbox.take(inbox, deadline);
    const Instant woken = in(0us);
    ASSERT_GE(woken, deadline);
    promptest = std::min(promptest, woken - deadline);
  }
  // A busy machine may delay any of them, but hardly all.
  EXPECT_LT(promptest, 1ms);
}

TEST(Mailbox, DoesNotWaitForADeadlineThatHasPassed) {
  Mailbox mailbox;
  std::vector<Input> inbox;
  mailbox.take(inbox, in(-1h));
  EXPECT_TRUE(inbox.empty());
}

TEST(Mailbox, MakesTheWatchesWaitWhileItIsCrowded) {
  constexpr std::size_t kRoom = 10;
  constexpr api::ResourceVersion kPosts = 1000;
  Mailbox mailbox(kRoom);
  std::jthread watch([&mailbox] {
    for (api::ResourceVersion i = 0; i < kPosts; ++i) mailbox.post_when_there_is_room(numbered(i));
  });

  std::vector<Input> inbox;
  api::ResourceVersion next = 0;
  while (next < kPosts) {
    mailbox.take(inbox, in(1h));
    ASSERT_LE(inbox.size(), kRoom);
    for (const Input& input : inbox) ASSERT_EQ(number(input), next++);
  }
}

TEST(Mailbox, TakesAnswersHoweverCrowdedItIs) {
  Mailbox mailbox(1);
  for (api::ResourceVersion i = 0; i < 100; ++i) mailbox.post(numbered(i));
  std::vector<Input> inbox;
  mailbox.take(inbox, in(1h));
  EXPECT_EQ(inbox.size(), 100u);
}

TEST(Mailbox, LetsNobodyWaitForRoomOnceItIsClosed) {
  Mailbox mailbox(1);
  mailbox.post(numbered(0));
  std::jthread watch([&mailbox] { mailbox.post_when_there_is_room(numbered(1)); });
  mailbox.close();
  watch.join();

  mailbox.post(numbered(2));
  std::vector<Input> inbox;
  mailbox.take(inbox, in(0us));
  EXPECT_TRUE(inbox.empty());
}

TEST(Mailbox, KeepsTheOrderOfEachPoster) {
  constexpr api::ResourceVersion kPosters = 4;
  constexpr api::ResourceVersion kPosts = 2000;
  Mailbox mailbox(64);
  std::vector<std::jthread> posters;
  for (api::ResourceVersion poster = 0; poster < kPosters; ++poster) {
    posters.emplace_back([&mailbox, poster] {
      for (api::ResourceVersion i = 0; i < kPosts; ++i) {
        mailbox.post_when_there_is_room(numbered(poster * kPosts + i));
      }
    });
  }

  std::vector<api::ResourceVersion> next(kPosters, 0);
  std::vector<Input> inbox;
  for (api::ResourceVersion taken = 0; taken < kPosters * kPosts;) {
    mailbox.take(inbox, in(1h));
    taken += inbox.size();
    for (const Input& input : inbox) {
      const api::ResourceVersion poster = number(input) / kPosts;
      ASSERT_EQ(number(input) % kPosts, next[poster]++);
    }
  }
}

}  // namespace
}  // namespace scheduledjob::runtime
