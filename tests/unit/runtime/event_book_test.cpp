#include "runtime/event_book.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using schedule::Instant;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const Instant kStart{1'790'000'000s};

api::Event failure(std::string uid = "uid", std::string reason = "RunFailed") {
  return {.regarding = {"shop", "nightly"},
          .regarding_uid = std::move(uid),
          .type = api::EventType::kWarning,
          .reason = std::move(reason),
          .action = "BackoffLimitExceeded",
          .note = "The run failed"};
}

std::int64_t count_in(const EventWrite& write) {
  return nlohmann::json::parse(write.body)["series"]["count"];
}

TEST(EventBook, WritesTheFirstOfAKindAtOnce) {
  EventBook book("pod-1");
  const auto write = book.occurred(failure(), kStart);
  ASSERT_TRUE(write);
  EXPECT_TRUE(write->creates);
  EXPECT_EQ(write->namespace_, "shop");
  EXPECT_THAT(write->name, StartsWith("nightly."));
  EXPECT_EQ(nlohmann::json::parse(write->body)["metadata"]["name"], write->name);
}

TEST(EventBook, CountsRepeatsAndWritesTheCountEveryHalfMinute) {
  EventBook book("pod-1");
  const std::string name = book.occurred(failure(), kStart)->name;
  EXPECT_FALSE(book.occurred(failure(), kStart + 10s));
  EXPECT_FALSE(book.occurred(failure(), kStart + 29s));
  const auto write = book.occurred(failure(), kStart + 30s);
  ASSERT_TRUE(write);
  EXPECT_FALSE(write->creates);
  EXPECT_EQ(write->name, name);
  EXPECT_EQ(count_in(*write), 4);
}

TEST(EventBook, WritesWhatWasCountedAlsoWhenNothingMoreHappens) {
  EventBook book("pod-1");
  book.occurred(failure(), kStart);
  book.occurred(failure(), kStart + 10s);
  EXPECT_THAT(book.repeats(kStart + 29s), IsEmpty());
  const std::vector<EventWrite> writes = book.repeats(kStart + 30s);
  ASSERT_THAT(writes, SizeIs(1));
  EXPECT_EQ(count_in(writes[0]), 2);
  EXPECT_THAT(book.repeats(kStart + 60s), IsEmpty());
}

TEST(EventBook, KeepsASeriesGoingForAsLongAsItRepeats) {
  EventBook book("pod-1");
  const std::string name = book.occurred(failure(), kStart)->name;
  Instant now = kStart;
  for (int i = 2; i <= 20; ++i) {
    now += 5min;
    const auto write = book.occurred(failure(), now);
    ASSERT_TRUE(write);
    EXPECT_EQ(write->name, name);
    EXPECT_EQ(count_in(*write), i);
    book.repeats(now + 1s);
  }
}

TEST(EventBook, BeginsANewEventAfterAPause) {
  EventBook book("pod-1");
  const std::string name = book.occurred(failure(), kStart)->name;
  const auto later = book.occurred(failure(), kStart + EventBook::kSeriesEnd);
  ASSERT_TRUE(later);
  EXPECT_TRUE(later->creates);
  EXPECT_NE(later->name, name);
}

TEST(EventBook, TellsKindsAndObjectsApart) {
  EventBook book("pod-1");
  std::set<std::string> names;
  for (const api::Event& event : {failure("a"), failure("b"), failure("a", "RunMissed")}) {
    const auto write = book.occurred(event, kStart);
    ASSERT_TRUE(write);
    EXPECT_TRUE(write->creates);
    names.insert(write->name);
  }
  EXPECT_THAT(names, SizeIs(3)) << "also of one microsecond";
}

TEST(EventBook, HoldsNoMoreThanItsBoundAndTakesInMoreWhenSeriesHaveEnded) {
  EventBook book("pod-1");
  for (std::size_t i = 0; i < EventBook::kMaxSeries; ++i)
    ASSERT_TRUE(book.occurred(failure(std::to_string(i)), kStart));
  EXPECT_FALSE(book.occurred(failure("one more"), kStart + 1s));
  book.repeats(kStart + EventBook::kSeriesEnd);
  EXPECT_TRUE(book.occurred(failure("one more"), kStart + EventBook::kSeriesEnd));
}

TEST(EventBook, NamesEventsWithinTheBoundOfNames) {
  EventBook book("pod-1");
  api::Event event = failure();
  event.regarding.name = std::string(236, 'n') + ".and.much.more.that.is.cut.away";
  const std::string name = book.occurred(event, kStart)->name;
  EXPECT_LE(name.size(), 253u);
  EXPECT_THAT(name, testing::Not(testing::HasSubstr("..")));
}

}  // namespace
}  // namespace scheduledjob::runtime
