#include "api/job_manifest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "samples.hpp"

namespace scheduledjob::api {
namespace {

using nlohmann::json;
using std::chrono::seconds;

ScheduledJob owner_with(std::string_view job_template, std::string_view more_spec = "") {
  return decode_scheduled_job(scheduled_job_json(fmt::format(R"("schedule":"@daily","jobTemplate":{}{})",
                                                             job_template, more_spec)))
      .value();
}

absl::StatusOr<std::string> manifest_of(const ScheduledJob& owner, seconds ttl_margin = seconds{0}) {
  return job_manifest(owner, {.job_name = "nightly-1", .scheduled_time = at("2026-07-01T02:00:00Z")},
                      ttl_margin);
}

// What is added to the annotations of the Job and of its pods.
json our_annotations() {
  return {{"scheduledjob.dev/scheduled-time", "2026-07-01T02:00:00Z"},
          {"batch.kubernetes.io/cronjob-scheduled-timestamp", "2026-07-01T02:00:00Z"},
          {"scheduledjob.dev/data-interval-end", "2026-07-01T02:00:00Z"},
          {"scheduledjob.dev/reason", "scheduled"}};
}

json our_annotations_and(const char* name, const char* value) {
  json annotations = our_annotations();
  annotations[name] = value;
  return annotations;
}

json job_from(std::string_view job_template, std::string_view more_spec = "",
              seconds ttl_margin = seconds{0}) {
  return json::parse(manifest_of(owner_with(job_template, more_spec), ttl_margin).value());
}

std::string error_for(std::string job_template) {
  ScheduledJob owner = owner_with(kPlainTemplate);
  owner.spec->job_template = std::move(job_template);
  return std::string(manifest_of(owner).status().message());
}

TEST(JobManifest, IsAJobInTheNamespaceOfItsOwner) {
  const json job = job_from(kPlainTemplate);
  EXPECT_EQ(job["apiVersion"], "batch/v1");
  EXPECT_EQ(job["kind"], "Job");
  EXPECT_EQ(job["metadata"]["name"], "nightly-1");
  EXPECT_EQ(job["metadata"]["namespace"], "reports");
}

TEST(JobManifest, IsControlledByItsOwner) {
  EXPECT_EQ(job_from(kPlainTemplate)["metadata"]["ownerReferences"],
            json::parse(R"([{"apiVersion":"scheduledjob.dev/v1",
      "kind":"ScheduledJob","name":"nightly","uid":"0a1b","controller":true,"blockOwnerDeletion":true}])"));
}

TEST(JobManifest, CarriesOurMarks) {
  const json job = job_from(kPlainTemplate);
  EXPECT_EQ(job["metadata"]["labels"], json({{"scheduledjob.dev/uid", "0a1b"}}));
  EXPECT_EQ(job["metadata"]["annotations"], our_annotations());
  EXPECT_EQ(job["spec"]["template"]["metadata"]["annotations"], our_annotations());
}

TEST(JobManifest, TellsTheInstantInTheZoneOfTheScheduleAsCronJobDoes) {
  const auto timestamp = [](std::string_view more_spec) {
    return job_from(kPlainTemplate,
                    more_spec)["metadata"]["annotations"]["batch.kubernetes.io/cronjob-scheduled-timestamp"];
  };
  EXPECT_EQ(timestamp(""), "2026-07-01T02:00:00Z");
  EXPECT_EQ(timestamp(R"(,"timeZone":"UTC")"), "2026-07-01T02:00:00Z");
  EXPECT_EQ(timestamp(R"(,"timeZone":"Europe/Berlin")"), "2026-07-01T04:00:00+02:00");
  EXPECT_EQ(timestamp(R"(,"timeZone":"America/St_Johns")"), "2026-06-30T23:30:00-02:30");
}

TEST(JobManifest, ReadsBackAsOurs) {
  const Job job = decode_job([] {
                    json sent = job_from(kPlainTemplate);
                    sent["metadata"]["uid"] = "77";
                    sent["metadata"]["resourceVersion"] = "1";
                    return sent.dump();
                  }())
                      .value();
  EXPECT_EQ(job.owner_uid, "0a1b");
  EXPECT_EQ(job.label_uid, "0a1b");
  EXPECT_EQ(job.scheduled_time, at("2026-07-01T02:00:00Z"));
}

TEST(JobManifest, TakesLabelsAndAnnotationsFromTheTemplateOnly) {
  const json metadata =
      job_from(R"({"metadata":{"name":"n","generateName":"g-","finalizers":["f"],"labels":{"app":"x"},
      "annotations":{"note":"y"}},"spec":{"template":{}}})")["metadata"];
  EXPECT_EQ(metadata["labels"], json({{"app", "x"}, {"scheduledjob.dev/uid", "0a1b"}}));
  EXPECT_EQ(metadata["annotations"]["note"], "y");
  EXPECT_EQ(metadata["name"], "nightly-1");
  EXPECT_FALSE(metadata.contains("generateName"));
  EXPECT_FALSE(metadata.contains("finalizers"));
}

