// Elections in virtual time against a Lease kept in memory.
#include "kube/leader_election.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kube/lease_record.hpp"
#include "unit/kube/fake_transport.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::nanoseconds;
using ::testing::AllOf;
using testing::answer;
using ::testing::ElementsAre;
using testing::FakeTransport;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::refusal;

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

TEST_F(ElectionTest, CreatesTheLeaseAsClientGoWouldWriteIt) {
  json seen;
  clock_.at(kStart + 1s, [&] { seen = *lease_; });
  stop_at(kStart + 1s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(seen["apiVersion"], "coordination.k8s.io/v1");
  EXPECT_EQ(seen["kind"], "Lease");
  EXPECT_EQ(seen["metadata"]["name"], "scheduledjob-operator");
  EXPECT_EQ(seen["spec"]["holderIdentity"], "me");
  EXPECT_EQ(seen["spec"]["leaseDurationSeconds"], 15);
  EXPECT_EQ(seen["spec"]["leaseTransitions"], 0);
  EXPECT_EQ(seen["spec"]["acquireTime"], "1970-01-01T00:16:40.000000Z");
  EXPECT_EQ(seen["spec"]["renewTime"], "1970-01-01T00:16:40.000000Z");
  EXPECT_THAT(acquired_, ElementsAre(kStart));
  EXPECT_THAT(leaders_, ElementsAre("me"));
}

TEST_F(ElectionTest, RenewsEachRetryPeriodInOneRequest) {
  lease_.reset();
  stop_at(kStart + 20s);
  json seen;
  clock_.at(kStart + 19s, [&] { seen = spec(); });
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(count(Method::kGet), 1) << "only the first look";
  ASSERT_GE(renewals_.size(), 9u);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(renewals_[i], kStart + 2s * (i + 1));
  EXPECT_EQ(seen["acquireTime"], "1970-01-01T00:16:40.000000Z") << "acquired once";
  EXPECT_EQ(seen["leaseTransitions"], 0);
  EXPECT_EQ(seen["renewTime"], "1970-01-01T00:16:58.000000Z");
  EXPECT_EQ(acquired_.size(), 1u);
}

TEST_F(ElectionTest, LeavesALeaseAloneThatAnotherRenews) {
  hold_by("other");
  renew_each_two_seconds("other", kStart, kStart + 120s);
  stop_at(kStart + 120s);
  EXPECT_TRUE(run().ok());
  EXPECT_TRUE(acquired_.empty());
  EXPECT_EQ(count(Method::kPatch), 0);
  EXPECT_THAT(leaders_, ElementsAre("other"));
  EXPECT_EQ(spec()["holderIdentity"], "other") << "what is not ours is not released";
}

TEST_F(ElectionTest, TakesALeaseThatHasNotChangedForItsDurationByOurOwnClock) {
  hold_by("other");  // its renewTime is no time at all: the clocks of others are never compared
  renew_each_two_seconds("other", kStart + 1s, kStart + 10s);
  stop_at(kStart + 60s);
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(acquired_.size(), 1u);
  // Renewed last at 9 s; seen by us within a retry period.
  EXPECT_GE(acquired_[0], kStart + 24s);
  EXPECT_LE(acquired_[0], kStart + 27s);
  EXPECT_THAT(leaders_, ElementsAre("other", "me"));
}

TEST_F(ElectionTest, WakesWhenTheLeaseEndsAndNotARetryPeriodLater) {
  hold_by("other");
  clock_.set_random(0.5);
  stop_at(kStart + 60s);
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(acquired_.size(), 1u);
  EXPECT_GE(acquired_[0], kStart + 15s);
  EXPECT_LE(acquired_[0], kStart + 15s + 100ms);
}

TEST_F(ElectionTest, HeedsTheDurationThatTheHolderWrote) {
  hold_by("other", 40s);
  stop_at(kStart + 60s);
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(acquired_.size(), 1u);
  EXPECT_GE(acquired_[0], kStart + 40s);
}

TEST_F(ElectionTest, TakesAReleasedLeaseAtOnceAndCountsTheChange) {
  hold_by("", 1s);
  json seen;
  clock_.at(kStart + 1s, [&] { seen = spec(); });
  stop_at(kStart + 1s);
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(acquired_, ElementsAre(kStart));
  EXPECT_EQ(seen["leaseTransitions"], 4);
}

TEST_F(ElectionTest, SpreadsItsTriesFromOneToTwoRetryPeriodsAndABit) {
  for (const double random : {0.0, 0.5, 0.999}) {
    SetUp();
    transport_.sent.clear();
    stop_ = std::stop_source();
    fault_ = absl::UnavailableError("down");
    clock_.set_random(random);
    const BootTime begin = clock_.now();
    std::vector<int> tries;
    for (int i = 1; i <= 3; ++i) {
      const auto end =
          std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(2 * (1 + 1.2 * random)) * i);
      clock_.at(begin + end + 1ms, [&] { tries.push_back(count(Method::kGet)); });
    }
    stop_at(begin + 20s);
    EXPECT_TRUE(run().ok());
    EXPECT_THAT(tries, ElementsAre(2, 3, 4)) << random;
  }
}

