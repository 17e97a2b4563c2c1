#include "runtime/effect_carrier.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/errors.hpp"
#include "unit/runtime/effect_carrier_fixture.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using absl::StatusCode;
using engine::CreateEnded;
using engine::Input;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Create = EffectCarrierTest;

TEST_F(Create, PostsTheJobAndAnswersWithIt) {
  server_says({answer(201, job_json("job"))});
  const auto ended = answer_to<CreateEnded>(create_job());
  EXPECT_EQ(ended.answer, CreateEnded::Answer::kCreated);
  EXPECT_EQ(ended.owner_uid, "owner");
  EXPECT_EQ(ended.scheduled_time, kScheduledTime);
  ASSERT_TRUE(ended.job);
  EXPECT_EQ(ended.job->metadata.uid, "job");

  ASSERT_THAT(requested(), ElementsAre(std::string("POST ") + kJobs));
  const kube::Request post = transport_.requests()[0];
  EXPECT_THAT(post.target, HasSubstr("timeout=3s"));
  EXPECT_THAT(post.body, HasSubstr("hello-1"));
}

TEST_F(Create, MeasuresHowLateTheJobIs) {
  server_says({answer(201, job_json("job"))});
  answers_to(create_job());
  const Histogram lateness = telemetry_.snapshot().start_lateness;
  EXPECT_EQ(lateness.count, 1u);
  EXPECT_DOUBLE_EQ(lateness.sum, 0.003);
}

TEST_F(Create, MayBeCarriedOutAsLongAsItIsWaitedFor) {
  server_says({answer(201, job_json("job"))});
  answers_to(create_job());
  EXPECT_THAT(transport_.requests()[0].body,
              HasSubstr(R"("scheduledjob.dev/create-before":"2026-09-21T14:13:23.003000Z")"));
}

TEST_F(Create, MayNotBeCarriedOutAfterTheLease) {
  clock_.time = kScheduledTime;
  fence_.extend(kube::boot_time() + 2s);
  server_says({answer(201, job_json("job"))});
  answers_to(create_job());
  EXPECT_THAT(transport_.requests()[0].body, AnyOf(HasSubstr("create-before\":\"2026-09-21T14:13:21."),
                                                   HasSubstr("create-before\":\"2026-09-21T14:13:20.")));
}

TEST_F(Create, LooksWhoHasTheNameWhenItIsTaken) {
  server_says({refusal(409, "AlreadyExists", "exists"), answer(200, job_json("other"))});
  const auto ended = answer_to<CreateEnded>(create_job());
  EXPECT_EQ(ended.answer, CreateEnded::Answer::kExists);
  ASSERT_TRUE(ended.job);
  EXPECT_EQ(ended.job->metadata.uid, "other");
  EXPECT_THAT(requested(),
              ElementsAre(std::string("POST ") + kJobs, std::string("GET ") + kJobs + "/hello-1"));
}

TEST_F(Create, SaysThatWhoeverHadTheNameIsGoneAgain) {
  server_says({refusal(409, "AlreadyExists", "exists"), refusal(404, "NotFound", "gone")});
  const auto ended = answer_to<CreateEnded>(create_job());
  EXPECT_EQ(ended.answer, CreateEnded::Answer::kExists);
  EXPECT_FALSE(ended.job);
}

TEST_F(Create, KnowsNothingWhenTheHolderOfTheNameCannotBeRead) {
  server_says({refusal(409, "AlreadyExists", "exists"), refusal(503, "ServiceUnavailable", "busy")});
  const auto ended = answer_to<CreateEnded>(create_job());
  EXPECT_EQ(ended.answer, CreateEnded::Answer::kUnknown);
  EXPECT_EQ(ended.error.code(), StatusCode::kUnavailable);
}

TEST_F(Create, KnowsNothingWhenTheAnswerIsLost) {
  const std::vector<absl::StatusOr<kube::Response>> losses = {
      absl::DeadlineExceededError("no answer"), absl::UnknownError("connection broke"),
      refusal(500, "InternalError", "oops"), refusal(504, "Timeout", "timed out")};
  for (const auto& loss : losses) {
    EffectCarrierTest::answered_ = 0;
    server_says({loss});
    WriteLanes lanes(1, telemetry_);
    EffectCarrier carrier({client_, fence_, lanes, mailbox_, clock_, events_, telemetry_, log_}, {},
                          {3s, 60s}, {});
    carrier.carry(create_job());
    lanes.stop(WriteLanes::Rest::kRun);
    std::vector<Input> inbox;
    mailbox_.take(inbox, {});
    ASSERT_THAT(inbox, SizeIs(1));
    EXPECT_EQ(std::get<CreateEnded>(inbox[0]).answer, CreateEnded::Answer::kUnknown);
  }
}

