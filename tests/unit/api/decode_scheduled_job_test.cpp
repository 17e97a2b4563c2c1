#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace scheduledjob::api {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

std::string decode_error(std::string_view json) {
  return std::string(decode_scheduled_job(json).status().message());
}

TEST(DecodeScheduledJob, ReadsTheMetadataThatMatters) {
  const ObjectMeta metadata = decode_scheduled_job(scheduled_job_with(""))->metadata;
  EXPECT_EQ(metadata.key, (ObjectKey{"reports", "nightly"}));
  EXPECT_EQ(metadata.uid, "0a1b");
  EXPECT_EQ(metadata.resource_version, 4711U);
  EXPECT_EQ(metadata.generation, 3);
  EXPECT_EQ(metadata.creation_timestamp, at("2026-01-02T03:04:05Z"));
  EXPECT_EQ(metadata.deletion_timestamp, std::nullopt);
}

TEST(DecodeScheduledJob, SeesThatAnObjectIsBeingDeleted) {
  const auto object = decode_scheduled_job(
      R"({"metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"1","deletionTimestamp":"2026-05-06T07:08:09Z"}})");
  EXPECT_EQ(object.value().metadata.deletion_timestamp, at("2026-05-06T07:08:09Z"));
}

std::string resume_of(std::string_view annotations) {
  return decode_scheduled_job(
             fmt::format(
                 R"({{"metadata":{{"name":"a","namespace":"b","uid":"c","resourceVersion":"1","annotations":{}}}}})",
                 annotations))
      .value()
      .metadata.resume;
}

TEST(DecodeScheduledJob, ReadsTheAnnotationThatResumes) {
  EXPECT_EQ(resume_of(R"({"scheduledjob.dev/other":"x","scheduledjob.dev/resume":"Tuesday"})"), "Tuesday");
  EXPECT_EQ(resume_of("{}"), "");
  EXPECT_EQ(resume_of("null"), "");
  EXPECT_EQ(resume_of(R"({"scheduledjob.dev/resume":7})"), "");
}

TEST(DecodeScheduledJob, CutsTheAnnotationThatResumesBetweenCharacters) {
  std::string text = "x";
  for (int i = 0; i < 1000; ++i) text += "\u00e4";
  EXPECT_EQ(resume_of(fmt::format(R"({{"scheduledjob.dev/resume":"{}"}})", text)).size(),
            kMaxResumeLength - 1);
}

TEST(DecodeScheduledJob, AppliesTheDefaultsOfAnEmptySpec) {
  const ScheduledJobSpec spec = spec_with("");
  EXPECT_EQ(spec.schedule, "0 2 * * *");
  EXPECT_THAT(spec.schedules, IsEmpty());
  EXPECT_EQ(spec.time_zone, std::nullopt);
  EXPECT_EQ(spec.daylight_saving, schedule::DaylightSaving{});
  EXPECT_EQ(spec.jitter, seconds{0});
  EXPECT_EQ(spec.starting_deadline, std::nullopt);
  EXPECT_EQ(spec.concurrency_policy, ConcurrencyPolicy::kAllow);
  EXPECT_EQ(spec.max_concurrent_runs, 1);
  EXPECT_EQ(spec.max_queued_runs, 10);
  EXPECT_EQ(spec.replace_timeout, std::nullopt);
  EXPECT_EQ(spec.missed_run_policy, MissedRunPolicy::kLatest);
  EXPECT_EQ(spec.max_catch_up_runs, 100);
  EXPECT_EQ(spec.suspend_after_failures, std::nullopt);
  EXPECT_FALSE(spec.suspend);
  EXPECT_EQ(spec.successful_jobs_history_limit, 3);
  EXPECT_EQ(spec.failed_jobs_history_limit, 1);
}

