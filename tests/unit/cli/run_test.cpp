#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fake_cluster.hpp"

namespace scheduledjob::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kCreate[] = "POST /apis/batch/v1/namespaces/reports/jobs?fieldManager=kubectl-scheduledjob";
constexpr char kLook[] = "GET /apis/batch/v1/namespaces/reports/jobs/nightly-now-20260301120000";

Json job(const char* condition) {
  Json job{{"metadata",
            {{"name", "nightly-now-20260301120000"},
             {"namespace", "reports"},
             {"uid", "u"},
             {"resourceVersion", "8"}}},
           {"status", Json::object()}};
  if (*condition != '\0') {
    job["status"]["conditions"] = {{{"type", condition},
                                    {"status", "True"},
                                    {"reason", "BackoffLimitExceeded"},
                                    {"message", "no luck"},
                                    {"lastTransitionTime", "2026-03-01T12:00:03Z"}}};
  }
  return job;
}

class Run : public testing::Test {
 protected:
  Run() {
    cluster.has(stored("nightly", {{"schedule", "@daily"}, {"suspend", true}}));
    cluster.answers[kCreate] = {{201, job("")}};
  }

  FakeCluster cluster;
};

TEST_F(Run, CreatesAJobThatTheOperatorCounts) {
  const Outcome outcome = cluster.run({"run", "nightly"});
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_EQ(outcome.out, "job.batch/nightly-now-20260301120000\n");
  ASSERT_THAT(cluster.sent, SizeIs(2));
  const Json created = Json::parse(cluster.sent.back().body);
  EXPECT_EQ(created["metadata"]["labels"]["scheduledjob.dev/uid"], "0b7d4a5e-0000-4000-8000-000000000001");
  EXPECT_EQ(created["metadata"]["ownerReferences"][0]["controller"], true);
}

TEST_F(Run, TellsWhyTheJobIsRefused) {
  cluster.answers[kCreate] = {{403, {{"kind", "Status"}, {"message", "exceeded quota"}, {"code", 403}}}};
  const Outcome outcome = cluster.run({"run", "nightly"});
  EXPECT_EQ(outcome.code, kRefused);
  EXPECT_EQ(outcome.err, "exceeded quota (cluster of kubeconfig test)\n");
  EXPECT_THAT(outcome.out, IsEmpty());
}

TEST_F(Run, SaysWhenNobodyKnowsWhetherItWasCreated) {
  cluster.answers[kCreate] = {{500, {{"kind", "Status"}, {"message", "etcd"}, {"code", 500}}}};
  EXPECT_THAT(cluster.run({"run", "nightly"}).err, HasSubstr("look for the Job nightly-now-20260301120000"));
}

TEST_F(Run, RefusesWhatIsBeingDeleted) {
  Json object = stored("nightly", {{"schedule", "@daily"}});
  object["metadata"]["deletionTimestamp"] = "2026-03-01T11:00:00Z";
  cluster.has(object);
  EXPECT_THAT(cluster.run({"run", "nightly"}).err, HasSubstr("is being deleted"));
  EXPECT_THAT(cluster.sent, SizeIs(1));
}

TEST_F(Run, WaitsForTheEndAndTellsIt) {
  cluster.answers[kLook] = {
      {200, job("")}, {503, {{"kind", "Status"}, {"code", 503}}}, {200, job("Complete")}};
  const Outcome succeeded = cluster.run({"run", "nightly", "--wait"});
  EXPECT_EQ(succeeded.code, kFine);
  EXPECT_EQ(succeeded.err, "Job nightly-now-20260301120000 has succeeded.\n");
  EXPECT_EQ(cluster.pauses, 2);

  cluster.answers[kLook] = {{200, job("Failed")}};
  const Outcome failed = cluster.run({"run", "nightly", "--wait"});
  EXPECT_EQ(failed.code, kRefused);
  EXPECT_EQ(failed.err, "Job nightly-now-20260301120000 has failed (BackoffLimitExceeded): no luck\n");

  cluster.answers.erase(kLook);
  EXPECT_THAT(cluster.run({"run", "nightly", "--wait"}).err, HasSubstr("is gone"));
}

TEST_F(Run, GivesUpWaitingWhenTheServerIsSilentForLong) {
  cluster.answers[kLook] = {{503, {{"kind", "Status"}, {"code", 503}}}};
  EXPECT_EQ(cluster.run({"run", "nightly", "--wait"}).code, kRefused);
}

}  // namespace
}  // namespace scheduledjob::cli
