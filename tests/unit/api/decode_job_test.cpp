#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace scheduledjob::api {
namespace {

constexpr std::string_view kOurs =
    R"({"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","name":"nightly","uid":"0a1b","controller":true})";

std::string job_json(std::string_view more_metadata, std::string_view spec, std::string_view status) {
  return fmt::format(
      R"({{"apiVersion":"batch/v1","kind":"Job","metadata":{{"name":"nightly-1","namespace":"reports","uid":"77",)"
      R"("resourceVersion":"12","creationTimestamp":"2026-01-02T03:04:05Z"{}}},"spec":{},"status":{}}})",
      more_metadata, spec, status);
}

Job job_with_status(std::string_view status) {
  return decode_job(job_json("", "{}", status)).value();
}

Job job_owned_by(std::string_view owners) {
  return decode_job(job_json(fmt::format(R"(,"ownerReferences":{})", owners), "{}", "{}")).value();
}

TEST(DecodeJob, ReadsAJobThatHasJustBeenCreated) {
  const Job job = decode_job(job_json("", "{}", "{}")).value();
  EXPECT_EQ(job.metadata.key, (ObjectKey{"reports", "nightly-1"}));
  EXPECT_EQ(job.metadata.uid, "77");
  EXPECT_EQ(job.metadata.resource_version, 12U);
  EXPECT_EQ(job.phase, JobPhase::kActive);
  EXPECT_EQ(job.owner_uid, "");
  EXPECT_EQ(job.label_uid, "");
  EXPECT_EQ(job.scheduled_time, std::nullopt);
  EXPECT_EQ(job.start_time, std::nullopt);
  EXPECT_EQ(job.end_time, std::nullopt);
  EXPECT_FALSE(job.suspended);
  EXPECT_EQ(job.ready + job.succeeded + job.failed, 0);
  EXPECT_EQ(job.ttl_seconds_after_finished, std::nullopt);
}

TEST(DecodeJob, ReadsLabelAnnotationSpecAndCounts) {
  const Job job =
      decode_job(
          job_json(R"(,"labels":{"app":"x","scheduledjob.dev/uid":"0a1b"},)"
                   R"("annotations":{"scheduledjob.dev/scheduled-time":"2026-01-02T03:04:00Z",)"
                   R"("scheduledjob.dev/ttl-seconds-after-finished":"50"})",
                   R"({"suspend":true,"ttlSecondsAfterFinished":60,"template":{}})",
                   R"({"startTime":"2026-01-02T03:04:06Z","ready":1,"succeeded":2,"failed":3,"active":4})"))
          .value();
  EXPECT_EQ(job.label_uid, "0a1b");
  EXPECT_EQ(job.scheduled_time, at("2026-01-02T03:04:00Z"));
  EXPECT_TRUE(job.suspended);
  EXPECT_EQ(job.ttl_seconds_after_finished, 60);
  EXPECT_EQ(job.time_to_live, 50);
  EXPECT_EQ(job.start_time, at("2026-01-02T03:04:06Z"));
  EXPECT_EQ(job.ready, 1);
  EXPECT_EQ(job.succeeded, 2);
  EXPECT_EQ(job.failed, 3);
}

TEST(DecodeJob, KnowsItsScheduledJobByTheControllerReference) {
  const Job job = job_owned_by(fmt::format(R"([{{"kind":"Other","uid":"9"}},{}])", kOurs));
  EXPECT_EQ(job.owner_uid, "0a1b");
  EXPECT_EQ(job.owner_name, "nightly");
}

TEST(DecodeJob, TakesAnyVersionOfOurGroup) {
  EXPECT_EQ(
      job_owned_by(
          R"([{"apiVersion":"scheduledjob.dev/v2","kind":"ScheduledJob","uid":"0a1b","controller":true}])")
          .owner_uid,
      "0a1b");
}

TEST(DecodeJob, DoesNotTakeOtherReferencesForItsOwner) {
  EXPECT_EQ(
      job_owned_by(
          R"([{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","uid":"1","controller":false}])")
          .owner_uid,
      "");
  EXPECT_EQ(
      job_owned_by(R"([{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","uid":"1"}])").owner_uid,
      "");
  EXPECT_EQ(
      job_owned_by(R"([{"apiVersion":"batch/v1","kind":"CronJob","uid":"1","controller":true}])").owner_uid,
      "");
  EXPECT_EQ(
      job_owned_by(R"([{"apiVersion":"example.com/v1","kind":"ScheduledJob","uid":"1","controller":true}])")
          .owner_uid,
      "");
  EXPECT_EQ(
      job_owned_by(
          R"([{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJobRun","uid":"1","controller":true}])")
          .owner_uid,
      "");
}