TEST(DecodeScheduledJob, ReadsEveryFieldOfTheSpec) {
  const ScheduledJobSpec spec = spec_with(R"(
      "schedules":[{"cron":"0 9 * * *"},{"every":"15m","anchor":"2026-01-01T00:00:00Z"},{"at":"2026-12-31T23:59:59"}],
      "timeZone":"Europe/Berlin", "daylightSaving":{"skippedTime":"Skip","repeatedTime":"RunTwice"},
      "notBefore":"2026-01-01T00:00:00+01:00", "notAfter":"2027-01-01T00:00:00Z", "jitter":"5m",
      "startingDeadlineSeconds":3600, "concurrencyPolicy":"Queue", "maxConcurrentRuns":2, "maxQueuedRuns":0,
      "replaceTimeout":"2m", "missedRunPolicy":"All", "maxCatchUpRuns":1000, "suspendAfterFailures":5, "suspend":true,
      "successfulJobsHistoryLimit":0, "failedJobsHistoryLimit":7)");
  ASSERT_EQ(spec.schedules.size(), 3U);
  EXPECT_EQ(spec.schedules[0].cron, "0 9 * * *");
  EXPECT_EQ(spec.schedules[1].every, "15m");
  EXPECT_EQ(spec.schedules[1].anchor, "2026-01-01T00:00:00Z");
  EXPECT_EQ(spec.schedules[1].cron, std::nullopt);
  EXPECT_EQ(spec.schedules[2].at, "2026-12-31T23:59:59");
  EXPECT_EQ(spec.time_zone, "Europe/Berlin");
  EXPECT_EQ(spec.daylight_saving.skipped_time, schedule::SkippedTime::kSkip);
  EXPECT_EQ(spec.daylight_saving.repeated_time, schedule::RepeatedTime::kRunTwice);
  EXPECT_EQ(spec.not_before, at("2025-12-31T23:00:00Z"));
  EXPECT_EQ(spec.not_after, at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(spec.jitter, seconds{300});
  EXPECT_EQ(spec.starting_deadline, seconds{3600});
  EXPECT_EQ(spec.concurrency_policy, ConcurrencyPolicy::kQueue);
  EXPECT_EQ(spec.max_concurrent_runs, 2);
  EXPECT_EQ(spec.max_queued_runs, 0);
  EXPECT_EQ(spec.replace_timeout, seconds{120});
  EXPECT_EQ(spec.missed_run_policy, MissedRunPolicy::kAll);
  EXPECT_EQ(spec.max_catch_up_runs, 1000);
  EXPECT_EQ(spec.suspend_after_failures, 5);
  EXPECT_TRUE(spec.suspend);
  EXPECT_EQ(spec.successful_jobs_history_limit, 0);
  EXPECT_EQ(spec.failed_jobs_history_limit, 7);
}

TEST(DecodeScheduledJob, TakesNullForAbsent) {
  const ScheduledJobSpec spec = spec_with(
      R"("timeZone":null,"startingDeadlineSeconds":null,"concurrencyPolicy":null,"suspend":null,"failedJobsHistoryLimit":null)");
  EXPECT_EQ(spec.time_zone, std::nullopt);
  EXPECT_EQ(spec.starting_deadline, std::nullopt);
  EXPECT_EQ(spec.concurrency_policy, ConcurrencyPolicy::kAllow);
  EXPECT_FALSE(spec.suspend);
  EXPECT_EQ(spec.failed_jobs_history_limit, 1);
}

TEST(DecodeScheduledJob, IgnoresFieldsItDoesNotKnow) {
  EXPECT_EQ(spec_error(R"("fromTheFuture":{"a":[1,{"b":null}]},"schedules":[{"cron":"* * * * *","also":1}])"),
            "");
}

TEST(DecodeScheduledJob, NamesThePathAndTheChoicesOfAWrongWord) {
  EXPECT_EQ(spec_error(R"("concurrencyPolicy":"Forbidd")"),
            "spec.concurrencyPolicy: \"Forbidd\" is not one of Allow, Forbid, Replace, Skip, Queue");
  EXPECT_EQ(spec_error(R"("missedRunPolicy":"latest")"),
            "spec.missedRunPolicy: \"latest\" is not one of Latest, All, None");
  EXPECT_EQ(spec_error(R"("daylightSaving":{"skippedTime":"Run"})"),
            "spec.daylightSaving.skippedTime: \"Run\" is not one of RunAfterGap, Skip");
}

TEST(DecodeScheduledJob, NamesThePathAndTheTypesOfAWrongType) {
  EXPECT_EQ(spec_error(R"("timeZone":5)"), "spec.timeZone: must be a string, not a number");
  EXPECT_EQ(spec_error(R"("suspend":"yes")"), "spec.suspend: must be true or false, not a string");
  EXPECT_EQ(spec_error(R"("maxQueuedRuns":[1])"), "spec.maxQueuedRuns: must be a whole number, not a list");
  EXPECT_EQ(spec_error(R"("maxQueuedRuns":1.5)"), "spec.maxQueuedRuns: is not a whole number of 64 bits");
  EXPECT_EQ(spec_error(R"("schedules":{})"), "spec.schedules: must be a list, not an object");
  EXPECT_EQ(spec_error(R"("schedules":[{"cron":"* * * * *"},{"every":{}}])"),
            "spec.schedules[1].every: must be a string, not an object");
}

TEST(DecodeScheduledJob, RefusesNumbersOutsideTheirRange) {
  EXPECT_EQ(spec_error(R"("maxConcurrentRuns":0)"), "spec.maxConcurrentRuns: 0 is outside 1–1000");
  EXPECT_EQ(spec_error(R"("maxConcurrentRuns":1001)"), "spec.maxConcurrentRuns: 1001 is outside 1–1000");
  EXPECT_EQ(spec_error(R"("maxQueuedRuns":-1)"), "spec.maxQueuedRuns: -1 is outside 0–1000");
  EXPECT_EQ(spec_error(R"("maxCatchUpRuns":0)"), "spec.maxCatchUpRuns: 0 is outside 1–1000");
  EXPECT_EQ(spec_error(R"("startingDeadlineSeconds":-1)"), "spec.startingDeadlineSeconds: -1 is less than 0");
  EXPECT_EQ(spec_error(R"("suspendAfterFailures":0)"), "spec.suspendAfterFailures: 0 is less than 1");
  EXPECT_EQ(spec_error(R"("successfulJobsHistoryLimit":-1)"),
            "spec.successfulJobsHistoryLimit: -1 is less than 0");
  EXPECT_EQ(spec_error(R"("failedJobsHistoryLimit":99999999999)"),
            "spec.failedJobsHistoryLimit: 99999999999 is outside 0–2147483647");
}

TEST(DecodeScheduledJob, AcceptsTheBoundsThemselves) {
  EXPECT_EQ(
      spec_error(
          R"("maxConcurrentRuns":1,"maxQueuedRuns":1000,"maxCatchUpRuns":1,"jitter":"24h",)"
          R"("startingDeadlineSeconds":0,"suspendAfterFailures":1,"failedJobsHistoryLimit":2147483647)"),
      "");
}

TEST(DecodeScheduledJob, ExplainsDurationsAndTimesItCannotRead) {
  EXPECT_THAT(spec_error(R"("jitter":"soon")"), StartsWith("spec.jitter: \"soon\" is not a duration"));
  EXPECT_EQ(spec_error(R"("jitter":"25h")"), "spec.jitter: is longer than 24h");
  EXPECT_THAT(spec_error(R"("replaceTimeout":"0s")"), StartsWith("spec.replaceTimeout: "));
  EXPECT_THAT(spec_error(R"("notBefore":"2026-13-01T00:00:00Z")"), StartsWith("spec.notBefore: "));
  EXPECT_THAT(spec_error(R"("notAfter":"tomorrow")"), StartsWith("spec.notAfter: "));
}

TEST(DecodeScheduledJob, KeepsTheLongestDeadlineWithinWhatInstantsCanBeApart) {
  const seconds deadline = *spec_with(R"("startingDeadlineSeconds":9223372036854775807)").starting_deadline;
  EXPECT_EQ(schedule::kEarliestInstant + deadline, schedule::kLatestInstant);
}

TEST(DecodeScheduledJob, TakesAHundredSchedulesAndNoMore) {
  const auto schedules = [](int count) {
    std::string list = R"({"every":"10s"})";
    for (int i = 1; i < count; ++i) list += R"(,{"every":"10s"})";
    return fmt::format(R"("schedules":[{}])", list);
  };
  EXPECT_EQ(spec_with(schedules(100)).schedules.size(), 100U);
  EXPECT_EQ(spec_error(schedules(101)), "spec.schedules: has more than 100 entries");
}

TEST(DecodeScheduledJob, KeepsWhatIsWrongWithTheSpecApartFromTheRest) {
  const auto object = decode_scheduled_job(scheduled_job_json(R"("schedule":5,"jobTemplate":{})"));
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_EQ(object->spec.status(),
            absl::InvalidArgumentError("spec.schedule: must be a string, not a number"));
  EXPECT_EQ(object->metadata.uid, "0a1b");
}

TEST(DecodeScheduledJob, ReadsTheStatusThatFollowsABrokenSpec) {
  const auto object = decode_scheduled_job(scheduled_job_json(
      R"("schedules":[{"every":[{"deep":[1,2]}]},{"every":"1s"}],"x":{})", R"({"observedGeneration":2})"));
  ASSERT_TRUE(object.ok()) << object.status();
  EXPECT_FALSE(object->spec.ok());
  EXPECT_EQ(object->status.observed_generation, 2);
}

TEST(DecodeScheduledJob, RequiresASpecWithATemplate) {
  const std::string metadata = R"("metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"1"})";
  EXPECT_EQ(decode_scheduled_job(fmt::format("{{{}}}", metadata))->spec.status().message(),
            "spec: is required");
  EXPECT_EQ(decode_scheduled_job(scheduled_job_json(R"("schedule":"@daily")"))->spec.status().message(),
            "spec.jobTemplate: is required");
  EXPECT_EQ(
      decode_scheduled_job(scheduled_job_json(R"("jobTemplate":{"metadata":{}})"))->spec.status().message(),
      "spec.jobTemplate.spec: is required");
  EXPECT_EQ(decode_scheduled_job(scheduled_job_json(R"("jobTemplate":[])"))->spec.status().message(),
            "spec.jobTemplate: must be an object, not a list");
}

