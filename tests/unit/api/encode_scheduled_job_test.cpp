// An object as text, and back.
#include <gtest/gtest.h>

#include "samples.hpp"

namespace scheduledjob::api {
namespace {

void expect_to_come_back_equal(const ScheduledJob& object) {
  const absl::StatusOr<std::string> text = encode_scheduled_job(object);
  ASSERT_TRUE(text.ok()) << text.status();
  const absl::StatusOr<ScheduledJob> again = decode_scheduled_job(*text);
  ASSERT_TRUE(again.ok()) << again.status() << " in " << *text;
  EXPECT_EQ(again->metadata, object.metadata);
  ASSERT_TRUE(again->spec.ok()) << again->spec.status() << " in " << *text;
  EXPECT_EQ(*again->spec, *object.spec);
  EXPECT_EQ(again->status, object.status);
  EXPECT_EQ(encode_scheduled_job(*again).value(), *text);
}

ScheduledJob object_with(std::string_view members) {
  return decode_scheduled_job(scheduled_job_with(members)).value();
}

TEST(EncodeScheduledJob, KeepsAnObjectThatSaysNextToNothing) {
  expect_to_come_back_equal(object_with(""));
}

TEST(EncodeScheduledJob, KeepsEveryFieldOfASpec) {
  expect_to_come_back_equal(object_with(
      R"("schedules":[{"cron":"0 2 * * *"},{"every":"90s","anchor":"2026-01-01T00:00:00Z"},{"at":"2026-12-31T23:59:59"}],
         "timeZone":"Europe/Berlin","daylightSaving":{"skippedTime":"Skip","repeatedTime":"RunTwice"},
         "notBefore":"2026-01-01T00:00:00Z","notAfter":"2027-01-01T00:00:00Z","jitter":"5m",
         "startingDeadlineSeconds":77,"concurrencyPolicy":"Queue","maxConcurrentRuns":4,"maxQueuedRuns":3,
         "replaceTimeout":"2m","missedRunPolicy":"All","maxCatchUpRuns":9,"suspendAfterFailures":5,
         "suspend":true,"runContext":{"env":true},"successfulJobsHistoryLimit":0,"failedJobsHistoryLimit":8)"));
}

TEST(EncodeScheduledJob, KeepsTheTemplateAsTheUserWroteIt) {
  const auto object = decode_scheduled_job(scheduled_job_json(
      R"("schedule":"@daily","jobTemplate": {"metadata" : {"labels":{"a":"\u00e4\n"}},
         "spec":{"ttlSecondsAfterFinished":5, "template":{"x":[1e30,0.5,null,true]}}})"));
  expect_to_come_back_equal(object.value());
}

TEST(EncodeScheduledJob, KeepsTheMetadata) {
  ScheduledJob object = object_with("");
  object.metadata.resource_version = std::numeric_limits<ResourceVersion>::max();
  object.metadata.generation = 12;
  object.metadata.deletion_timestamp = at("2026-01-03T00:00:00Z");
  object.metadata.resume = "please \"go on\" \xc3\xa4";
  expect_to_come_back_equal(object);
}

TEST(EncodeScheduledJob, KeepsTheStatus) {
  ScheduledJob object = object_with("");
  object.status = full_status();
  expect_to_come_back_equal(object);
}

TEST(EncodeScheduledJob, GivesTheErrorOfASpecThatHasOne) {
  const auto object = decode_scheduled_job(scheduled_job_json(R"("schedule":7)"));
  EXPECT_EQ(encode_scheduled_job(object.value()).status(), object->spec.status());
}

}  // namespace
}  // namespace scheduledjob::api
