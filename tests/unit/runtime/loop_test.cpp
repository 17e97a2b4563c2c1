#include "runtime/loop.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/codec.hpp"
#include "unit/runtime/recording_log.hpp"
#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using engine::Kind;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

std::string scheduled_job_json(int version) {
  return R"({"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","metadata":{"name":"hello","namespace":)"
         R"("default","uid":"owner","generation":1,"creationTimestamp":"2026-01-01T00:00:00Z","resourceVersion":")" +
         std::to_string(version) +
         R"("},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{}}}}}})";
}

// A loop on a thread of its own, among real rooms; only the API server is played.
class LoopTest : public ::testing::Test {
 protected:
  LoopTest() { fence_.extend(kube::BootTime::max()); }
  ~LoopTest() override {
    stop_.request_stop();
    if (thread_.joinable()) thread_.join();
    lanes_.stop(WriteLanes::Rest::kDiscard);
  }

  void start(std::chrono::seconds grace = 10s) {
    thread_ = std::jthread([this, grace] { code_ = loop_.run(stop_.get_token(), grace); });
  }

  ExitCode ended() {
    thread_.join();
    return code_.value();
  }

  void sync_empty_caches() {
    for (const Kind kind : {Kind::kScheduledJob, Kind::kJob}) {
      mailbox_.post(engine::ListStarted{kind});
      mailbox_.post(engine::ListFinished{kind, 10});
    }
  }

  template <typename Condition>
  void await(Condition condition) {
    while (!condition()) std::this_thread::yield();
  }

  absl::StatusOr<kube::Response> serve(const kube::Request& request) {
    if (request.method == kube::Method::kGet) {
      return answer(200,
                    R"({"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"10"},"items":[]})");
    }
    if (request.method == kube::Method::kPatch && writable_) return answer(200, scheduled_job_json(11));
    return refusal(503, "ServiceUnavailable", "busy");
  }

  std::atomic<bool> writable_ = true;
  std::atomic<int> hurries_ = 0;
  ScriptedTransport transport_{[this](const kube::Request& request) { return serve(request); }};
  kube::Client client_{transport_};
  kube::Fence fence_;
  Telemetry telemetry_;
  RecordingLog log_;
  TrustedClock clock_;
  Mailbox mailbox_;
  engine::Engine engine_;
  WriteLanes lanes_{2, telemetry_};
  EventRecorder events_{{client_, lanes_, clock_, telemetry_}, "pod-1"};
  EffectCarrier carrier_{
      {client_, fence_, lanes_, mailbox_, clock_, events_, telemetry_, log_},
      {.still_leader = [] { return true; }, .leadership_lost = [] {}, .hurry_watch = [](Kind) {}},
      {.create_timeout = 3s, .ttl_margin = 60s},
      {}};
  Loop loop_{{engine_, mailbox_, clock_, carrier_, telemetry_, log_, [this] { ++hurries_; }, [] {}, [] {}}};
  std::stop_source stop_;
  std::optional<ExitCode> code_;
  std::jthread thread_;
};

TEST_F(LoopTest, StopsAtOnceWhileStandingBy) {
  start();
  stop_.request_stop();
  EXPECT_EQ(ended(), ExitCode::kStopped);
}

TEST_F(LoopTest, EndsWhenLeadershipIsLost) {
  start();
  loop_.leadership_lost();
  EXPECT_EQ(ended(), ExitCode::kLeadershipLost);
}

TEST_F(LoopTest, ShowsThatItTurnsAndWhetherItIsSynced) {
  start();
  mailbox_.post(engine::ListStarted{Kind::kJob});
  await([this] { return telemetry_.snapshot().since_loop_turn.has_value(); });
  EXPECT_FALSE(telemetry_.snapshot().caches_synced);
  sync_empty_caches();
  await([this] { return telemetry_.snapshot().caches_synced; });
}

TEST_F(LoopTest, ReadsTheBarrierWhenItLeads) {
  start();
  sync_empty_caches();
  mailbox_.post(engine::LeadershipAcquired{});
  await([this] { return transport_.requests().size() >= 2; });
  stop_.request_stop();
  EXPECT_EQ(ended(), ExitCode::kStopped);
}

// A watch that is hurried begins anew, which takes longer than what is on its way.
TEST_F(LoopTest, HurriesNoWatchForAHandoverThatTheWatchesShow) {
  start();
  sync_empty_caches();
  mailbox_.post(engine::LeadershipAcquired{engine::Handover{{20, 20}}});
  for (const Kind kind : {Kind::kScheduledJob, Kind::kJob}) mailbox_.post(engine::Progressed{kind, 20});
  await([this] {
    return std::ranges::any_of(log_.lines(),
                               [](const auto& line) { return line.message == "Schedules are in force"; });
  });
  EXPECT_EQ(hurries_, 0);
}

TEST_F(LoopTest, HurriesTheWatchesForAHandoverThatTheyDoNotShow) {
  start();
  sync_empty_caches();
  mailbox_.post(engine::LeadershipAcquired{engine::Handover{{20, 20}}});
  await([this] { return hurries_ > 0; });
}

TEST_F(LoopTest, WritesWhatItKnowsBeforeItStops) {
  mailbox_.post(engine::ListStarted{Kind::kScheduledJob});
  mailbox_.post(engine::ScheduledJobSeen{
      std::make_shared<const api::ScheduledJob>(api::decode_scheduled_job(scheduled_job_json(5)).value())});
  mailbox_.post(engine::ListFinished{Kind::kScheduledJob, 10});
  mailbox_.post(engine::ListStarted{Kind::kJob});
  mailbox_.post(engine::ListFinished{Kind::kJob, 10});
  mailbox_.post(engine::LeadershipAcquired{});
  start();
  await([this] { return telemetry_.snapshot().scheduled_jobs == 1; });
  await([this] { return transport_.requests().size() >= 3; });
  stop_.request_stop();
  EXPECT_EQ(ended(), ExitCode::kStopped);
  EXPECT_THAT(transport_.requests(),
              Contains(Field(&kube::Request::target, HasSubstr("/scheduledjobs/hello/status"))));
}

}  // namespace
}  // namespace scheduledjob::runtime