TEST_F(Create, OfAnOverloadedServerSlowsAllWritesDown) {
  const std::uint64_t before = telemetry_.snapshot().in_flight_limit;
  server_says({refusal(429, "TooManyRequests", "slow down")});
  answer_to<CreateEnded>(create_job());
  EXPECT_LT(telemetry_.snapshot().in_flight_limit, before);
}

// It may have waited for a webhook that only its namespace has.
TEST_F(Create, WithoutAnAnswerLeavesOtherWritesTheirPlaces) {
  const std::uint64_t before = telemetry_.snapshot().in_flight_limit;
  server_says({absl::DeadlineExceededError("no answer")});
  answer_to<CreateEnded>(create_job());
  EXPECT_EQ(telemetry_.snapshot().in_flight_limit, before);
}

TEST_F(Create, ThatTheServerGaveUpWaitingForLeavesOtherWritesTheirPlaces) {
  const std::uint64_t before = telemetry_.snapshot().in_flight_limit;
  server_says({refusal(504, "Timeout", "timed out")});
  answer_to<CreateEnded>(create_job());
  EXPECT_EQ(telemetry_.snapshot().in_flight_limit, before);
}

TEST_F(Create, RefusedForAnyOtherReasonSlowsNothingDown) {
  const std::uint64_t before = telemetry_.snapshot().in_flight_limit;
  server_says({refusal(403, "Forbidden", "exceeded quota")});
  answer_to<CreateEnded>(create_job());
  EXPECT_EQ(telemetry_.snapshot().in_flight_limit, before);
}

TEST_F(Create, KnowsNothingWhenTheCreatedJobCannotBeRead) {
  server_says({answer(201, "{}")});
  EXPECT_EQ(answer_to<CreateEnded>(create_job()).answer, CreateEnded::Answer::kUnknown);
}

TEST_F(Create, IsRefusedWithTheServersReason) {
  server_says({refusal(422, "Invalid", "spec.template: Required value")});
  const auto ended = answer_to<CreateEnded>(create_job());
  EXPECT_EQ(ended.answer, CreateEnded::Answer::kRefused);
  EXPECT_EQ(ended.error.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(ended.error.message()), HasSubstr("spec.template"));
}

TEST_F(Create, IsRefusedWhenNoConnectionCouldBeMade) {
  server_says({absl::UnavailableError("connection refused")});
  EXPECT_EQ(answer_to<CreateEnded>(create_job()).answer, CreateEnded::Answer::kRefused);
}

TEST_F(Create, SendsNothingOnceTheFenceIsClosed) {
  fence_.close();
  const auto ended = answer_to<CreateEnded>(create_job());
  EXPECT_EQ(ended.answer, CreateEnded::Answer::kRefused);
  EXPECT_EQ(ended.error.code(), StatusCode::kCancelled);
  EXPECT_THAT(requested(), IsEmpty());
}