TEST(DecodeScheduledJob, CarriesTheTemplateVerbatim) {
  const std::string_view odd_template =
      R"({"metadata":{"name":"n"}, "spec":{"cpu":0.5,"big":9007199254740993,"huge":100000000000000000000,"text":"\u00e4\"}{",)"
      R"("order":[3,1,2],"nothing":null,"template":{}}  })";
  EXPECT_EQ(decode_scheduled_job(scheduled_job_json(fmt::format(R"("jobTemplate": {} )", odd_template)))
                ->spec->job_template,
            odd_template);
}

TEST(DecodeScheduledJob, ReadsOutOfTheTemplateWhatDeletionDependsOn) {
  const auto spec_of = [](std::string_view job_spec) {
    return decode_scheduled_job(scheduled_job_json(fmt::format(R"("jobTemplate":{{"spec":{}}})", job_spec)))
        ->spec.value();
  };
  EXPECT_EQ(spec_of(R"({"ttlSecondsAfterFinished":0})").ttl_seconds_after_finished, 0);
  EXPECT_EQ(spec_of(R"({"ttlSecondsAfterFinished":"1"})").ttl_seconds_after_finished, std::nullopt);
  EXPECT_EQ(spec_of(R"({"ttlSecondsAfterFinished":null})").ttl_seconds_after_finished, std::nullopt);
  EXPECT_EQ(spec_of(R"({})").ttl_seconds_after_finished, std::nullopt);
}

