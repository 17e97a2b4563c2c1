#include "kube/client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/kube/fake_transport.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::answer;
using ::testing::ElementsAre;
using testing::FakeTransport;
using ::testing::HasSubstr;
using testing::refusal;

const ResourceKind kJobs{"/apis/batch/v1", "jobs"};

class ClientTest : public ::testing::Test {
 protected:
  void answer_with(const Response& response) {
    transport_.on_send = [response](const Request&) { return response; };
  }
  const Request& request() const { return transport_.sent.back(); }

  FakeTransport transport_;
  Client client_{transport_};
};

TEST(ResourceKind, WritesPathsWithAndWithoutANamespace) {
  EXPECT_EQ(kJobs.collection(), "/apis/batch/v1/jobs");
  EXPECT_EQ(kJobs.collection("team-a"), "/apis/batch/v1/namespaces/team-a/jobs");
  EXPECT_EQ(kJobs.object("team-a", "x"), "/apis/batch/v1/namespaces/team-a/jobs/x");
  EXPECT_EQ(kJobs.object("x/y", "a/b?c"), "/apis/batch/v1/namespaces/x%2Fy/jobs/a%2Fb%3Fc");
}

TEST_F(ClientTest, GivesTheObjectsText) {
  answer_with(answer(200, R"({"a": 1})"));
  EXPECT_EQ(client_.get("/version").value(), R"({"a": 1})");
  EXPECT_EQ(request().method, Method::kGet);
}

TEST_F(ClientTest, TellsTheServerWhenToGiveUpACreate) {
  answer_with(answer(201));
  ASSERT_TRUE(client_.create(kJobs.collection("a"), "{}", 3s).ok());
  EXPECT_EQ(request().method, Method::kPost);
  EXPECT_EQ(request().target,
            "/apis/batch/v1/namespaces/a/"
            "jobs?fieldValidation=Ignore&fieldManager=scheduledjob-operator&timeout=3s");
  EXPECT_EQ(request().content_type, "application/json");
  EXPECT_GT(request().timeout, 3s) << "the server's own answer is waited for";
  EXPECT_LE(request().timeout, 5s);
}

TEST_F(ClientTest, TriesACreateWithoutCreating) {
  using enum Client::FieldValidation;
  answer_with(answer(201));
  ASSERT_TRUE(client_.try_create(kJobs.collection("a"), "{}", kStrict, 3s).ok());
  EXPECT_EQ(request().method, Method::kPost);
  EXPECT_THAT(request().target, AllOf(HasSubstr("dryRun=All"), HasSubstr("fieldValidation=Strict")));
  ASSERT_TRUE(client_.try_create(kJobs.collection("a"), "{}", kIgnore, 3s).ok());
  EXPECT_THAT(request().target, AllOf(HasSubstr("dryRun=All"), HasSubstr("fieldValidation=Ignore")));
}

TEST_F(ClientTest, HandsOnTheWarningsOfAnAnswer) {
  std::vector<std::string> told;
  Client client(transport_, {}, [&told](const std::string& warning) { told.push_back(warning); });
  Response with_warnings = answer(201);
  with_warnings.warnings = {"would violate PodSecurity", "is deprecated"};
  answer_with(with_warnings);
  ASSERT_TRUE(client.create(kJobs.collection("a"), "{}", 3s).ok());
  EXPECT_THAT(told, ElementsAre("would violate PodSecurity", "is deprecated"));
}

TEST_F(ClientTest, PatchesTheStatusStrictly) {
  answer_with(answer(200, R"({"kind":"PartialObjectMetadata","metadata":{"resourceVersion":"8"}})"));
  const auto version = client_.patch_status("/x/y", R"({"status":{}})");
  ASSERT_TRUE(version.ok());
  EXPECT_EQ(*version, "8");
  EXPECT_TRUE(request().only_metadata);
  EXPECT_EQ(request().method, Method::kPatch);
  EXPECT_EQ(request().target, "/x/y/status?fieldManager=scheduledjob-operator&fieldValidation=Strict");
  EXPECT_EQ(request().content_type, "application/merge-patch+json");
  EXPECT_EQ(request().body, R"({"status":{}})");
}

TEST_F(ClientTest, DeletesOnlyTheObjectItWasToldOf) {
  answer_with(answer(200));
  EXPECT_TRUE(client_.remove("/x/y", {.uid = "u-1"}).ok());
  EXPECT_EQ(request().method, Method::kDelete);
  EXPECT_THAT(request().body, HasSubstr(R"("preconditions":{"uid":"u-1"})"));
  EXPECT_THAT(request().body, HasSubstr(R"("propagationPolicy":"Background")"));
  EXPECT_TRUE(
      client_.remove("/x/y", {.uid = "u-1", .propagation = DeleteOptions::Propagation::kForeground}).ok());
  EXPECT_THAT(request().body, HasSubstr(R"("propagationPolicy":"Foreground")"));
}

TEST_F(ClientTest, TakesAnObjectThatIsGoneForDeleted) {
  answer_with(refusal(404, "NotFound", "not found"));
  EXPECT_TRUE(client_.remove("/x/y", {.uid = "u-1"}).ok());
}

TEST_F(ClientTest, TakesAnObjectWhoseNameAnotherHasForDeleted) {
  std::string present = "u-2";
  transport_.on_send = [&](const Request& r) {
    return r.method == Method::kDelete
               ? refusal(409, "Conflict", "the UID in the precondition differs")
               : answer(200, R"({"metadata":{"resourceVersion":"7","uid":")" + present + "\"}}");
  };
  EXPECT_TRUE(client_.remove("/x/y", {.uid = "u-1"}).ok());
  present = "u-1";
  EXPECT_EQ(client_.remove("/x/y", {.uid = "u-1"}).code(), absl::StatusCode::kAborted);
}

