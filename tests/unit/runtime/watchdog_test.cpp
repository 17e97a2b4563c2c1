// Threads that hang, in virtual time.
#include "runtime/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runtime/recording_log.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using State = Watchdog::Finding::State;

class WatchdogTest : public ::testing::Test {
 protected:
  Watched watched(std::string what, std::chrono::seconds patience, std::optional<std::uint64_t>& sign) {
    return {std::move(what), patience, [&sign] { return sign; }};
  }

  // The last finding of checks in each second of this time.
  Watchdog::Finding after(std::chrono::seconds time) {
    Watchdog::Finding finding;
    for (; time > 0s; time -= 1s) finding = watchdog_.check(now_ += 1s);
    return finding;
  }

  std::optional<std::uint64_t> loop_ = 7;
  std::optional<std::uint64_t> worker_;
  kube::BootTime now_ = 1000s;
  Watchdog watchdog_{{watched("the loop", 60s, loop_), watched("a worker", 180s, worker_)}};
};

TEST_F(WatchdogTest, IsContentWithWhatGoesOnNowAndThen) {
  for (int turn = 0; turn < 100; ++turn) {
    loop_ = turn;
    EXPECT_EQ(after(59s).state, State::kWell);
  }
}

TEST_F(WatchdogTest, FindsWhatStandsStillAndThenThatItIsHopeless) {
  EXPECT_EQ(after(60s).state, State::kWell);
  EXPECT_EQ(after(1s).state, State::kStuck);
  EXPECT_EQ(after(29s).state, State::kStuck);
  EXPECT_EQ(after(1s).state, State::kHopeless);
  EXPECT_THAT(after(1s).what, HasSubstr("the loop"));
}

TEST_F(WatchdogTest, ForgivesWhatGoesOnAfterAll) {
  EXPECT_EQ(after(80s).state, State::kStuck);
  loop_ = 8;
  EXPECT_EQ(after(59s).state, State::kWell);
}

TEST_F(WatchdogTest, ExpectsNothingOfWhoHasNothingToDo) {
  loop_.reset();
  EXPECT_EQ(after(3600s).state, State::kWell);
}

TEST_F(WatchdogTest, CountsFromWhenThereIsSomethingToDo) {
  loop_.reset();
  after(3600s);
  worker_ = 3;
  EXPECT_EQ(after(180s).state, State::kWell);
  EXPECT_THAT(after(1s).what, HasSubstr("a worker"));
  worker_ = 4;
  EXPECT_EQ(after(180s).state, State::kWell);
}

TEST_F(WatchdogTest, FindsNothingStuckWhenTheProcessWasFrozen) {
  after(30s);
  now_ += 1h;
  EXPECT_EQ(after(20s).state, State::kWell);
}

class KeepWatch : public ::testing::Test {
 protected:
  void watch_for(std::chrono::seconds time) {
    const kube::BootTime end = now_ + time;
    const Pacing pacing{.now = [this] { return now_; },
                        .pause =
                            [this, end](std::chrono::milliseconds pause, const std::stop_token&) {
                              shown_ = telemetry_.snapshot().stuck;
                              now_ += pause;
                              if (now_ == moves_at_) ++sign_;
                              if (now_ >= end) stop_.request_stop();
                            }};
    keep_watch(
        Watchdog({{"the loop", 60s, [this] { return sign_; }}}), telemetry_, log_,
        [this] { gave_up_ = true; }, stop_.get_token(), pacing);
  }

  std::uint64_t sign_ = 0;
  kube::BootTime now_ = 1000s;
  kube::BootTime moves_at_{0};
  std::stop_source stop_;
  Telemetry telemetry_;
  RecordingLog log_;
  std::string shown_;
  bool gave_up_ = false;
};

TEST_F(KeepWatch, TellsOnceWhatIsStuckAndShowsIt) {
  watch_for(80s);
  ASSERT_EQ(log_.lines().size(), 1u);
  EXPECT_EQ(log_.lines()[0].level, LogLevel::kError);
  EXPECT_THAT(log_.lines()[0].field("problem"), HasSubstr("the loop"));
  EXPECT_THAT(shown_, HasSubstr("the loop"));
  EXPECT_FALSE(gave_up_);
}

TEST_F(KeepWatch, GivesUpWhenItIsHopeless) {
  watch_for(1h);
  EXPECT_TRUE(gave_up_);
  EXPECT_EQ(now_, 1000s + 90s);
}

TEST_F(KeepWatch, SaysThatItGoesOnAfterAll) {
  moves_at_ = now_ + 75s;
  watch_for(100s);
  ASSERT_EQ(log_.lines().size(), 2u);
  EXPECT_EQ(log_.lines()[1].level, LogLevel::kInfo);
  EXPECT_EQ(shown_, "");
}

}  // namespace
}  // namespace scheduledjob::runtime