TEST(DecodeJob, EndsWithConditionComplete) {
  const Job job = job_with_status(R"({"completionTime":"2026-01-02T03:05:00Z","succeeded":1,"conditions":[
      {"type":"SuccessCriteriaMet","status":"True","reason":"CompletionsReached","lastTransitionTime":"2026-01-02T03:04:59Z"},
      {"type":"Complete","status":"True","reason":"CompletionsReached","message":"all done","lastTransitionTime":"2026-01-02T03:05:01Z"}]})");
  EXPECT_EQ(job.phase, JobPhase::kSucceeded);
  EXPECT_EQ(job.end_time, at("2026-01-02T03:05:00Z"));
  EXPECT_EQ(job.reason, "CompletionsReached");
  EXPECT_EQ(job.message, "all done");
}

TEST(DecodeJob, EndsWithConditionFailedAtItsTransition) {
  const Job job = job_with_status(R"({"failed":1,"conditions":[
      {"type":"Failed","status":"True","reason":"BackoffLimitExceeded","message":"m","lastTransitionTime":"2026-01-02T03:05:01Z"}]})");
  EXPECT_EQ(job.phase, JobPhase::kFailed);
  EXPECT_EQ(job.end_time, at("2026-01-02T03:05:01Z"));
  EXPECT_EQ(job.reason, "BackoffLimitExceeded");
}

TEST(DecodeJob, HasNotEndedBeforeItsPodsHave) {
  for (const std::string_view type : {"SuccessCriteriaMet", "FailureTarget", "Suspended"}) {
    const Job job = job_with_status(
        fmt::format(R"({{"conditions":[{{"type":"{}","status":"True","reason":"r"}}]}})", type));
    EXPECT_EQ(job.phase, JobPhase::kActive) << type;
    EXPECT_EQ(job.reason, "") << type;
  }
  EXPECT_EQ(
      job_with_status(
          R"({"conditions":[{"type":"Complete","status":"False"},{"type":"Failed","status":"Unknown"}]})")
          .phase,
      JobPhase::kActive);
}

TEST(DecodeJob, CutsTheMessageToWhatAStatusTakes) {
  const Job job = job_with_status(fmt::format(
      R"({{"conditions":[{{"type":"Failed","status":"True","message":"{}"}}]}})", std::string(5000, 'x')));
  EXPECT_EQ(job.message.size(), kMaxMessageLength);
}

TEST(DecodeJob, ReadsPastWhatItCannotUnderstand) {
  const Job job =
      decode_job(job_json(R"(,"annotations":{"scheduledjob.dev/scheduled-time":"noon"})",
                          R"({"suspend":"no"})",
                          R"({"startTime":7,"ready":"all","failed":1.5,"conditions":{},"succeeded":3})"))
          .value();
  EXPECT_EQ(job.scheduled_time, std::nullopt);
  EXPECT_FALSE(job.suspended);
  EXPECT_EQ(job.start_time, std::nullopt);
  EXPECT_EQ(job.ready, 0);
  EXPECT_EQ(job.failed, 0);
  EXPECT_EQ(job.succeeded, 3);
}

TEST(DecodeJob, TakesNoTimeToLiveThatIsNoNumberOfSeconds) {
  for (const std::string_view text : {R"("")", R"("-1")", R"("1.5")", R"("2147483648")", R"("soon")", "7"}) {
    const std::string annotations =
        fmt::format(R"(,"annotations":{{"scheduledjob.dev/ttl-seconds-after-finished":{}}})", text);
    EXPECT_EQ(decode_job(job_json(annotations, "{}", "{}"))->time_to_live, std::nullopt) << text;
  }
}

TEST(DecodeJob, RefusesObjectsWithoutAnIdentity) {
  EXPECT_EQ(
      decode_job(R"({"metadata":{"name":"a","namespace":"b","resourceVersion":"1"}})").status().message(),
      "metadata.uid: is required");
  EXPECT_EQ(decode_job("nonsense").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace scheduledjob::api
