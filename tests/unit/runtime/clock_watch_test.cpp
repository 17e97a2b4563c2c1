#include "runtime/clock_watch.hpp"

#include <gtest/gtest.h>

#include "unit/runtime/recording_log.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using schedule::Instant;

class ClockWatchTest : public ::testing::Test {
 protected:
  // The local clock is ahead by so much, or behind where that is negative; then this is looked at.
  void look_at(std::chrono::milliseconds ahead) {
    wall_ = server_ + ahead;
    clock_.observe(std::chrono::floor<std::chrono::seconds>(server_));
    watch_.look();
  }

  const Instant server_{1'790'000'000s};
  Instant wall_ = server_;
  TrustedClock clock_{{.wall = [this] { return wall_; }, .boot = [] { return kube::BootTime{1000s}; }}};
  Telemetry telemetry_;
  RecordingLog log_;
  ClockWatch watch_{clock_, telemetry_, log_};
};

TEST_F(ClockWatchTest, SaysNothingOfClocksThatMayAgree) {
  for (const auto ahead : {0ms, 900ms, 2900ms, -1900ms, 0ms}) look_at(ahead);
  EXPECT_TRUE(log_.lines().empty());
}

TEST_F(ClockWatchTest, WarnsOnceAndSaysWhenItIsOver) {
  for (const auto ahead : {5000ms, 5000ms, 5000ms, 6000ms}) look_at(ahead);
  ASSERT_EQ(log_.lines().size(), 1u);
  EXPECT_EQ(log_.lines()[0].level, LogLevel::kWarning);
  EXPECT_EQ(log_.lines()[0].field("ahead"), "4.0s") << "a Date has whole seconds";
  EXPECT_EQ(telemetry_.snapshot().clock_skew, 5s);

  look_at(500ms);
  look_at(0ms);
  ASSERT_EQ(log_.lines().size(), 2u);
  EXPECT_EQ(log_.lines()[1].level, LogLevel::kInfo);
  EXPECT_EQ(telemetry_.snapshot().clock_skew, 0s);
}

TEST_F(ClockWatchTest, WarnsOfAClockThatIsBehind) {
  for (const auto ahead : {-3000ms, -3000ms}) look_at(ahead);
  ASSERT_EQ(log_.lines().size(), 1u);
  EXPECT_EQ(log_.lines()[0].field("behind"), "3.0s");
  EXPECT_EQ(telemetry_.snapshot().clock_skew, -3s);
}

TEST_F(ClockWatchTest, IsNotDeceivedByOneSlowAnswer) {
  for (const auto ahead : {0ms, 9000ms, 0ms, 9000ms, 0ms}) look_at(ahead);
  EXPECT_TRUE(log_.lines().empty());
}

TEST_F(ClockWatchTest, WarnsAgainWhenItComesBack) {
  for (const auto ahead : {5000ms, 5000ms, 0ms, 5000ms, 5000ms}) look_at(ahead);
  EXPECT_EQ(log_.lines().size(), 3u);
}

}  // namespace
}  // namespace scheduledjob::runtime
