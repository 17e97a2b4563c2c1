// What carries effects out, with an API server that answers what a test says.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/effect_carrier.hpp"
#include "unit/runtime/recording_log.hpp"
#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {

using namespace std::chrono_literals;

inline const api::NominalTime kScheduledTime{1'790'000'000s};
inline constexpr char kJobs[] = "/apis/batch/v1/namespaces/default/jobs";
inline constexpr char kHello[] = "/apis/scheduledjob.dev/v1/namespaces/default/scheduledjobs/hello";

inline std::string job_json(const std::string& uid) {
  return R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"hello-1","namespace":"default","uid":")" +
         uid +
         R"(","resourceVersion":"12","creationTimestamp":"2026-09-21T14:13:20Z"},"spec":{},"status":{}})";
}

inline std::string scheduled_job_json(int version) {
  return R"({"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","metadata":{"name":"hello","namespace":)"
         R"("default","uid":"owner","generation":1,"creationTimestamp":"2026-09-21T14:13:20Z","resourceVersion":")" +
         std::to_string(version) +
         R"("},"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{}}}}}})";
}

struct FixedClock final : Clock {
  schedule::Instant time{kScheduledTime + 3ms};
  schedule::Instant now() const override { return time; }
};

// Everything around a carrier, with an API server that answers what the test says.
class EffectCarrierTest : public ::testing::Test {
 protected:
  EffectCarrierTest() { fence_.extend(kube::BootTime::max()); }

  static engine::CreateJob create_job() {
    api::ScheduledJobSpec spec;
    spec.schedule = "* * * * *";
    spec.job_template = R"({"spec":{"template":{"spec":{"containers":[]}}}})";
    api::ScheduledJob owner{.metadata = {}, .spec = std::move(spec), .status = {}};
    owner.metadata.key = {"default", "hello"};
    owner.metadata.uid = "owner";
    return {.owner = std::make_shared<const api::ScheduledJob>(std::move(owner)),
            .run = {.job_name = "hello-1", .scheduled_time = kScheduledTime},
            .due = kScheduledTime};
  }

  static engine::FetchJob fetch_job() { return {"owner", kScheduledTime, "default", "hello-1"}; }

  static engine::DeleteJob delete_job() {
    return {.owner_uid = "owner", .namespace_ = "default", .job_name = "hello-1", .job_uid = "job"};
  }

  static engine::WriteStatus write_status() {
    return {.key = {"default", "hello"}, .owner_uid = "owner", .version = 41, .status = {}};
  }

  EffectCarrier carrier() {
    return EffectCarrier({client_, fence_, lanes_, mailbox_, clock_, events_, telemetry_, log_},
                         {.still_leader = [this] { return still_leader_; },
                          .leadership_lost = [this] { leadership_lost_ = true; },
                          .hurry_watch = [this](engine::Kind kind) { hurried_.push_back(kind); }},
                         {.create_timeout = 3s,
                          .ttl_margin = 60s,
                          .namespace_ = namespace_,
                          .min_backoff = 1ms,
                          .max_backoff = 2ms},
                         stop_.get_token());
  }

  // What the loop finds in its mailbox once `effect` has been carried out.
  std::vector<engine::Input> answers_to(engine::Effect effect) {
    EffectCarrier carrying = carrier();
    carrying.carry(std::move(effect));
    lanes_.stop(WriteLanes::Rest::kRun);
    std::vector<engine::Input> inbox;
    mailbox_.take(inbox, {});
    return inbox;
  }

  template <typename Answer>
  Answer answer_to(engine::Effect effect) {
    std::vector<engine::Input> inbox = answers_to(std::move(effect));
    EXPECT_THAT(inbox, ::testing::SizeIs(1));
    return std::get<Answer>(std::move(inbox.at(0)));
  }

  // The API server's answers, in order; the last one is given again and again.
  void server_says(std::vector<absl::StatusOr<kube::Response>> answers) { answers_ = std::move(answers); }

  std::vector<std::string> requested() const {
    static constexpr const char* kMethods[] = {"GET ", "POST ", "PATCH ", "DELETE "};
    std::vector<std::string> lines;
    for (const kube::Request& request : transport_.requests()) {
      lines.push_back(kMethods[static_cast<int>(request.method)] +
                      request.target.substr(0, request.target.find('?')));
    }
    return lines;
  }

  std::vector<absl::StatusOr<kube::Response>> answers_{absl::InternalError("nothing was scripted")};
  std::size_t answered_ = 0;
  ScriptedTransport transport_{
      [this](const kube::Request&) { return answers_[std::min(answered_++, answers_.size() - 1)]; }};
  kube::Client client_{transport_};
  kube::Fence fence_;
  Telemetry telemetry_;
  Mailbox mailbox_;
  FixedClock clock_;
  RecordingLog log_;
  std::stop_source stop_;
  std::string namespace_;
  absl::StatusOr<bool> still_leader_ = true;
  bool leadership_lost_ = false;
  std::vector<engine::Kind> hurried_;
  WriteLanes lanes_{10, telemetry_};
  EventRecorder events_{{client_, lanes_, clock_, telemetry_}, "pod-1"};
};

}  // namespace scheduledjob::runtime