TEST(DecodeScheduledJob, RefusesATemplateThatNestsTooDeep) {
  const auto nested = [](std::size_t levels) {
    return fmt::format(R"("jobTemplate":{{"spec":{}{}}})", std::string(levels, '['),
                       std::string(levels, ']'));
  };
  EXPECT_TRUE(decode_scheduled_job(scheduled_job_json(nested(99)))->spec.ok());
  EXPECT_EQ(decode_scheduled_job(scheduled_job_json(nested(100)))->spec.status().message(),
            "spec.jobTemplate: nests deeper than 100 levels");
}

TEST(DecodeScheduledJob, RefusesObjectsWithoutAnIdentity) {
  EXPECT_EQ(decode_error(R"({"metadata":{"namespace":"b","uid":"c","resourceVersion":"1"}})"),
            "metadata.name: is required");
  EXPECT_EQ(decode_error(R"({"metadata":{"name":"a","uid":"c","resourceVersion":"1"}})"),
            "metadata.namespace: is required");
  EXPECT_EQ(decode_error(R"({"metadata":{"name":"a","namespace":"b","resourceVersion":"1"}})"),
            "metadata.uid: is required");
  EXPECT_EQ(decode_error(R"({"metadata":{"name":"a","namespace":"b","uid":"c"}})"),
            "metadata.resourceVersion: is required");
  EXPECT_EQ(decode_error(R"({"metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"x1"}})"),
            "metadata.resourceVersion: \"x1\" is not a decimal number");
  EXPECT_EQ(decode_error("{}"), "metadata.name: is required");
}