TEST_F(Create, SendsNothingWhenTheTemplateMakesNoJob) {
  engine::CreateJob effect = create_job();
  api::ScheduledJob owner = *effect.owner;
  owner.spec->job_template = "[]";
  effect.owner = std::make_shared<const api::ScheduledJob>(std::move(owner));
  const auto ended = answer_to<CreateEnded>(std::move(effect));
  EXPECT_EQ(ended.answer, CreateEnded::Answer::kRefused);
  EXPECT_EQ(ended.error.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(requested(), IsEmpty());
}

using Fetch = EffectCarrierTest;

TEST_F(Fetch, ReadsConsistently) {
  server_says({answer(200, job_json("job"))});
  const auto fetched = answer_to<engine::JobFetched>(fetch_job());
  EXPECT_EQ(fetched.owner_uid, "owner");
  EXPECT_EQ(fetched.scheduled_time, kScheduledTime);
  ASSERT_TRUE(fetched.job.ok());
  ASSERT_TRUE(fetched.job->has_value());
  EXPECT_EQ((*fetched.job)->metadata.uid, "job");
  // A resourceVersion would allow a stale answer.
  ASSERT_THAT(transport_.requests(), SizeIs(1));
  EXPECT_EQ(transport_.requests()[0].target, std::string(kJobs) + "/hello-1");
}

TEST_F(Fetch, FindsNothingWhereTheServerHasNothing) {
  server_says({refusal(404, "NotFound", "gone")});
  const auto fetched = answer_to<engine::JobFetched>(fetch_job());
  ASSERT_TRUE(fetched.job.ok());
  EXPECT_FALSE(fetched.job->has_value());
}

TEST_F(Fetch, PassesErrorsOn) {
  server_says({refusal(503, "ServiceUnavailable", "busy")});
  EXPECT_EQ(answer_to<engine::JobFetched>(fetch_job()).job.status().code(), StatusCode::kUnavailable);
}

TEST_F(Fetch, NeedsNoOpenFence) {
  fence_.close();
  server_says({answer(200, job_json("job"))});
  EXPECT_TRUE(answer_to<engine::JobFetched>(fetch_job()).job.ok());
}

using Delete = EffectCarrierTest;

TEST_F(Delete, IsBoundToTheJobsUid) {
  server_says({answer(200, "{}")});
  const auto ended = answer_to<engine::DeleteEnded>(delete_job());
  EXPECT_TRUE(ended.error.ok());
  EXPECT_EQ(ended.owner_uid, "owner");
  EXPECT_EQ(ended.job_name, "hello-1");
  ASSERT_THAT(requested(), ElementsAre(std::string("DELETE ") + kJobs + "/hello-1"));
  EXPECT_THAT(transport_.requests()[0].body, AllOf(HasSubstr(R"("uid":"job")"), HasSubstr("Background")));
}

TEST_F(Delete, PropagatesAsAsked) {
  server_says({answer(200, "{}")});
  engine::DeleteJob effect = delete_job();
  effect.propagation = engine::DeleteJob::Propagation::kForeground;
  answers_to(std::move(effect));
  EXPECT_THAT(transport_.requests()[0].body, HasSubstr("Foreground"));
}

TEST_F(Delete, GoesWithTheCreatesWhenADueRunMayBeWaitingForIt) {
  const auto creates = [this] {
    return telemetry_.snapshot().lanes.at(static_cast<std::size_t>(Lane::kCreate)).added;
  };
  server_says({answer(200, "{}")});
  EffectCarrier carrying = carrier();
  carrying.carry(delete_job());
  EXPECT_EQ(creates(), 0u);
  engine::DeleteJob effect = delete_job();
  effect.of_active_run = true;
  carrying.carry(std::move(effect));
  EXPECT_EQ(creates(), 1u);
  lanes_.stop(WriteLanes::Rest::kRun);
}

TEST_F(Delete, IsDoneWhenTheJobIsGoneAlready) {
  server_says({refusal(404, "NotFound", "gone")});
  EXPECT_TRUE(answer_to<engine::DeleteEnded>(delete_job()).error.ok());
}

TEST_F(Delete, IsDoneWhenAnotherJobHasTheName) {
  server_says({refusal(409, "Conflict", "uid differs"), answer(200, job_json("another"))});
  EXPECT_TRUE(answer_to<engine::DeleteEnded>(delete_job()).error.ok());
}

TEST_F(Delete, PassesErrorsOn) {
  server_says({refusal(403, "Forbidden", "cannot delete jobs")});
  EXPECT_EQ(answer_to<engine::DeleteEnded>(delete_job()).error.code(), StatusCode::kPermissionDenied);
}

TEST_F(Delete, SendsNothingOnceTheFenceIsClosed) {
  fence_.close();
  EXPECT_EQ(answer_to<engine::DeleteEnded>(delete_job()).error.code(), StatusCode::kCancelled);
  EXPECT_THAT(requested(), IsEmpty());
}

using StatusWrite = EffectCarrierTest;

TEST_F(StatusWrite, GivesBackTheNewResourceVersion) {
  server_says({answer(200, scheduled_job_json(42))});
  const auto ended = answer_to<engine::StatusWriteEnded>(write_status());
  EXPECT_EQ(ended.owner_uid, "owner");
  ASSERT_TRUE(ended.written.ok());
  EXPECT_EQ(*ended.written, 42u);
  EXPECT_EQ(ended.fresh, nullptr);
  ASSERT_THAT(requested(), ElementsAre(std::string("PATCH ") + kHello + "/status"));
  EXPECT_THAT(transport_.requests()[0].body, HasSubstr(R"("resourceVersion":"41")"));
}

TEST_F(StatusWrite, BringsTheFreshObjectAfterAConflict) {
  server_says({refusal(409, "Conflict", "modified"), answer(200, scheduled_job_json(50))});
  const auto ended = answer_to<engine::StatusWriteEnded>(write_status());
  EXPECT_EQ(ended.written.status().code(), StatusCode::kAborted);
  ASSERT_NE(ended.fresh, nullptr);
  EXPECT_EQ(ended.fresh->metadata.resource_version, 50u);
  EXPECT_THAT(requested(),
              ElementsAre(std::string("PATCH ") + kHello + "/status", std::string("GET ") + kHello));
}

TEST_F(StatusWrite, SaysThatTheObjectIsGoneAfterAConflict) {
  server_says({refusal(409, "Conflict", "modified"), refusal(404, "NotFound", "gone")});
  const auto ended = answer_to<engine::StatusWriteEnded>(write_status());
  EXPECT_EQ(ended.written.status().code(), StatusCode::kAborted);
  EXPECT_EQ(ended.fresh, nullptr);
}

TEST_F(StatusWrite, DoesNotTakeAnUnreadableObjectForAGoneOne) {
  server_says({refusal(409, "Conflict", "modified"), refusal(503, "ServiceUnavailable", "busy")});
  const auto ended = answer_to<engine::StatusWriteEnded>(write_status());
  EXPECT_EQ(ended.written.status().code(), StatusCode::kUnavailable);
}

TEST_F(StatusWrite, EndsTheProcessWhenTheConflictIsANewLeaders) {
  still_leader_ = false;
  server_says({refusal(409, "Conflict", "modified")});
  EXPECT_THAT(answers_to(write_status()), IsEmpty());
  EXPECT_TRUE(leadership_lost_);
  EXPECT_THAT(requested(), SizeIs(1));
}

TEST_F(StatusWrite, IsTriedAgainWhenNobodyCanSayWhoLeads) {
  still_leader_ = absl::NotFoundError("no lease");
  server_says({refusal(409, "Conflict", "modified")});
  const auto ended = answer_to<engine::StatusWriteEnded>(write_status());
  EXPECT_EQ(ended.written.status().code(), StatusCode::kUnavailable);
  EXPECT_FALSE(leadership_lost_);
}

TEST_F(StatusWrite, PassesErrorsOn) {
  server_says({refusal(404, "NotFound", "gone")});
  const auto ended = answer_to<engine::StatusWriteEnded>(write_status());
  EXPECT_EQ(ended.written.status().code(), StatusCode::kNotFound);
}

TEST_F(StatusWrite, SendsNothingOnceTheFenceIsClosed) {
  fence_.close();
  const auto ended = answer_to<engine::StatusWriteEnded>(write_status());
  EXPECT_EQ(ended.written.status().code(), StatusCode::kCancelled);
  EXPECT_THAT(requested(), IsEmpty());
}

using Barrier = EffectCarrierTest;

TEST_F(Barrier, IsReadUntilItSucceedsAndHurriesTheWatch) {
  const std::string list =
      R"({"kind":"JobList","apiVersion":"batch/v1","metadata":{"resourceVersion":"99"},"items":[]})";
  server_says(
      {refusal(503, "ServiceUnavailable", "busy"), absl::UnavailableError("refused"), answer(200, list)});
  EffectCarrier carrying = carrier();
  carrying.carry(engine::ReadBarrier{engine::Kind::kJob});
  std::vector<Input> inbox;
  mailbox_.take(inbox, std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now() + 1h));
  lanes_.stop(WriteLanes::Rest::kRun);
  ASSERT_THAT(inbox, SizeIs(1));
  const auto read = std::get<engine::BarrierRead>(inbox[0]);
  EXPECT_EQ(read.kind, engine::Kind::kJob);
  EXPECT_EQ(read.version, 99u);
  EXPECT_THAT(hurried_, ElementsAre(engine::Kind::kJob));
  EXPECT_THAT(transport_.requests(), SizeIs(3));
  EXPECT_THAT(log_.lines(), SizeIs(2));
}

