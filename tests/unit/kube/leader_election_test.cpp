#include "kube/leader_election.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/kube/election_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::nanoseconds;
using ::testing::AllOf;
using testing::ElectionTest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

TEST(BootTime, RunsForward) {
  const BootTime first = boot_time();
  EXPECT_GT(first, 0s);
  EXPECT_GE(boot_time(), first);
}

}  // namespace
}  // namespace scheduledjob::kube
