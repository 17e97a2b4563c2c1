#include "runtime/measured_transport.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class MeasuredTransportTest : public ::testing::Test {
 protected:
  void send(kube::Method method, const std::string& target) {
    kube::Request request;
    request.method = method;
    request.target = target;
    (void)transport_.send(request);
  }

  std::string measured_resource(const std::string& target) {
    Telemetry telemetry;
    MeasuredTransport transport(
        std::make_unique<ScriptedTransport>([](const kube::Request&) { return answer(200, ""); }), telemetry);
    kube::Request request;
    request.target = target;
    (void)transport.send(request);
    return telemetry.snapshot().api_requests.begin()->first.first.resource;
  }

  absl::StatusOr<kube::Response> says_ = answer(200, "body");
  Telemetry telemetry_;
  MeasuredTransport transport_{
      std::make_unique<ScriptedTransport>([this](const kube::Request&) { return says_; }), telemetry_};
};

TEST_F(MeasuredTransportTest, CountsByMethodResourceAndCode) {
  send(kube::Method::kGet, "/apis/batch/v1/namespaces/default/jobs/a");
  says_ = answer(409, "");
  send(kube::Method::kPost, "/apis/batch/v1/namespaces/default/jobs?timeout=3s");
  says_ = absl::DeadlineExceededError("no answer");
  send(kube::Method::kPatch, "/apis/scheduledjob.dev/v1/namespaces/a/scheduledjobs/b/status");
  EXPECT_THAT(telemetry_.snapshot().api_requests,
              ElementsAre(Pair(Pair(ApiCall{"GET", "jobs"}, 200), 1u),
                          Pair(Pair(ApiCall{"PATCH", "scheduledjobs"}, 0), 1u),
                          Pair(Pair(ApiCall{"POST", "jobs"}, 409), 1u)));
}

TEST_F(MeasuredTransportTest, CountsAWatchWhenItEnds) {
  kube::Request request;
  request.target = "/apis/batch/v1/jobs?watch=1";
  kube::Response head;
  EXPECT_TRUE(transport_.stream(request, [](std::string_view) { return true; }, head, {}).ok());
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(telemetry_.snapshot().api_requests, ElementsAre(Pair(Pair(ApiCall{"WATCH", "jobs"}, 200), 1u)));
}

TEST_F(MeasuredTransportTest, FindsTheResourceInEveryKindOfPath) {
  EXPECT_EQ(measured_resource("/apis/batch/v1/jobs"), "jobs");
  EXPECT_EQ(measured_resource("/apis/batch/v1/jobs?limit=1"), "jobs");
  EXPECT_EQ(measured_resource("/apis/batch/v1/namespaces/a/jobs/b/status"), "jobs");
  EXPECT_EQ(measured_resource("/api/v1/namespaces/a/pods"), "pods");
  EXPECT_EQ(measured_resource("/api/v1/namespaces"), "namespaces");
  EXPECT_EQ(measured_resource("/api/v1/namespaces/a"), "namespaces");
  EXPECT_EQ(measured_resource("/version"), "");
  EXPECT_EQ(measured_resource(""), "");
}

}  // namespace
}  // namespace scheduledjob::runtime