TEST_F(Barrier, IsReadWhereTheOperatorServes) {
  namespace_ = "team-a";
  server_says({answer(200, R"({"kind":"JobList","metadata":{"resourceVersion":"99"},"items":[]})")});
  answer_to<engine::BarrierRead>(engine::ReadBarrier{engine::Kind::kJob});
  EXPECT_THAT(requested(), ElementsAre("GET /apis/batch/v1/namespaces/team-a/jobs"));
}

TEST_F(Barrier, IsGivenUpWhenTheOperatorStops) {
  server_says({absl::UnavailableError("refused")});
  stop_.request_stop();
  EXPECT_THAT(answers_to(engine::ReadBarrier{engine::Kind::kScheduledJob}), IsEmpty());
}

using Trial = EffectCarrierTest;

engine::TryJob trial_of(engine::CreateJob create) {
  return {std::move(create.owner), std::move(create.run)};
}

TEST_F(Trial, CreatesNothingAndTellsThatTheJobWouldBeTaken) {
  server_says({answer(201, job_json("job"))});
  const auto tried = answer_to<engine::JobTried>(trial_of(create_job()));
  EXPECT_TRUE(tried.verdict.ok());
  EXPECT_EQ(tried.dropped_fields, "");
  EXPECT_EQ(tried.owner_uid, "owner");
  for (const kube::Request& request : transport_.requests())
    EXPECT_THAT(request.target, AllOf(HasSubstr("dryRun=All"), HasSubstr("fieldValidation=Strict")));
}