TEST(JobManifest, DoesNotLetTheTemplateOverrideOurMarks) {
  const json job = job_from(R"({"metadata":{"labels":{"scheduledjob.dev/uid":"stolen"},
      "annotations":{"scheduledjob.dev/scheduled-time":"never","scheduledjob.dev/previous-success":"never"}},
      "spec":{"template":{"metadata":{"labels":{"a":"b"},"annotations":{"scheduledjob.dev/scheduled-time":"never","c":"d"}}}}})");
  EXPECT_EQ(job["metadata"]["labels"]["scheduledjob.dev/uid"], "0a1b");
  EXPECT_EQ(job["metadata"]["annotations"], our_annotations());
  const json pod = job["spec"]["template"]["metadata"];
  EXPECT_EQ(pod["annotations"], our_annotations_and("c", "d"));
  EXPECT_EQ(pod["labels"], json({{"a", "b"}}));
}

TEST(JobManifest, KeepsTheSpecAsItIs) {
  const std::string_view spec =
      R"({"backoffLimit":0,"fromTheFuture":{"x":[1,null,true]},"template":{"metadata":{"name":"n"},
      "spec":{"containers":[{"resources":{"requests":{"cpu":0.5,"memory":9007199254740993}},"env":[{"name":"A"},{"name":"A"}]}]}}})";
  json expected = json::parse(spec);
  expected["template"]["metadata"]["annotations"] = our_annotations();
  EXPECT_EQ(job_from(fmt::format(R"({{"spec":{}}})", spec))["spec"], expected);
}

TEST(JobManifest, TakesNullForAbsentMetadata) {
  const json job = job_from(R"({"metadata":null,"spec":{"template":{"metadata":{"annotations":null}}}})");
  EXPECT_EQ(job["metadata"]["labels"], json({{"scheduledjob.dev/uid", "0a1b"}}));
  EXPECT_EQ(job["spec"]["template"]["metadata"]["annotations"]["scheduledjob.dev/scheduled-time"],
            "2026-07-01T02:00:00Z");
}

TEST(JobManifest, RaisesTheTimeToLiveByTheMargin) {
  const auto ttl = [](std::string_view value) {
    const json spec =
        job_from(fmt::format(R"({{"spec":{{"template":{{}},"ttlSecondsAfterFinished":{}}}}})", value), "",
                 std::chrono::hours{24 * 7})["spec"];
    return spec["ttlSecondsAfterFinished"];
  };
  EXPECT_EQ(ttl("0"), 604800);
  EXPECT_EQ(ttl("60"), 604860);
  EXPECT_EQ(ttl("2147483647"), 2147483647);
  EXPECT_EQ(ttl("-1"), -1) << "the API server refuses it, in its own words";
  EXPECT_FALSE(
      job_from(R"({"spec":{"template":{},"ttlSecondsAfterFinished":null}})", "", seconds{5})["spec"].contains(
          "ttlSecondsAfterFinished"))
      << "null is absent";
  EXPECT_FALSE(job_from(kPlainTemplate, "", seconds{5})["spec"].contains("ttlSecondsAfterFinished"));
}

