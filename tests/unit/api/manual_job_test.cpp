#include "api/manual_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "samples.hpp"

namespace scheduledjob::api {
namespace {

using nlohmann::json;
using testing::HasSubstr;

ScheduledJob owner_with(std::string_view job_template) {
  return decode_scheduled_job(
             scheduled_job_json(fmt::format(R"("schedule":"@daily","jobTemplate":{})", job_template)))
      .value();
}

TEST(ManualJob, IsNamedAfterItsOwnerAndTheSecond) {
  ObjectMeta owner;
  owner.key.name = "nightly";
  owner.uid = "0b7d4a5e-0000-4000-8000-000000000001";
  EXPECT_EQ(manual_job_name(owner, at("2026-03-01T02:03:04Z")), "nightly-now-20260301020304");
  owner.key.name = std::string(36, 'n');
  EXPECT_EQ(manual_job_name(owner, at("2026-03-01T02:03:04Z")), owner.key.name + "-now-20260301020304");
  owner.key.name += 'n';
  EXPECT_EQ(manual_job_name(owner, at("2026-03-01T02:03:04Z")),
            "now-0b7d4a5e-0000-4000-8000-000000000001-20260301020304");
}

TEST(ManualJob, IsTheTemplatesWithWhatTheOperatorCountsItBy) {
  const ScheduledJob owner =
      owner_with(R"({"metadata":{"name":"x","labels":{"app":"a"},"annotations":{"note":"n"}},)"
                 R"("spec":{"ttlSecondsAfterFinished":60,"template":{"spec":{"restartPolicy":"Never"}}}})");
  const json job = json::parse(manual_job_manifest(owner, "nightly-now-1").value());
  EXPECT_EQ(job["metadata"]["name"], "nightly-now-1");
  EXPECT_EQ(job["metadata"]["namespace"], owner.metadata.key.namespace_);
  EXPECT_EQ(job["metadata"]["labels"], (json{{"app", "a"}, {"scheduledjob.dev/uid", owner.metadata.uid}}));
  EXPECT_EQ(job["metadata"]["annotations"],
            (json{{"note", "n"}, {"cronjob.kubernetes.io/instantiate", "manual"}}));
  EXPECT_EQ(job["metadata"]["ownerReferences"].at(0)["uid"], owner.metadata.uid);
  EXPECT_EQ(job["metadata"]["ownerReferences"].at(0)["controller"], true);
  EXPECT_EQ(job["spec"],
            (json{{"ttlSecondsAfterFinished", 60}, {"template", {{"spec", {{"restartPolicy", "Never"}}}}}}));
}

TEST(ManualJob, IsNotMadeFromATemplateThatIsNone) {
  ScheduledJob owner = owner_with(kPlainTemplate);
  owner.spec->job_template = "{}";
  EXPECT_THAT(std::string(manual_job_manifest(owner, "a").status().message()),
              HasSubstr("spec.jobTemplate.spec: is required"));
  owner.spec->job_template = "[";
  EXPECT_FALSE(manual_job_manifest(owner, "a").ok());
}

}  // namespace
}  // namespace scheduledjob::api
