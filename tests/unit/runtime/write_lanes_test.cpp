#include "runtime/write_lanes.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <future>
#include <latch>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

using ::testing::ElementsAre;

// A single worker that is kept busy until the test has queued what it wants to see in order.
class SingleWorker : public ::testing::Test {
 protected:
  explicit SingleWorker(std::chrono::milliseconds patience = WriteLanes::kPatience)
      : lanes_(1, telemetry_, patience) {
    lanes_.post(Lane::kCreate, [this] {
      busy_.count_down();
      free_.wait();
    });
    busy_.wait();
  }
  ~SingleWorker() override { set_free(); }

  void post(Lane lane, std::string name) {
    lanes_.post(lane, [this, name = std::move(name)] { done_.push_back(name); });
  }

  void set_free() {
    if (!freed_) free_.count_down();
    freed_ = true;
  }

  std::vector<std::string> run_all() {
    set_free();
    lanes_.stop(WriteLanes::Rest::kRun);
    return done_;
  }

  Telemetry telemetry_;
  std::latch busy_{1};
  std::latch free_{1};
  bool freed_ = false;
  std::vector<std::string> done_;
  WriteLanes lanes_;
};

class ImpatientWorker : public SingleWorker {
 protected:
  ImpatientWorker() : SingleWorker(std::chrono::milliseconds{0}) {}
};

TEST_F(SingleWorker, TakesTheMostImportantFirst) {
  post(Lane::kEvent, "event");
  post(Lane::kDelete, "delete");
  post(Lane::kStatus, "status");
  post(Lane::kCreate, "create");
  EXPECT_THAT(run_all(), ElementsAre("create", "status", "delete", "event"));
}