TEST(JobManifest, NotesTheTimeToLiveAsTheTemplateHasIt) {
  const auto noted = [](std::string_view ttl) {
    const json job = job_from(
        fmt::format(
            R"({{"metadata":{{"annotations":{{"scheduledjob.dev/ttl-seconds-after-finished":"stolen"}}}},)"
            R"("spec":{{"template":{{}},"ttlSecondsAfterFinished":{}}}}})",
            ttl),
        "", std::chrono::hours{24 * 7});
    return job["metadata"]["annotations"].value("scheduledjob.dev/ttl-seconds-after-finished", "none");
  };
  EXPECT_EQ(noted("0"), "0");
  EXPECT_EQ(noted("60"), "60");
  EXPECT_EQ(noted("2147483647"), "2147483647");
  EXPECT_EQ(noted("-1"), "none");
  EXPECT_EQ(noted("null"), "none");
}

TEST(JobManifest, SaysUntilWhenItMayBeCreated) {
  const ScheduledJob owner = owner_with(kPlainTemplate);
  const RunIdentity run{.job_name = "nightly-1", .scheduled_time = at("2026-07-01T02:00:00Z")};
  const auto job = json::parse(
      job_manifest(owner, run, seconds{0}, at("2026-07-01T02:00:03Z") + std::chrono::microseconds{250})
          .value());
  EXPECT_EQ(job["metadata"]["annotations"]["scheduledjob.dev/create-before"], "2026-07-01T02:00:03.000250Z");
  EXPECT_FALSE(job["spec"]["template"]["metadata"]["annotations"].contains("scheduledjob.dev/create-before"));
}

TEST(JobManifest, TakesNoSuchTimeFromTheTemplate) {
  const json job = job_from(
      R"({"metadata":{"annotations":{"scheduledjob.dev/create-before":"2020-01-01T00:00:00Z"}},"spec":{"template":{}}})");
  EXPECT_FALSE(job["metadata"]["annotations"].contains("scheduledjob.dev/create-before"));
}

TEST(JobManifest, RefusesATemplateThatMakesNoJob) {
  EXPECT_EQ(error_for("[]"), "spec.jobTemplate: must be an object");
  EXPECT_THAT(error_for("{"), testing::StartsWith("spec.jobTemplate: is not valid JSON"));
  EXPECT_THAT(error_for(""), testing::StartsWith("spec.jobTemplate: is not valid JSON"));
  EXPECT_EQ(error_for("{}"), "spec.jobTemplate.spec: is required");
  EXPECT_EQ(error_for(R"({"spec":5})"), "spec.jobTemplate.spec: must be an object, not a number");
  EXPECT_EQ(error_for(R"({"spec":{}})"), "spec.jobTemplate.spec.template: is required");
  EXPECT_EQ(error_for(R"({"spec":{"template":{"metadata":[]}}})"),
            "spec.jobTemplate.spec.template.metadata: must be an object, not a list");
  EXPECT_EQ(error_for(R"({"metadata":{"labels":"x"},"spec":{"template":{}}})"),
            "spec.jobTemplate.metadata.labels: must be an object, not a string");
  EXPECT_EQ(error_for(std::string(200'000, '[')), "spec.jobTemplate: is too large or nests too deep");
}

TEST(JobManifest, RefusesAnOwnerWhoseSpecIsNotUnderstood) {
  ScheduledJob owner = owner_with(kPlainTemplate);
  owner.spec = absl::InvalidArgumentError("spec.suspend: must be true or false, not a string");
  EXPECT_EQ(manifest_of(owner).status(), owner.spec.status());
}

}  // namespace
}  // namespace scheduledjob::api
