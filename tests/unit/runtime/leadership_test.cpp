#include "runtime/leadership.hpp"

#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "unit/runtime/recording_log.hpp"
#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;

class LeadershipTest : public ::testing::Test {
 protected:
  Leadership::Callbacks callbacks() {
    return {.acquired =
                [this] {
                  acquired_ = true;
                  acquired_.notify_all();
                },
            .lost =
                [this] {
                  lost_ = true;
                  lost_.notify_all();
                }};
  }

  Telemetry telemetry_;
  RecordingLog log_;
  std::atomic<bool> acquired_ = false;
  std::atomic<bool> lost_ = false;
};

TEST_F(LeadershipTest, IsThereFromTheStartWithoutAnElection) {
  ScriptedTransport transport([](const kube::Request&) { return absl::InternalError("no request is due"); });
  kube::Client client(transport);
  Settings settings;
  settings.leader_elect = false;
  Leadership leadership(client, settings, "home", telemetry_, log_, callbacks());
  EXPECT_FALSE(leadership.fence().open());

  leadership.start();
  EXPECT_TRUE(acquired_);
  EXPECT_TRUE(leadership.fence().open());
  EXPECT_TRUE(leadership.still_leader().value());
  EXPECT_TRUE(telemetry_.snapshot().leader);

  leadership.stop();
  EXPECT_FALSE(leadership.fence().open());
  EXPECT_FALSE(telemetry_.snapshot().leader);
  EXPECT_FALSE(lost_);
  EXPECT_TRUE(transport.requests().empty());
}

TEST_F(LeadershipTest, IsLostWhenTheLeaseCannotBeRenewed) {
  std::atomic<bool> reachable = true;
  ScriptedTransport transport([&](const kube::Request& request) -> absl::StatusOr<kube::Response> {
    if (!reachable) return absl::UnavailableError("connection refused");
    if (request.method != kube::Method::kPost) return refusal(404, "NotFound", "no such lease");
    reachable = false;
    return answer(201, R"({"metadata":{"name":"scheduledjob-operator","namespace":"home","uid":"u",)"
                       R"("resourceVersion":"1"},"spec":{}})");
  });
  kube::Client client(transport);
  Settings settings;
  settings.lease_duration = 60ms;
  settings.lease_renew_deadline = 40ms;
  settings.lease_retry_period = 10ms;
  Leadership leadership(client, settings, "home", telemetry_, log_, callbacks());
  leadership.start();
  acquired_.wait(false);
  lost_.wait(false);
  EXPECT_FALSE(leadership.fence().open());
}

TEST_F(LeadershipTest, StandsByQuietlyUntilStopped) {
  ScriptedTransport transport([](const kube::Request&) {
    return answer(200,
                  R"({"metadata":{"name":"scheduledjob-operator","namespace":"home","uid":"u",)"
                  R"("resourceVersion":"1"},"spec":{"holderIdentity":"another","leaseDurationSeconds":15,)"
                  R"("acquireTime":"2026-01-01T00:00:00.000000Z",)"
                  R"("renewTime":"2026-01-01T00:00:00.000000Z","leaseTransitions":0}})");
  });
  kube::Client client(transport);
  Leadership leadership(client, {}, "home", telemetry_, log_, callbacks());
  leadership.start();
  while (log_.lines().size() < 2) std::this_thread::yield();
  leadership.stop();
  EXPECT_FALSE(acquired_);
  EXPECT_FALSE(lost_);
  EXPECT_EQ(log_.lines()[1].field("leader"), "another");
}

}  // namespace
}  // namespace scheduledjob::runtime
