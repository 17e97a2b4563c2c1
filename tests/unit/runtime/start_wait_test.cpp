// Starts in virtual time.
#include "runtime/start_wait.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runtime/recording_log.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using ::testing::ElementsAre;

class AStart : public ::testing::Test {
 protected:
  AStart() {
    pacing_.now = [this] { return now_; };
    pacing_.pause = [this](milliseconds time, const std::stop_token&) {
      pauses_.push_back(time);
      shown_.push_back(telemetry_.snapshot().start_obstacle);
      now_ += time;
      if (now_ >= stop_at_) stop_.request_stop();
    };
  }

  // Sees these, one after the other, and the last for ever.
  absl::Status wait_for(std::vector<absl::Status> seen) {
    std::size_t next = 0;
    return await_usable_cluster([&] { return seen[std::min(next++, seen.size() - 1)]; }, telemetry_, log_,
                                stop_.get_token(), pacing_);
  }

  std::vector<std::string> complaints() const {
    std::vector<std::string> errors;
    for (const auto& line : log_.lines()) {
      if (line.level == LogLevel::kWarning) errors.push_back(line.field("error"));
    }
    return errors;
  }

  const absl::Status no_kind_ = absl::NotFoundError("no kind");
  const absl::Status no_right_ = absl::PermissionDeniedError("no right");
  kube::BootTime now_ = 1000s;
  kube::BootTime stop_at_ = kube::BootTime::max();
  std::stop_source stop_;
  Telemetry telemetry_;
  RecordingLog log_;
  Pacing pacing_;
  std::vector<milliseconds> pauses_;
  std::vector<std::string> shown_;  // as not ready, during each pause
};

TEST_F(AStart, GoesOnInSilenceWhereNothingIsMissing) {
  EXPECT_TRUE(wait_for({absl::OkStatus()}).ok());
  EXPECT_TRUE(pauses_.empty());
  EXPECT_TRUE(log_.lines().empty());
}

TEST_F(AStart, WaitsUntilNothingIsMissingAnyMore) {
  EXPECT_TRUE(wait_for({no_kind_, no_right_, absl::OkStatus()}).ok());
  EXPECT_THAT(shown_, ElementsAre("no kind", "no right"));
  EXPECT_EQ(telemetry_.snapshot().start_obstacle, "");
  EXPECT_EQ(log_.lines().back().level, LogLevel::kInfo);
}

TEST_F(AStart, AsksEachFiveSecondsInTheEnd) {
  EXPECT_TRUE(wait_for({no_kind_, no_kind_, no_kind_, no_kind_, no_kind_, absl::OkStatus()}).ok());
  EXPECT_THAT(pauses_, ElementsAre(1s, 2s, 4s, 5s, 5s));
}

TEST_F(AStart, SaysWhatIsMissingOnceAndAgainWhenThatChanges) {
  EXPECT_TRUE(wait_for({no_kind_, no_kind_, no_right_, no_right_, no_kind_, absl::OkStatus()}).ok());
  EXPECT_THAT(complaints(), ElementsAre("no kind", "no right", "no kind"));
}

TEST_F(AStart, RemindsOfWhatStaysMissing) {
  stop_at_ = now_ + 11min;
  EXPECT_TRUE(absl::IsCancelled(wait_for({no_kind_})));
  EXPECT_EQ(complaints().size(), 3u);
}

TEST_F(AStart, EndsAtOnceForWhatNoWaitingMends) {
  const absl::Status wrong = absl::FailedPreconditionError("wrong certificate");
  EXPECT_EQ(wait_for({no_kind_, wrong}), wrong);
  EXPECT_THAT(pauses_, ElementsAre(1s));
}

TEST_F(AStart, EndsWhenAskedToStop) {
  stop_at_ = now_ + 3s;
  EXPECT_TRUE(absl::IsCancelled(wait_for({no_kind_})));
  EXPECT_THAT(pauses_, ElementsAre(1s, 2s));
}

}  // namespace
}  // namespace scheduledjob::runtime