// --- Standing by with a watch.

TEST_F(ElectionTest, TakesALeaseAtOnceThatItSeesReleased) {
  allow_to_watch();
  hold_by("other");
  renew_each_two_seconds("other", kStart + 1s, kStart + 31s);
  clock_.at(kStart + 30s + 500ms, [this] { hold_by("", 1s); });
  stop_at(kStart + 30s + 900ms);
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(acquired_.size(), 1u);
  EXPECT_LE(acquired_[0], kStart + 30s + 510ms);
  EXPECT_EQ(count(Method::kGet), 1) << "what the watch has shown is not read again";
  EXPECT_EQ(transport_.streamed.size(), 1u);
  EXPECT_THAT(transport_.streamed[0].target,
              AllOf(HasSubstr("/namespaces/ops/leases?"), HasSubstr("watch=1"),
                    HasSubstr("fieldSelector=metadata.name%3Dscheduledjob-operator"),
                    HasSubstr("resourceVersion=1")));
}

TEST_F(ElectionTest, TakesALeaseThatItSeesNoMoreRenewed) {
  allow_to_watch();
  hold_by("other");
  renew_each_two_seconds("other", kStart + 1s, kStart + 10s);
  stop_at(kStart + 60s);
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(acquired_.size(), 1u);
  EXPECT_GE(acquired_[0], kStart + 24s) << "renewed last at 9 s";
  EXPECT_LE(acquired_[0], kStart + 24s + 100ms);
}

TEST_F(ElectionTest, IsNotDeceivedByChangesThatAreNoRenewal) {
  allow_to_watch();
  hold_by("other");
  for (nanoseconds time = kStart + 1s; time < kStart + 40s; time += 1s) {
    clock_.at(time, [this] { stored(); });
  }
  stop_at(kStart + 40s);
  EXPECT_TRUE(run().ok());
  ASSERT_EQ(acquired_.size(), 1u);
  EXPECT_LE(acquired_[0], kStart + 15s + 100ms);
}