TEST_F(Trial, TellsWhichFieldsAreUnknownAndWhatBecomesOfTheRest) {
  server_says(
      {refusal(
           400, "BadRequest",
           R"(Job in version \"v1\" cannot be handled as a Job: strict decoding error: unknown field \"spec.foo\")"),
       refusal(422, "Invalid", "spec.template: Required value")});
  const auto tried = answer_to<engine::JobTried>(trial_of(create_job()));
  EXPECT_EQ(tried.dropped_fields, R"(spec.jobTemplate: unknown field "spec.foo")");
  EXPECT_EQ(tried.verdict.code(), StatusCode::kFailedPrecondition);
  ASSERT_THAT(transport_.requests(), SizeIs(2));
  EXPECT_THAT(transport_.requests()[1].target,
              AllOf(HasSubstr("dryRun=All"), HasSubstr("fieldValidation=Ignore")));
}

TEST_F(Trial, ThatAWebhookTakesNoPartInTellsNothing) {
  server_says({refusal(400, "BadRequest", "admission webhook does not support dry run")});
  const auto tried = answer_to<engine::JobTried>(trial_of(create_job()));
  EXPECT_EQ(tried.verdict.code(), StatusCode::kUnknown);
  EXPECT_EQ(tried.dropped_fields, "");
}

using Report = EffectCarrierTest;

TEST_F(Report, IsPublishedAtOnceAndNotAnswered) {
  api::RecentRun run;
  run.scheduled_time = kScheduledTime;
  run.outcome = api::Outcome::kRunning;
  run.job_name = "hello-1";
  EXPECT_THAT(answers_to(engine::Report{.key = {"default", "hello"}, .owner_uid = "owner", .run = run}),
              IsEmpty());
  EXPECT_THAT(log_.lines(), SizeIs(1));
  EXPECT_THAT(requested(), IsEmpty()) << "a start is no Event";
}

TEST_F(Report, OfAFailureBecomesAnEvent) {
  server_says({answer(201, "{}")});
  api::RecentRun run;
  run.scheduled_time = kScheduledTime;
  run.outcome = api::Outcome::kFailed;
  EXPECT_THAT(answers_to(engine::Report{.key = {"default", "hello"}, .owner_uid = "owner", .run = run}),
              IsEmpty());
  EXPECT_THAT(requested(), ElementsAre("POST /apis/events.k8s.io/v1/namespaces/default/events"));
}

TEST_F(Report, OfAConditionIsLoggedAndBecomesAnEvent) {
  server_says({answer(201, "{}")});
  engine::ConditionChanged change{.key = {"default", "hello"}, .owner_uid = "owner", .condition = {}};
  change.condition.type = "Ready";
  change.condition.status = api::ConditionStatus::kFalse;
  change.condition.reason = "InvalidSpec";
  EXPECT_THAT(answers_to(change), IsEmpty());
  ASSERT_THAT(log_.lines(), SizeIs(1));
  EXPECT_EQ(log_.lines()[0].level, LogLevel::kWarning);
  EXPECT_EQ(log_.lines()[0].field("condition"), "Ready=False");
  EXPECT_THAT(requested(), ElementsAre("POST /apis/events.k8s.io/v1/namespaces/default/events"));
}

}  // namespace
}  // namespace scheduledjob::runtime