TEST(DecodeScheduledJob, RefusesWhatIsNoJsonObject) {
  for (const std::string_view text :
       {"", " ", "null", "[]", "5", "\"text\"", "{", "{]", "{\"a\"}", "{\"a\":1,}", "}{", "\xff"}) {
    EXPECT_EQ(decode_scheduled_job(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  const std::string whole = scheduled_job_with("");
  EXPECT_FALSE(decode_scheduled_job(whole + "{}").ok());
  EXPECT_FALSE(decode_scheduled_job(whole + "x").ok());
  EXPECT_TRUE(decode_scheduled_job(whole + " \n").ok());
}

TEST(DecodeScheduledJob, RefusesATextThatBreaksOffAnywhere) {
  const std::string whole = scheduled_job_with(R"("schedules":[{"every":"1s"}],"suspend":true)");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(decode_scheduled_job(std::string_view(whole).substr(0, length)).ok()) << length;
  }
}

TEST(DecodeScheduledJob, RefusesObjectsOverThreeMebibytes) {
  const std::string large = scheduled_job_with(fmt::format(R"("padding":"{}")", std::string(3U << 20U, 'x')));
  EXPECT_THAT(decode_error(large), HasSubstr("more than 3145728 are not read"));
}

std::vector<std::string> messages_of(const std::vector<absl::Status>& problems) {
  std::vector<std::string> messages;
  for (const absl::Status& problem : problems) messages.emplace_back(problem.message());
  return messages;
}

TEST(DecodeSpec, ReadsAnObjectThatNoServerHasCompleted) {
  const ReadSpec read = decode_spec(
      R"({"metadata":{},"spec":{"schedule":"@daily","jitter":"5m","jobTemplate":{"spec":{}}},"status":5})");
  EXPECT_THAT(messages_of(read.problems), IsEmpty());
  EXPECT_EQ(read.spec.schedule, "@daily");
  EXPECT_EQ(read.spec.jitter, seconds{300});
}

TEST(DecodeSpec, ReportsEveryProblemAndReadsTheRest) {
  const ReadSpec read = decode_spec(
      R"({"spec":{"schedule":5,"schedules":[{"cron":[1]},7,{"every":"15m","at":{"a":1}}],"timeZone":"UTC",)"
      R"("daylightSaving":{"skippedTime":"Never","repeatedTime":true},"maxQueuedRuns":{"deep":[{}]},"suspend":true}})");
  EXPECT_THAT(messages_of(read.problems),
              ElementsAre("spec.schedule: must be a string, not a number",
                          "spec.schedules[0].cron: must be a string, not a list",
                          "spec.schedules[1]: must be an object, not a number",
                          "spec.daylightSaving.skippedTime: \"Never\" is not one of RunAfterGap, Skip",
                          "spec.daylightSaving.repeatedTime: must be a string, not a boolean",
                          "spec.maxQueuedRuns: must be a whole number, not an object",
                          "spec.jobTemplate: is required"));
  EXPECT_EQ(read.spec.time_zone, "UTC");
  EXPECT_TRUE(read.spec.suspend);
}

TEST(DecodeSpec, RefusesWhatHasNoSpec) {
  EXPECT_THAT(messages_of(decode_spec("{}").problems), ElementsAre("spec: is required"));
  EXPECT_THAT(messages_of(decode_spec(R"({"spec":[]})").problems),
              ElementsAre("spec: must be an object, not a list"));
  EXPECT_THAT(messages_of(decode_spec("{").problems), SizeIs(1));
}

}  // namespace
}  // namespace scheduledjob::api
