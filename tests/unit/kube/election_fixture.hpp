// Elections in virtual time against a Lease kept in memory.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kube/leader_election.hpp"
#include "kube/lease_record.hpp"
#include "unit/kube/fake_transport.hpp"

namespace scheduledjob::kube::testing {

using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::nanoseconds;

// Time passes only while somebody waits; what was planned happens on the way.
class VirtualClock final : public ElectionClock {
 public:
  BootTime now() override { return now_; }
  std::chrono::system_clock::time_point wall_time() override {
    return std::chrono::system_clock::time_point(std::chrono::duration_cast<std::chrono::microseconds>(now_));
  }
  void wait(nanoseconds duration, const std::stop_token& stop) override {
    const BootTime end = now_ + std::max(duration, nanoseconds::zero());
    while (!plans_.empty() && plans_.begin()->first <= end && !stop.stop_requested()) {
      const auto plan = plans_.extract(plans_.begin());
      now_ = std::max(now_, plan.key());
      plan.mapped()();
    }
    if (!stop.stop_requested()) now_ = std::max(now_, end);
  }
  double random() override { return random_; }

  void at(nanoseconds time, std::function<void()> action) { plans_.emplace(time, std::move(action)); }
  void jump(nanoseconds duration) { now_ += duration; }
  void set_random(double random) { random_ = random; }

 private:
  BootTime now_ = 1000s;
  double random_ = 0;
  std::multimap<BootTime, std::function<void()>> plans_;
};

class ElectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    transport_.on_send = [this](const Request& request) -> absl::StatusOr<Response> {
      if (fault_) return *fault_;
      Response response = serve(request);
      if (swallow_answers_ > 0 && request.method == Method::kPatch) {
        --swallow_answers_;
        return absl::UnknownError("the answer was lost");
      }
      return response;
    };
    transport_.on_stream = [](const Request&, const auto&, Response& head, const std::stop_token&) {
      head = refusal(403, "Forbidden", "may not watch leases");
      return absl::OkStatus();
    };
  }

  // From now on, a watch tells of each change within ten milliseconds.
  void allow_to_watch() {
    transport_.on_stream = [this](const Request& request, const Transport::ChunkHandler& on_chunk, Response&,
                                  const std::stop_token& stop) -> absl::Status {
      std::string told = (*lease_)["metadata"]["resourceVersion"];
      BootTime silent_since = clock_.now();
      while (clock_.now() - silent_since < request.timeout) {
        clock_.wait(10ms, stop);
        if (stop.stop_requested()) return absl::CancelledError("stopped");
        if (watch_fault_) return *watch_fault_;
        const std::string version = (*lease_)["metadata"]["resourceVersion"];
        if (version == told) continue;
        told = version;
        silent_since = clock_.now();
        if (!on_chunk(json{{"type", "MODIFIED"}, {"object", *lease_}}.dump() + "\n"))
          return absl::CancelledError("enough");
      }
      return absl::DeadlineExceededError("silence");
    };
  }

  Response serve(const Request& request) {
    if (request.method == Method::kPost) {
      if (lease_) return refusal(409, "AlreadyExists", "exists");
      lease_ = json::parse(request.body);
      return stored();
    }
    if (!lease_) return refusal(404, "NotFound", "no lease");
    if (request.method == Method::kGet) return answer(200, lease_->dump());
    const json patch = json::parse(request.body);
    if (patch["metadata"]["resourceVersion"] != (*lease_)["metadata"]["resourceVersion"]) {
      return refusal(409, "Conflict", "modified");
    }
    fence_open_at_patch_ = fence_.open(clock_.now());
    lease_->merge_patch(patch);
    renewals_.push_back(clock_.now());
    return stored();
  }

  Response stored() {
    (*lease_)["metadata"]["resourceVersion"] = std::to_string(++version_);
    return answer(200, lease_->dump());
  }

  // As another leader of our kind would.
  void release_with(const std::string& note) {
    LeaseRecord record;
    record.duration = 1s;
    record.renew_time = "released";
    record.transitions = 3;
    lease_->merge_patch(
        json::parse(lease_patch(record, (*lease_)["metadata"]["resourceVersion"].get<std::string>(), note)));
    stored();
  }

  // As another process would write it.
  void hold_by(const std::string& holder, std::chrono::seconds duration = 15s) {
    LeaseRecord record;
    record.holder = holder;
    record.duration = duration;
    record.renew_time = "renewed at version " + std::to_string(version_);
    record.transitions = 3;
    lease_ = json::parse(lease_manifest("ops", "scheduledjob-operator", record));
    stored();
  }

  void renew_each_two_seconds(const std::string& holder, nanoseconds from, nanoseconds until) {
    for (nanoseconds time = from; time < until; time += 2s)
      clock_.at(time, [this, holder] { hold_by(holder); });
  }

  void stop_at(nanoseconds time) {
    clock_.at(time, [this] { stop_.request_stop(); });
  }

  absl::Status run() {
    LeaseOptions options;
    options.namespace_ = "ops";
    options.identity = "me";
    LeaderElection election(
        client_, transport_, options, fence_,
        {.on_acquired =
             [this](const std::string& note) {
               acquired_.push_back(clock_.now());
               notes_.push_back(note);
             },
         .on_new_leader = [this](const std::string& holder) { leaders_.push_back(holder); },
         .on_error = [this](const absl::Status& error) { errors_.push_back(error); },
         .on_release = [this] { return farewell_; }},
        clock_);
    return election.run(stop_.get_token());
  }

  json spec() const { return (*lease_)["spec"]; }
  int count(Method method) const {
    return static_cast<int>(std::count_if(transport_.sent.begin(), transport_.sent.end(),
                                          [method](const Request& r) { return r.method == method; }));
  }

  static constexpr nanoseconds kStart = 1000s;
  FakeTransport transport_;
  Client client_{transport_};
  VirtualClock clock_;
  Fence fence_;
  std::stop_source stop_;
  std::optional<json> lease_;
  std::optional<absl::Status> fault_;
  std::optional<absl::Status> watch_fault_;
  LeaderElection::Farewell farewell_;
  int swallow_answers_ = 0;
  int version_ = 0;
  bool fence_open_at_patch_ = false;
  std::vector<BootTime> renewals_;
  std::vector<BootTime> acquired_;
  std::vector<std::string> notes_;
  std::vector<std::string> leaders_;
  std::vector<absl::Status> errors_;
};

}  // namespace scheduledjob::kube::testing