TEST_F(SingleWorker, ServesFirstComeFirstWithinALane) {
  for (const char* name : {"a", "b", "c", "d"}) post(Lane::kStatus, name);
  EXPECT_THAT(run_all(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(SingleWorker, LetsWaitWhatMayWaitWhileABurstLasts) {
  post(Lane::kEvent, "event");
  post(Lane::kStatus, "status");
  for (int i = 0; i < 200; ++i) post(Lane::kCreate, "create");
  const std::vector<std::string> order = run_all();
  EXPECT_THAT(std::vector(order.end() - 3, order.end()), ElementsAre("create", "status", "event"));
}

TEST_F(ImpatientWorker, StarvesNoLane) {
  post(Lane::kEvent, "event");
  post(Lane::kEvent, "event");
  post(Lane::kStatus, "status");
  for (int i = 0; i < 200; ++i) post(Lane::kCreate, "create");
  const std::vector<std::string> order = run_all();
  const auto place = [&order](const std::string& name, auto from) {
    return std::find(from, order.end(), name);
  };
  const auto first_event = place("event", order.begin());
  const auto second_event = place("event", first_event + 1);
  const auto status = place("status", order.begin());
  constexpr auto kTurns = static_cast<std::ptrdiff_t>(WriteLanes::kRelief);
  EXPECT_LT(first_event - order.begin(), kTurns);
  EXPECT_LE(second_event - first_event, kTurns);
  EXPECT_LE(status - second_event, kTurns);
}

std::vector<std::uint64_t> depths(const TelemetrySnapshot& snapshot) {
  std::vector<std::uint64_t> depths;
  for (const LaneFigures& lane : snapshot.lanes) depths.push_back(lane.depth);
  return depths;
}

TEST_F(SingleWorker, ReportsHowManyWaitAndHowManyAreUnderWay) {
  post(Lane::kStatus, "a");
  post(Lane::kStatus, "b");
  post(Lane::kDelete, "c");
  const TelemetrySnapshot busy = telemetry_.snapshot();
  EXPECT_THAT(depths(busy), ElementsAre(0u, 2u, 1u, 0u));
  EXPECT_EQ(busy.requests_in_flight, 1u);
  run_all();
  const TelemetrySnapshot idle = telemetry_.snapshot();
  EXPECT_THAT(depths(idle), ElementsAre(0u, 0u, 0u, 0u));
  EXPECT_EQ(idle.requests_in_flight, 0u);
}

TEST_F(SingleWorker, ReportsWhatWentThroughEachLane) {
  post(Lane::kStatus, "a");
  post(Lane::kStatus, "b");
  post(Lane::kDelete, "c");
  run_all();
  const TelemetrySnapshot after = telemetry_.snapshot();
  const LaneFigures& status = after.lanes[static_cast<std::size_t>(Lane::kStatus)];
  EXPECT_EQ(status.added, 2u);
  EXPECT_EQ(status.queued.count, 2u);
  EXPECT_EQ(status.worked.count, 2u);
  EXPECT_EQ(after.lanes[static_cast<std::size_t>(Lane::kDelete)].worked.count, 1u);
  EXPECT_EQ(after.lanes[static_cast<std::size_t>(Lane::kEvent)].added, 0u);
}

TEST_F(SingleWorker, DropsTheRestWhenToldTo) {
  post(Lane::kCreate, "create");
  std::jthread stopper([this] { lanes_.stop(WriteLanes::Rest::kDiscard); });
  while (telemetry_.snapshot().lanes[0].depth != 0) std::this_thread::yield();
  set_free();
  stopper.join();
  EXPECT_TRUE(done_.empty());
}

TEST_F(SingleWorker, TakesNothingAfterAStop) {
  set_free();
  lanes_.stop(WriteLanes::Rest::kRun);
  post(Lane::kCreate, "late");
  lanes_.stop(WriteLanes::Rest::kRun);
  EXPECT_TRUE(done_.empty());
}

TEST(WriteLanes, RunNoMoreAtOnceThanAllowed) {
  constexpr std::ptrdiff_t kLimit = 3;
  constexpr int kTasks = 50;
  Telemetry telemetry;
  WriteLanes lanes(kLimit, telemetry);
  std::latch all_workers_busy(kLimit);
  std::atomic<int> running = 0;
  std::atomic<int> most = 0;
  for (int i = 0; i < kTasks; ++i) {
    lanes.post(Lane::kStatus, [&, i] {
      const int now = ++running;
      for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
      }
      if (i < kLimit) all_workers_busy.arrive_and_wait();  // so the limit is reached, too
      --running;
    });
  }
  lanes.stop(WriteLanes::Rest::kRun);
  EXPECT_EQ(most, kLimit);
}

// A burst is posted at once: nothing else would wake those who wait for the limit to grow.
TEST(WriteLanes, UseTheRoomThatIsFoundWhileNothingIsPosted) {
  // A greater one is tried after the first epoch.
  const std::size_t first_limit = ConcurrencyLimit::Options{}.first;
  Telemetry telemetry;
  WriteLanes lanes(64, telemetry);
  std::atomic<std::size_t> running = 0;
  std::atomic<std::size_t> most = 0;
  for (int i = 0; i < 5'000; ++i) {
    lanes.post(Lane::kCreate, [&] {
      const std::size_t now = ++running;
      for (std::size_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));  // what the server takes
      --running;
    });
  }
  while (telemetry.snapshot().lanes[0].depth > 0) std::this_thread::yield();
  lanes.stop(WriteLanes::Rest::kRun);
  EXPECT_GT(most, first_limit);
}

TEST(WriteLanes, BeginNothingBeforeTheServersRetryAfterHasPassed) {
  Telemetry telemetry;
  WriteLanes lanes(4, telemetry);
  const auto begin = std::chrono::steady_clock::now();
  constexpr std::chrono::milliseconds kWait{50};
  lanes.slow_down(kWait);
  std::latch done(8);
  std::atomic<bool> early = false;
  for (int i = 0; i < 8; ++i) {
    lanes.post(Lane::kCreate, [&] {
      if (std::chrono::steady_clock::now() < begin + kWait) early = true;
      done.count_down();
    });
  }
  done.wait();
  EXPECT_FALSE(early);
}

TEST(WriteLanes, CarryOutWhatIsLeftAtOnceWhenTheyStop) {
  Telemetry telemetry;
  WriteLanes lanes(1, telemetry);
  lanes.slow_down(WriteLanes::kLongestWait);
  bool done = false;
  lanes.post(Lane::kStatus, [&done] { done = true; });
  lanes.stop(WriteLanes::Rest::kRun);
  EXPECT_TRUE(done);
}

TEST(WriteLanes, WorkEvenIfNoneMayBeInFlight) {
  Telemetry telemetry;
  WriteLanes lanes(0, telemetry);
  std::latch done(1);
  lanes.post(Lane::kCreate, [&done] { done.count_down(); });
  done.wait();
}

TEST(WriteLanes, TellWhichTaskHasBeenRunningForLongest) {
  Telemetry telemetry;
  WriteLanes lanes(1, telemetry);
  EXPECT_EQ(lanes.oldest_task(), std::nullopt);
  std::promise<void> may_end;
  std::promise<void> runs;
  lanes.post(Lane::kCreate, [&] {
    runs.set_value();
    may_end.get_future().wait();
  });
  runs.get_future().wait();
  const auto first = lanes.oldest_task();
  EXPECT_TRUE(first);
  EXPECT_EQ(lanes.oldest_task(), first);
  std::optional<std::uint64_t> second;
  lanes.post(Lane::kCreate, [&] { second = lanes.oldest_task(); });
  may_end.set_value();
  lanes.stop(WriteLanes::Rest::kRun);
  EXPECT_TRUE(second);
  EXPECT_NE(second, first);
  EXPECT_EQ(lanes.oldest_task(), std::nullopt);
}

}  // namespace
}  // namespace scheduledjob::runtime