TEST_F(ElectionTest, LooksEachRetryPeriodWhereItMayNotWatch) {
  hold_by("other");
  renew_each_two_seconds("other", kStart + 1s, kStart + 299s);
  stop_at(kStart + 299s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(transport_.streamed.size(), 1u) << "once, and again after five minutes";
  EXPECT_EQ(errors_.size(), 1u);
  EXPECT_GE(count(Method::kGet), 140);
}

TEST_F(ElectionTest, DoesNotBesiegeAServerThatEndsWatchesAtOnce) {
  allow_to_watch();
  watch_fault_ = absl::UnknownError("broken");
  hold_by("other");
  renew_each_two_seconds("other", kStart, kStart + 60s);
  stop_at(kStart + 60s);
  EXPECT_TRUE(run().ok());
  EXPECT_LE(transport_.streamed.size(), 31u);
}

TEST_F(ElectionTest, LearnsWhatTheLastLeaderLeft) {
  allow_to_watch();
  hold_by("other");
  clock_.at(kStart + 5s, [this] { release_with("all is well"); });
  json left;
  clock_.at(kStart + 6s, [&] { left = *lease_; });
  stop_at(kStart + 6s);
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(notes_, ElementsAre("all is well"));
  EXPECT_TRUE(left["metadata"]["annotations"].empty()) << left;
}

TEST_F(ElectionTest, TakesNoNoteFromALeaseThatSomebodyHeldSince) {
  hold_by("other");
  release_with("all is well");
  // As client-go writes it: annotations stay.
  clock_.at(kStart, [this] {
    (*lease_)["spec"]["renewTime"] = "later";
    stored();
  });
  clock_.wait(0s, {});
  stop_at(kStart + 1s);
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(notes_, ElementsAre(""));
}

TEST_F(ElectionTest, TakesNoNoteFromALeaseThatRanOut) {
  hold_by("other");
  release_with("all is well");
  (*lease_)["spec"]["holderIdentity"] = "other";
  stored();
  stop_at(kStart + 30s);
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(notes_, ElementsAre(""));
}

// --- The fence.

TEST_F(ElectionTest, KeepsTheFenceOpenForTheLeaseLessARetryPeriod) {
  std::vector<bool> open;
  clock_.at(kStart + 1s, [&] { open.push_back(fence_.open(kStart + 13s - 1ns)); });
  clock_.at(kStart + 1s, [&] { open.push_back(fence_.open(kStart + 13s)); });
  clock_.at(kStart + 3s, [&] { open.push_back(fence_.open(kStart + 15s - 1ns)); });
  stop_at(kStart + 4s);
  EXPECT_FALSE(fence_.open(0ns));
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(open, ElementsAre(true, false, true));
  EXPECT_FALSE(fence_.open(clock_.now()));
}

TEST_F(ElectionTest, CountsTheFenceFromTheStartOfARenewal) {
  clock_.at(kStart + 1s, [this] {
    auto usual = transport_.on_send;
    transport_.on_send = [this, usual](const Request& request) {
      clock_.jump(3s);  // a slow server
      return usual(request);
    };
  });
  bool open = true;
  clock_.at(kStart + 5500ms, [&] { open = fence_.open(kStart + 2s + 13s); });
  stop_at(kStart + 6s);
  EXPECT_TRUE(run().ok());
  EXPECT_FALSE(open);
}

// --- Losing.

TEST_F(ElectionTest, EndsWhenAnotherHoldsTheLease) {
  clock_.at(kStart + 5s, [this] { hold_by("other"); });
  const absl::Status status = run();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("held by \"other\""));
  EXPECT_FALSE(fence_.open(clock_.now()));
  EXPECT_EQ(spec()["holderIdentity"], "other");
  EXPECT_EQ(clock_.now(), kStart + 6s);
}

TEST_F(ElectionTest, EndsWhenItCannotRenewInTimeAndDoesNotReleaseThen) {
  clock_.at(kStart + 5s, [this] { fault_ = absl::UnavailableError("down"); });
  const absl::Status status = run();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("down"));
  EXPECT_EQ(clock_.now(), kStart + 4s + 10s);
  EXPECT_FALSE(fence_.open(clock_.now()));
  EXPECT_GE(errors_.size(), 3u) << "it tried until then";
  fault_.reset();
  EXPECT_EQ(spec()["holderIdentity"], "me");
}