TEST_F(ClientTest, ReadsTheVersionOfAConsistentListOfOne) {
  answer_with(
      answer(200, R"({"items":[{"metadata":{"resourceVersion":"3"}}],"metadata":{"resourceVersion":"41"}})"));
  EXPECT_EQ(client_.current_version("/jobs").value(), "41");
  EXPECT_EQ(request().target, "/jobs?limit=1") << "no resourceVersion: the answer must not come from a cache";
}

TEST_F(ClientTest, PassesTheTransportsErrorsOn) {
  transport_.on_send = [](const Request&) { return absl::UnavailableError("down"); };
  EXPECT_EQ(client_.get("/x").status(), absl::UnavailableError("down"));
}

TEST_F(ClientTest, ShowsEachAnswersDateEvenOfARefusal) {
  std::vector<std::chrono::sys_seconds> dates;
  Client client(transport_, [&](std::chrono::sys_seconds date) { dates.push_back(date); });
  Response late = answer(404);
  late.date = std::chrono::sys_seconds(100s);
  answer_with(late);
  EXPECT_FALSE(client.get("/x").ok());
  EXPECT_THAT(dates, ::testing::ElementsAre(std::chrono::sys_seconds(100s)));
}

// --- Errors.

struct ErrorCase {
  int http;
  const char* reason;
  absl::StatusCode code;
  bool outcome_unknown;
};

class Refusals : public ::testing::TestWithParam<ErrorCase> {};

TEST_P(Refusals, BecomeStatusesThatKeepCodeAndMessage) {
  const ErrorCase& c = GetParam();
  const absl::Status status = status_from_response(refusal(c.http, c.reason, "because of the moon"));
  EXPECT_EQ(status.code(), c.code);
  EXPECT_EQ(std::string(status.message()), "because of the moon");
  EXPECT_EQ(http_code(status), c.http);
  EXPECT_EQ(outcome_unknown(status), c.outcome_unknown);
}

INSTANTIATE_TEST_SUITE_P(
    Errors, Refusals,
    ::testing::Values(ErrorCase{400, "BadRequest", absl::StatusCode::kInvalidArgument, false},
                      ErrorCase{401, "Unauthorized", absl::StatusCode::kUnauthenticated, false},
                      ErrorCase{403, "Forbidden", absl::StatusCode::kPermissionDenied, false},
                      ErrorCase{404, "NotFound", absl::StatusCode::kNotFound, false},
                      ErrorCase{409, "AlreadyExists", absl::StatusCode::kAlreadyExists, false},
                      ErrorCase{409, "Conflict", absl::StatusCode::kAborted, false},
                      ErrorCase{410, "Expired", absl::StatusCode::kOutOfRange, false},
                      ErrorCase{415, "UnsupportedMediaType", absl::StatusCode::kInvalidArgument, false},
                      ErrorCase{422, "Invalid", absl::StatusCode::kFailedPrecondition, false},
                      ErrorCase{429, "TooManyRequests", absl::StatusCode::kResourceExhausted, false},
                      ErrorCase{500, "InternalError", absl::StatusCode::kInternal, true},
                      ErrorCase{502, "", absl::StatusCode::kInternal, true},
                      ErrorCase{503, "ServiceUnavailable", absl::StatusCode::kUnavailable, false},
                      ErrorCase{504, "Timeout", absl::StatusCode::kDeadlineExceeded, true}),
    [](const auto& test) { return std::to_string(test.param.http) + test.param.reason; });

TEST(Errors, KeepRetryAfterFromTheHeaderOrElseFromTheBody) {
  Response response =
      answer(429, R"({"kind":"Status","message":"slow down","details":{"retryAfterSeconds":4}})");
  EXPECT_EQ(retry_after(status_from_response(response)), 4s);
  response.retry_after = 9s;
  EXPECT_EQ(retry_after(status_from_response(response)), 9s);
  EXPECT_EQ(retry_after(absl::UnavailableError("")), std::nullopt);
}

TEST(Errors, OfANamespaceThatIsBeingDeletedAreThoseOfOneThatIsGone) {
  const absl::Status status = status_from_response(
      answer(403, R"({"kind":"Status","reason":"Forbidden","message":"it is being terminated",
                      "details":{"causes":[{"reason":"NamespaceTerminating","field":"metadata.namespace"}]}})"));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(http_code(status), 403);
}

TEST(Errors, BoundTheMessageAndNeverCutACharacter) {
  std::string message;
  while (message.size() < 100'000) message += "ä";
  const absl::Status status = status_from_response(refusal(422, "Invalid", "x" + message));
  EXPECT_LT(status.message().size(), 2'100u);
  EXPECT_EQ(std::string(status.message()).substr(1995), "ää…");
}

TEST(Errors, ShowOneLineOfATextThatIsNoStatus) {
  const absl::Status status = status_from_response(answer(502, "<html>\n<b>Bad\x01Gateway</b>\n"));
  EXPECT_EQ(std::string(status.message()), "HTTP 502: <html> <b>Bad Gateway</b>");
  EXPECT_EQ(std::string(status_from_response(answer(502, "")).message()), "HTTP 502");
}

TEST(Errors, KnowWhichFailuresLeaveTheOutcomeOpen) {
  EXPECT_TRUE(outcome_unknown(absl::DeadlineExceededError("")));
  EXPECT_TRUE(outcome_unknown(absl::UnknownError("")));
  EXPECT_FALSE(outcome_unknown(absl::UnavailableError("")));
  EXPECT_FALSE(outcome_unknown(absl::UnauthenticatedError("")));
  EXPECT_EQ(http_code(absl::UnknownError("")), 0);
}

}  // namespace
}  // namespace scheduledjob::kube
