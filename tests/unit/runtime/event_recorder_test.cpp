#include "runtime/event_recorder.hpp"

#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;
using ::testing::StartsWith;

struct SettableClock final : Clock {
  schedule::Instant time{1'790'000'000s};
  schedule::Instant now() const override { return time; }
};

api::Event failure(const std::string& uid) {
  return {.regarding = {"shop", "nightly"},
          .regarding_uid = uid,
          .type = api::EventType::kWarning,
          .reason = "RunFailed",
          .action = "BackoffLimitExceeded",
          .note = "The run failed"};
}

class EventRecorderTest : public ::testing::Test {
 protected:
  SettableClock clock_;
  Telemetry telemetry_;
  int status_ = 201;
  ScriptedTransport transport_{[this](const kube::Request&) { return answer(status_, "{}"); }};
  kube::Client client_{transport_};
  WriteLanes lanes_{1, telemetry_};
  EventRecorder recorder_{{client_, lanes_, clock_, telemetry_}, "pod-1"};
};

TEST_F(EventRecorderTest, CreatesAnEventAndPatchesItsSeries) {
  recorder_.record(failure("uid"));
  clock_.time += 1min;
  recorder_.record(failure("uid"));
  lanes_.stop(WriteLanes::Rest::kRun);
  const std::vector<kube::Request> requests = transport_.requests();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[0].method, kube::Method::kPost);
  EXPECT_THAT(requests[0].target, StartsWith("/apis/events.k8s.io/v1/namespaces/shop/events?"));
  EXPECT_EQ(requests[1].method, kube::Method::kPatch);
  EXPECT_THAT(requests[1].target, StartsWith("/apis/events.k8s.io/v1/namespaces/shop/events/nightly."));
  EXPECT_EQ(telemetry_.snapshot().dropped_events, 0u);
}

TEST_F(EventRecorderTest, TriesOnceOnlyAndCountsWhatIsLost) {
  status_ = 403;
  recorder_.record(failure("uid"));
  lanes_.stop(WriteLanes::Rest::kRun);
  EXPECT_THAT(transport_.requests(), SizeIs(1));
  EXPECT_EQ(telemetry_.snapshot().dropped_events, 1u);
}

TEST_F(EventRecorderTest, DropsWhatWouldMakeTheLaneLongerThanItsBound) {
  std::mutex mutex;
  std::condition_variable changed;
  bool held = true;
  lanes_.post(Lane::kCreate, [&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return !held; });
  });
  for (std::size_t i = 0; i < EventRecorder::kMostWaiting + 3; ++i)
    recorder_.record(failure(std::to_string(i)));
  EXPECT_EQ(telemetry_.snapshot().dropped_events, 3u);
  {
    const std::lock_guard lock(mutex);
    held = false;
  }
  changed.notify_one();
  lanes_.stop(WriteLanes::Rest::kRun);
  EXPECT_THAT(transport_.requests(), SizeIs(EventRecorder::kMostWaiting));
}

}  // namespace
}  // namespace scheduledjob::runtime
