#include "runtime/telemetry.hpp"

#include <numeric>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Pair;

TEST(Telemetry, StartsWithNothing) {
  const TelemetrySnapshot snapshot = Telemetry().snapshot();
  EXPECT_TRUE(snapshot.outcomes.empty());
  EXPECT_EQ(snapshot.start_lateness.count, 0u);
  EXPECT_FALSE(snapshot.leader);
  EXPECT_FALSE(snapshot.caches_synced);
  EXPECT_EQ(snapshot.since_loop_turn, std::nullopt);
}

TEST(Telemetry, AddsUpOutcomes) {
  Telemetry telemetry;
  telemetry.record_outcome("Missed", "Deadline", 3);
  telemetry.record_outcome("Missed", "Deadline");
  telemetry.record_outcome("Succeeded", "");
  EXPECT_THAT(telemetry.snapshot().outcomes,
              ElementsAre(Pair(Pair("Missed", "Deadline"), 4), Pair(Pair("Succeeded", ""), 1)));
}

TEST(Telemetry, PutsAValueOnABoundIntoTheBucketBelowIt) {
  Histogram histogram({1, 2});
  histogram.observe(1);
  histogram.observe(1.5);
  histogram.observe(2);
  histogram.observe(3);
  EXPECT_THAT(histogram.buckets, ElementsAre(1, 2, 1));
  EXPECT_EQ(histogram.count, 4u);
  EXPECT_DOUBLE_EQ(histogram.sum, 7.5);
}

TEST(Telemetry, MeasuresLatenessFromAMillisecondToFiveMinutes) {
  const Histogram lateness = Telemetry().snapshot().start_lateness;
  EXPECT_EQ(lateness.upper_bounds.front(), 0.001);
  EXPECT_EQ(lateness.upper_bounds.back(), 300);
}

TEST(Telemetry, BoundsTheNumberOfSeries) {
  Telemetry telemetry;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = std::to_string(i);
    telemetry.record_outcome("Failed", name);
    telemetry.record_api_request({"GET", name}, 200, milliseconds(1));
    telemetry.record_watch_disturbance(name);
  }
  const TelemetrySnapshot snapshot = telemetry.snapshot();
  EXPECT_LE(snapshot.outcomes.size(), kMaxSeries + 1);
  EXPECT_LE(snapshot.api_requests.size(), kMaxSeries + 1);
  EXPECT_LE(snapshot.api_latency.size(), kMaxSeries + 1);
  EXPECT_LE(snapshot.watch_disturbances.size(), kMaxSeries + 1);
  const auto total =
      std::accumulate(snapshot.outcomes.begin(), snapshot.outcomes.end(), std::uint64_t{0},
                      [](std::uint64_t sum, const auto& series) { return sum + series.second; });
  EXPECT_EQ(total, 1000u);
}

TEST(Telemetry, KnowsHowLongAgoTheLoopTurned) {
  Telemetry telemetry;
  telemetry.loop_turned();
  ASSERT_TRUE(telemetry.snapshot().since_loop_turn);
  EXPECT_LT(*telemetry.snapshot().since_loop_turn, std::chrono::minutes(1));
}

TEST(Telemetry, CountsFromManyThreadsAtOnce) {
  Telemetry telemetry;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) {
        telemetry.record_start_lateness(milliseconds(2));
        telemetry.record_api_request({"POST", "jobs"}, 201, milliseconds(3));
        telemetry.snapshot();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const TelemetrySnapshot snapshot = telemetry.snapshot();
  EXPECT_EQ(snapshot.start_lateness.count, 4000u);
  EXPECT_THAT(snapshot.api_requests, ElementsAre(Pair(Pair(ApiCall{"POST", "jobs"}, 201), 4000)));
}

}  // namespace
}  // namespace scheduledjob::runtime