TEST_F(ElectionTest, EndsWhenTheProcessStoodStillForTooLong) {
  clock_.at(kStart + 5s, [this] { clock_.jump(60s); });
  EXPECT_EQ(run().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(renewals_.size(), 2u) << "nothing was written after it woke";
}

TEST_F(ElectionTest, EndsWhenItsLeaseWasClearedByAnother) {
  clock_.at(kStart + 5s, [this] { hold_by("", 1s); });
  EXPECT_EQ(run().code(), absl::StatusCode::kAborted);
}

// --- Surviving.

TEST_F(ElectionTest, GoesOnAfterAConflictWithAChangeOfSomethingElse) {
  clock_.at(kStart + 5s, [this] {
    (*lease_)["metadata"]["labels"]["seen-by"] = "somebody";
    stored();
  });
  stop_at(kStart + 20s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ((*lease_)["metadata"]["labels"]["seen-by"], "somebody");
  EXPECT_EQ(count(Method::kGet), 2) << "one look more, after the conflict";
  EXPECT_EQ(acquired_.size(), 1u);
}

TEST_F(ElectionTest, GoesOnAfterARenewalWhoseAnswerWasLost) {
  clock_.at(kStart + 5s, [this] { swallow_answers_ = 2; });
  stop_at(kStart + 30s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(errors_.size(), 2u);
  EXPECT_EQ(acquired_.size(), 1u);
}

TEST_F(ElectionTest, GoesOnThroughAShortOutage) {
  clock_.at(kStart + 5s, [this] { fault_ = absl::DeadlineExceededError("slow"); });
  clock_.at(kStart + 11s, [this] { fault_.reset(); });
  stop_at(kStart + 60s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(acquired_.size(), 1u);
}

TEST_F(ElectionTest, MakesTheLeaseAnewWhenItWasDeleted) {
  clock_.at(kStart + 5s, [this] { lease_.reset(); });
  json seen;
  clock_.at(kStart + 9s, [&] { seen = spec(); });
  stop_at(kStart + 10s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(seen["holderIdentity"], "me");
}

TEST_F(ElectionTest, AsksWithATimeoutThatLeavesRoomForASecondTry) {
  stop_at(kStart + 10s);
  EXPECT_TRUE(run().ok());
  for (const Request& request : transport_.sent) {
    if (request.method != Method::kPatch) continue;
    EXPECT_LE(request.timeout, 5s);
  }
}

// --- Leaving.

TEST_F(ElectionTest, ReleasesTheLeaseWhenStoppedAndClosesTheFenceBefore) {
  stop_at(kStart + 5s);
  fence_open_at_patch_ = true;
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(spec()["holderIdentity"], "");
  EXPECT_EQ(spec()["leaseDurationSeconds"], 1);
  EXPECT_FALSE(fence_open_at_patch_);
}

TEST_F(ElectionTest, ReleasesEvenAfterAConflict) {
  clock_.at(kStart + 5s, [this] { stored(); });
  stop_at(kStart + 5s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(spec()["holderIdentity"], "");
}

TEST_F(ElectionTest, LeavesAlsoWhenItCannotRelease) {
  clock_.at(kStart + 5s, [this] { fault_ = absl::UnavailableError("down"); });
  stop_at(kStart + 5s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(errors_.size(), 1u);
}

TEST_F(ElectionTest, LeavesANoteWhenItReleases) {
  farewell_.note = "all is well";
  stop_at(kStart + 5s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(read_lease(lease_->dump())->note, "all is well");
}

TEST_F(ElectionTest, TriesToReleaseForAsLongAsItMay) {
  farewell_.until = kStart + 10s;
  clock_.at(kStart + 5s, [this] { fault_ = absl::UnavailableError("down"); });
  clock_.at(kStart + 8s, [this] { fault_.reset(); });
  stop_at(kStart + 5s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(spec()["holderIdentity"], "");
  EXPECT_LE(clock_.now(), kStart + 9s);
}

TEST_F(ElectionTest, GivesUpToReleaseInTheEnd) {
  farewell_.until = kStart + 10s;
  clock_.at(kStart + 5s, [this] { fault_ = absl::UnavailableError("down"); });
  stop_at(kStart + 5s);
  EXPECT_TRUE(run().ok());
  EXPECT_EQ(spec()["holderIdentity"], "me");
  EXPECT_LE(clock_.now(), kStart + 10s);
}

TEST_F(ElectionTest, AnswersWhetherItStillLeads) {
  LeaseOptions options;
  options.namespace_ = "ops";
  options.identity = "me";
  LeaderElection election(client_, transport_, options, fence_, {}, clock_);
  EXPECT_FALSE(election.still_leader().value()) << "there is no lease";
  hold_by("other");
  EXPECT_FALSE(election.still_leader().value());
  hold_by("me");
  EXPECT_TRUE(election.still_leader().value());
  fault_ = absl::UnavailableError("down");
  EXPECT_EQ(election.still_leader().status().code(), absl::StatusCode::kUnavailable);
}

// --- The record.

TEST(LeaseRecord, ReadsWhateverAnotherWriterLeft) {
  const auto lease = read_lease(
      R"({"metadata":{"resourceVersion":"7"},"spec":{"holderIdentity":null,"leaseDurationSeconds":"x","renewTime":5,"leaseTransitions":2}})");
  ASSERT_TRUE(lease.ok()) << lease.status();
  EXPECT_EQ(lease->record.holder, "");
  EXPECT_EQ(lease->record.duration, 0s);
  EXPECT_EQ(lease->record.transitions, 2);
  for (const char* text : {"", "[]", "{}", "{", R"({"metadata":{"resourceVersion":7}})"}) {
    EXPECT_EQ(read_lease(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(LeaseRecord, WritesMicroTimes) {
  EXPECT_EQ(micro_time(std::chrono::system_clock::time_point(1'700'000'000'000'007us)),
            "2023-11-14T22:13:20.000007Z");
}

TEST(BootTime, RunsForward) {
  const BootTime first = boot_time();
  EXPECT_GT(first, 0s);
  EXPECT_GE(boot_time(), first);
}

}  // namespace
}  // namespace scheduledjob::kube
