#include "kube/exec_credentials.hpp"

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

PluginAnswer token(const std::string& text, std::optional<std::chrono::seconds> lifetime = std::nullopt) {
  PluginAnswer answer;
  answer.credential.token = text;
  answer.lifetime = lifetime;
  return answer;
}

// A plugin whose n-th run prints the token "n", on a clock that stands still unless it is moved.
class ExecCredentialsTest : public ::testing::Test {
 protected:
  absl::StatusOr<Credential> current() { return credentials_.current(far_off(), {}); }
  std::string current_token() {
    const absl::StatusOr<Credential> credential = current();
    return credential.ok() ? credential->token : std::string(credential.status().message());
  }

  // What a run in the background has made of the credential, once it is there.
  void await_token(const std::string& text) {
    while (current_token() != text) std::this_thread::yield();
  }

  static Credentials::Clock::time_point far_off() { return Credentials::Clock::now() + 10min; }

  std::atomic<int> runs_{0};
  std::optional<std::chrono::seconds> lifetime_;
  std::atomic<bool> fails_{false};
  std::atomic<std::chrono::seconds> elapsed_{0s};
  ExecCredentials credentials_{
      [this](const std::stop_token&) -> absl::StatusOr<PluginAnswer> {
        const int run = ++runs_;
        if (fails_) return absl::UnauthenticatedError("run " + std::to_string(run) + " failed");
        return token(std::to_string(run), lifetime_);
      },
      [this] { return Credentials::Clock::time_point(1h) + elapsed_.load(); }};
};

TEST_F(ExecCredentialsTest, KeepsACredentialWithoutExpiryForEver) {
  EXPECT_EQ(current_token(), "1");
  elapsed_ = 1000h;
  EXPECT_EQ(current_token(), "1");
}

TEST_F(ExecCredentialsTest, FetchesTheNextShortlyBeforeExpiryWhileTheOldOneGoesOn) {
  lifetime_ = 600s;
  EXPECT_EQ(current_token(), "1");
  elapsed_ = 539s;
  EXPECT_EQ(current_token(), "1");
  EXPECT_EQ(runs_, 1);
  elapsed_ = 540s;
  EXPECT_TRUE(current().ok());
  await_token("2");
}

TEST_F(ExecCredentialsTest, DoesNotHandOutWhatHasExpired) {
  lifetime_ = 600s;
  EXPECT_EQ(current_token(), "1");
  elapsed_ = 600s;
  EXPECT_EQ(current_token(), "2");
}

TEST_F(ExecCredentialsTest, UsesWhatIsSaidToHaveExpiredForAMoment) {
  lifetime_ = -100s;
  EXPECT_EQ(current_token(), "1") << "clocks differ: the server is to judge";
  elapsed_ = 8s;
  EXPECT_EQ(current_token(), "1") << "no run for each request";
  elapsed_ = 10s;
  EXPECT_EQ(current_token(), "2");
}

TEST_F(ExecCredentialsTest, GoesOnWithTheOldCredentialWhenTheNextCannotBeHadYet) {
  lifetime_ = 600s;
  EXPECT_EQ(current_token(), "1");
  elapsed_ = 550s;
  fails_ = true;
  EXPECT_EQ(current_token(), "1");
  while (runs_ < 2) std::this_thread::yield();
  EXPECT_EQ(current_token(), "1");
  elapsed_ = 600s;
  EXPECT_THAT(current_token(), HasSubstr("failed"));
}

TEST_F(ExecCredentialsTest, WaitsAMomentAfterAFailureBeforeTheNextRun) {
  fails_ = true;
  EXPECT_EQ(current_token(), "run 1 failed");
  elapsed_ = 4s;
  EXPECT_EQ(current_token(), "run 1 failed");
  fails_ = false;
  elapsed_ = 5s;
  EXPECT_EQ(current_token(), "2");
}

TEST_F(ExecCredentialsTest, FetchesANewOneAtOnceAfterARefusal) {
  const absl::StatusOr<Credential> refused = current();
  ASSERT_TRUE(refused.ok());
  const std::optional<Credential> fresh = credentials_.renewed(*refused, far_off(), {});
  ASSERT_TRUE(fresh.has_value());
  EXPECT_EQ(fresh->token, "2");
}

TEST_F(ExecCredentialsTest, RunsOnceForAllWhoWereRefusedWithTheSame) {
  const absl::StatusOr<Credential> refused = current();
  ASSERT_TRUE(refused.ok());
  for (int i = 0; i < 5; ++i) EXPECT_EQ(credentials_.renewed(*refused, far_off(), {})->token, "2");
  EXPECT_EQ(runs_, 2);
}

TEST_F(ExecCredentialsTest, HasNoneToTryWhenTheRunAfterARefusalFails) {
  const absl::StatusOr<Credential> refused = current();
  ASSERT_TRUE(refused.ok());
  fails_ = true;
  EXPECT_EQ(credentials_.renewed(*refused, far_off(), {}), std::nullopt);
  EXPECT_EQ(current_token(), "run 2 failed") << "the next request tells why";
}

// A plugin that answers when it is let.
class SlowPlugin : public ::testing::Test {
 protected:
  std::atomic<int> runs_{0};
  std::promise<void> answer_;
  std::shared_future<void> let_{answer_.get_future()};
  std::atomic<bool> was_stopped_{false};
  std::optional<ExecCredentials> credentials_{
      [this](const std::stop_token& stop) -> absl::StatusOr<PluginAnswer> {
        ++runs_;
        while (let_.wait_for(1ms) != std::future_status::ready) {
          if (stop.stop_requested()) {
            was_stopped_ = true;
            return absl::CancelledError("stopped");
          }
        }
        return token("late");
      }};
};

TEST_F(SlowPlugin, AnswersAllWhoWaitByOneRun) {
  std::vector<std::future<absl::StatusOr<Credential>>> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(std::async(
        std::launch::async, [this] { return credentials_->current(Credentials::Clock::now() + 10min, {}); }));
  }
  answer_.set_value();
  for (auto& each : waiting) EXPECT_EQ(each.get()->token, "late");
  EXPECT_EQ(runs_, 1);
}

TEST_F(SlowPlugin, KeepsNobodyBeyondHisDeadline) {
  const auto credential = credentials_->current(Credentials::Clock::now() + 20ms, {});
  EXPECT_EQ(credential.status().code(), absl::StatusCode::kUnavailable)
      << "the request was certainly not carried out";
  answer_.set_value();
  EXPECT_EQ(credentials_->current(Credentials::Clock::now() + 10min, {})->token, "late");
  EXPECT_EQ(runs_, 1) << "the run went on";
}

TEST_F(SlowPlugin, KeepsNobodyWhoIsToStop) {
  std::stop_source stop;
  stop.request_stop();
  const auto credential = credentials_->current(Credentials::Clock::now() + 10min, stop.get_token());
  EXPECT_EQ(credential.status().code(), absl::StatusCode::kCancelled);
}

TEST_F(SlowPlugin, IsEndedWithItsOwner) {
  (void)credentials_->current(Credentials::Clock::now() + 1ms, {});
  credentials_.reset();
  EXPECT_TRUE(was_stopped_);
}

}  // namespace
}  // namespace scheduledjob::kube
