#include "runtime/leadership.hpp"

#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "runtime/handover.hpp"
#include "unit/runtime/recording_log.hpp"
#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;

class LeadershipTest : public ::testing::Test {
 protected:
  Leadership::Callbacks callbacks() {
    return {.acquired =
                [this](const std::optional<engine::Handover>& handover) {
                  handover_ = handover;
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
  std::optional<engine::Handover> handover_;  // before acquired_
  std::atomic<bool> acquired_ = false;
  std::atomic<bool> lost_ = false;
};

TEST_F(LeadershipTest, IsThereFromTheStartWithoutAnElection) {
  ScriptedTransport transport([](const kube::Request&) { return absl::InternalError("no request is due"); });
  kube::Client client(transport);
  Settings settings;
  settings.leader_elect = false;
  Leadership leadership(client, transport, settings, "home", telemetry_, log_, callbacks());
  EXPECT_FALSE(leadership.fence().open());

  leadership.start();
  EXPECT_TRUE(acquired_);
  EXPECT_TRUE(leadership.fence().open());
  EXPECT_TRUE(leadership.still_leader().value());
  EXPECT_TRUE(telemetry_.snapshot().leader);

  leadership.stop({});
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
  Leadership leadership(client, transport, settings, "home", telemetry_, log_, callbacks());
  leadership.start();
  acquired_.wait(false);
  lost_.wait(false);
  EXPECT_FALSE(leadership.fence().open());
}

TEST_F(LeadershipTest, PassesOnWhatThePredecessorLeft) {
  const std::string note = format_handover({.versions = {17, 4}});
  ScriptedTransport transport([&](const kube::Request& request) {
    if (request.method == kube::Method::kPatch) return answer(200, request.body);
    return answer(
        200, R"({"metadata":{"resourceVersion":"1","annotations":{"scheduledjob.dev/handover":"3 then )" +
                 note + R"("}},"spec":{"holderIdentity":"","renewTime":"then","leaseTransitions":3}})");
  });
  kube::Client client(transport);
  Leadership leadership(client, transport, {}, "home", telemetry_, log_, callbacks());
  leadership.start();
  acquired_.wait(false);
  EXPECT_EQ(handover_, (engine::Handover{.versions = {17, 4}}));
  leadership.stop(engine::Handover{.versions = {20, 30}});
  EXPECT_NE(transport.requests().back().body.find("scheduledjobs=20 jobs=30"), std::string::npos);
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
  Leadership leadership(client, transport, {}, "home", telemetry_, log_, callbacks());
  leadership.start();
  while (log_.lines().size() < 2) std::this_thread::yield();
  leadership.stop({});
  EXPECT_FALSE(acquired_);
  EXPECT_FALSE(lost_);
  EXPECT_EQ(log_.lines()[1].field("leader"), "another");
}

}  // namespace
}  // namespace scheduledjob::runtime
