#include "cli/suspend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/keeper.hpp"
#include "fake_cluster.hpp"

namespace scheduledjob::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr char kPatch[] =
    "PATCH "
    "/apis/scheduledjob.dev/v1/namespaces/reports/scheduledjobs/nightly?fieldManager=kubectl-scheduledjob";

SuspensionChange planned(bool suspend, const Json& spec, const Json& status = Json::object()) {
  return plan_suspension(decoded(stored("nightly", spec, status)), suspend, at("2026-03-01T12:00:00Z"));
}

TEST(Suspend, SaysWhatItMeans) {
  const Json status{{"activeCount", 1},
                    {"pending", {{{"scheduledTime", "2026-03-01T11:00:00Z"}, {"why", "Queue"}}}}};
  const SuspensionChange change = planned(true, {{"schedule", "@daily"}}, status);
  EXPECT_EQ(change.merge_patch, R"({"spec":{"suspend":true}})");
  EXPECT_THAT(change.sentences,
              ElementsAre("Suspended: nothing new starts.", "Runs under way (1) go on.",
                          "Instants that wait (1) are dropped, as Skipped (Suspended).",
                          "The first instant left out is Mon 2026-03-02 00:00:00 UTC, in 12 h.",
                          HasSubstr("never made up for")));
}

TEST(Suspend, WritesNothingWhereItIsSoAlready) {
  EXPECT_THAT(planned(true, {{"schedule", "@daily"}, {"suspend", true}}).merge_patch, IsEmpty());
  EXPECT_THAT(planned(false, {{"schedule", "@daily"}}).merge_patch, IsEmpty());
}

TEST(Resume, CountsWhatHasPassed) {
  const Json status{{"observedGeneration", 1}, {"decidedThrough", "2026-02-27T12:00:00Z"}};
  const SuspensionChange change = planned(false, {{"schedule", "@daily"}, {"suspend", true}}, status);
  EXPECT_EQ(change.merge_patch, R"({"spec":{"suspend":false}})");
  EXPECT_THAT(change.sentences, ElementsAre("Resumed.",
                                            "Instants that have passed meanwhile: 2. They are recorded as "
                                            "Skipped (Suspended), and not made up for.",
                                            "The next instant is Mon 2026-03-02 00:00:00 UTC, in 12 h."));
}

TEST(Resume, EndsASuspensionByFailuresWithTheAnnotation) {
  const Json condition{{"type", "Suspended"}, {"status", "True"}, {"reason", "TooManyFailures"}};
  const SuspensionChange change =
      planned(false, {{"schedule", "@daily"}}, {{"conditions", {condition}}, {"consecutiveFailures", 5}});
  EXPECT_EQ(change.merge_patch,
            R"({"metadata":{"annotations":{"scheduledjob.dev/resume":"2026-03-01T12:00:00Z"}}})");
  EXPECT_THAT(change.sentences.front(),
              StartsWith("Resumed by the annotation scheduledjob.dev/resume (failures in a row: 5)."));
}

TEST(Suspend, PatchesTheSpecAndWarnsOfWhoWillRevertIt) {
  FakeCluster cluster;
  Json object = stored("nightly", {{"schedule", "@daily"}});
  object["metadata"]["annotations"] = {
      {"argocd.argoproj.io/tracking-id", "reports:scheduledjob.dev/ScheduledJob:reports/nightly"}};
  cluster.has(object);
  cluster.answers[kPatch] = {{200, object}};
  const Outcome outcome = cluster.run({"suspend", "nightly"});
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("ScheduledJob reports/nightly\nSuspended: "));
  EXPECT_THAT(outcome.err,
              StartsWith("Warning: it is managed by Argo CD (application reports): with self-heal"));
  ASSERT_THAT(cluster.sent, SizeIs(2));
  EXPECT_EQ(cluster.sent.back().content_type, "application/merge-patch+json");
  EXPECT_EQ(cluster.sent.back().body, R"({"spec":{"suspend":true}})");
}

TEST(Suspend, TellsARefusal) {
  FakeCluster cluster;
  cluster.has(stored("nightly", {{"schedule", "@daily"}}));
  cluster.answers[kPatch] = {{403, {{"kind", "Status"}, {"message", "forbidden"}, {"code", 403}}}};
  const Outcome outcome = cluster.run({"suspend", "nightly"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_THAT(outcome.out, IsEmpty());
}

std::string keeper_with(const Json& metadata) {
  const auto keeper = keeper_of(Json{{"metadata", metadata}}.dump());
  return keeper ? keeper->name : "";
}

TEST(Keeper, IsKnownByWhatItLeavesBehind) {
  EXPECT_EQ(keeper_with({{"labels", {{"argocd.argoproj.io/instance", "a"}}}}), "Argo CD (application a)");
  EXPECT_EQ(keeper_with({{"managedFields", {{{"manager", "argocd-controller"}}}}}), "Argo CD");
  EXPECT_EQ(keeper_with({{"labels", {{"kustomize.toolkit.fluxcd.io/name", "k"}}}}), "Flux (Kustomization k)");
  const Json by_helm{{"meta.helm.sh/release-name", "r"}};
  EXPECT_EQ(keeper_with({{"annotations", by_helm}}), "Helm (release r)");
  EXPECT_EQ(keeper_with({{"annotations", by_helm}, {"labels", {{"helm.toolkit.fluxcd.io/name", "h"}}}}),
            "Flux (HelmRelease h)");
}

TEST(Keeper, IsNobodyWithoutATrace) {
  EXPECT_EQ(keeper_with({{"labels", {{"app.kubernetes.io/instance", "reports"}}}}), "")
      << "people and charts set this one too";
  for (const char* text :
       {"", "[", "[]", "{}", R"({"metadata":[]})", R"({"metadata":{"labels":7,"managedFields":{}}})"}) {
    EXPECT_FALSE(keeper_of(text)) << text;
  }
}

}  // namespace
}  // namespace scheduledjob::cli
