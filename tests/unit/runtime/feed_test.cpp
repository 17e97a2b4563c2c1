#include "runtime/feed.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/errors.hpp"
#include "unit/runtime/recording_log.hpp"
#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using engine::Input;
using engine::Kind;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

std::string object_json(const std::string& name, int version, const std::string& spec) {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"default","uid":"uid-of-)" + name +
         R"(","resourceVersion":")" + std::to_string(version) +
         R"(","creationTimestamp":"2026-09-21T14:13:20Z"},"spec":)" + spec + "}";
}

std::string scheduled_job_json(const std::string& name, int version) {
  return object_json(name, version,
                     R"({"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{}}}}})");
}

std::string job_json(const std::string& name, int version) {
  return object_json(name, version, "{}");
}

class FeedTest : public ::testing::Test {
 protected:
  Feed feed(Kind kind, engine::Scope scope = 0) {
    return Feed({kind, scope}, mailbox_, telemetry_, log_, [this] { return boot_; });
  }

  std::vector<Input> posted() {
    std::vector<Input> inbox;
    mailbox_.take(inbox, {});
    return inbox;
  }

  Mailbox mailbox_;
  Telemetry telemetry_;
  RecordingLog log_;
  kube::BootTime boot_{1h};
};

TEST_F(FeedTest, PostsAListOfScheduledJobsInItsOrder) {
  Feed feed = FeedTest::feed(Kind::kScheduledJob);
  feed.list_started();
  feed.object_seen(scheduled_job_json("a", 3));
  feed.object_seen(scheduled_job_json("b", 5));
  feed.list_finished("7");

  const std::vector<Input> inbox = posted();
  ASSERT_THAT(inbox, SizeIs(4));
  EXPECT_EQ(std::get<engine::ListStarted>(inbox[0]).kind, Kind::kScheduledJob);
  EXPECT_EQ(std::get<engine::ScheduledJobSeen>(inbox[1]).object->metadata.key.name, "a");
  EXPECT_EQ(std::get<engine::ScheduledJobSeen>(inbox[2]).object->metadata.resource_version, 5u);
  EXPECT_EQ(std::get<engine::ListFinished>(inbox[3]).version, 7u);
}

TEST_F(FeedTest, PostsWhatBecomesOfJobs) {
  Feed feed = FeedTest::feed(Kind::kJob);
  feed.object_seen(job_json("a", 3));
  feed.object_deleted(job_json("a", 4));
  feed.progressed("9");

  const std::vector<Input> inbox = posted();
  ASSERT_THAT(inbox, SizeIs(3));
  EXPECT_EQ(std::get<engine::JobSeen>(inbox[0]).job.metadata.uid, "uid-of-a");
  EXPECT_EQ(std::get<engine::JobDeleted>(inbox[1]).job.metadata.resource_version, 4u);
  const auto& progress = std::get<engine::Progressed>(inbox[2]);
  EXPECT_EQ(progress.kind, Kind::kJob);
  EXPECT_EQ(progress.version, 9u);
}

TEST_F(FeedTest, PostsTheEndOfAScheduledJob) {
  Feed feed = FeedTest::feed(Kind::kScheduledJob);
  feed.object_deleted(scheduled_job_json("a", 4));
  const std::vector<Input> inbox = posted();
  ASSERT_THAT(inbox, SizeIs(1));
  EXPECT_EQ(std::get<engine::ScheduledJobDeleted>(inbox[0]).uid, "uid-of-a");
  EXPECT_EQ(std::get<engine::ScheduledJobDeleted>(inbox[0]).version, 4u);
}

TEST_F(FeedTest, SaysWhichWatchTold) {
  Feed jobs = feed(Kind::kJob, 2);
  Feed scheduled_jobs = feed(Kind::kScheduledJob, 1);
  jobs.list_started();
  jobs.object_seen(job_json("a", 3));
  jobs.object_deleted(job_json("a", 4));
  jobs.list_finished("5");
  jobs.progressed("6");
  scheduled_jobs.object_seen(scheduled_job_json("a", 3));
  scheduled_jobs.object_deleted(scheduled_job_json("a", 4));

  const std::vector<Input> inbox = posted();
  ASSERT_THAT(inbox, SizeIs(7));
  EXPECT_EQ(std::get<engine::ListStarted>(inbox[0]).scope, 2u);
  EXPECT_EQ(std::get<engine::JobSeen>(inbox[1]).scope, 2u);
  EXPECT_EQ(std::get<engine::JobDeleted>(inbox[2]).scope, 2u);
  EXPECT_EQ(std::get<engine::ListFinished>(inbox[3]).scope, 2u);
  EXPECT_EQ(std::get<engine::Progressed>(inbox[4]).scope, 2u);
  EXPECT_EQ(std::get<engine::ScheduledJobSeen>(inbox[5]).scope, 1u);
  EXPECT_EQ(std::get<engine::ScheduledJobDeleted>(inbox[6]).scope, 1u);
}

TEST_F(FeedTest, PostsAnObjectWhoseSpecIsNotUnderstood) {
  Feed feed = FeedTest::feed(Kind::kScheduledJob);
  feed.object_seen(object_json("a", 3, R"({"concurrencyPolicy":"Sometimes"})"));
  const std::vector<Input> inbox = posted();
  ASSERT_THAT(inbox, SizeIs(1));
  EXPECT_FALSE(std::get<engine::ScheduledJobSeen>(inbox[0]).object->spec.ok());
}

TEST_F(FeedTest, LeavesOutWhatIsNoObjectAndSaysSoOnce) {
  Feed feed = FeedTest::feed(Kind::kJob);
  feed.object_seen(R"({"metadata":{"name":"nameless"}})");
  feed.object_seen(R"({"metadata":{"name":"nameless"}})");
  feed.object_deleted("not even JSON");
  feed.object_seen(job_json("b", 5));
  EXPECT_THAT(posted(), SizeIs(1));
  const auto lines = log_.lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[0].level, LogLevel::kError);
  EXPECT_THAT(lines[0].field("object"), HasSubstr("nameless"));
  EXPECT_EQ(lines[0].field("resource"), "jobs");
}

TEST_F(FeedTest, TakesAVersionThatIsNoNumberForTheOldest) {
  Feed feed = FeedTest::feed(Kind::kJob);
  feed.progressed("12x");
  EXPECT_THAT(posted(), IsEmpty());
  feed.list_finished("");
  const std::vector<Input> inbox = posted();
  ASSERT_THAT(inbox, SizeIs(1));
  EXPECT_EQ(std::get<engine::ListFinished>(inbox[0]).version, 0u);
  EXPECT_THAT(log_.lines(), SizeIs(2));
}

TEST_F(FeedTest, CountsEveryDisturbanceButSaysSoSeldom) {
  Feed feed = FeedTest::feed(Kind::kScheduledJob);
  for (int i = 0; i < 10; ++i) {
    feed.disturbed(absl::UnavailableError("connection refused"));
    boot_ += 5s;
  }
  EXPECT_THAT(telemetry_.snapshot().watch_disturbances, ElementsAre(Pair("scheduledjobs", 10u)));
  const auto lines = log_.lines();
  ASSERT_THAT(lines, SizeIs(2));  // at 0 s and at 30 s
  EXPECT_EQ(lines[0].level, LogLevel::kWarning);
  EXPECT_THAT(lines[0].field("error"), HasSubstr("connection refused"));
  EXPECT_EQ(lines[1].field("times"), "7");
}

TEST_F(FeedTest, ShowsSignsOfLifeWhileThereIsReasonToWait) {
  Feed feed = FeedTest::feed(Kind::kScheduledJob);
  const auto shows_one = [&](const auto& happen) {
    const auto before = feed.signs();
    happen();
    return feed.signs() != before;
  };
  const auto disturbed_by = [&](const absl::Status& error) {
    return shows_one([&] { feed.disturbed(error); });
  };
  const auto http = [](int code) { return kube::status_from_response(refusal(code, "", "")); };
  EXPECT_TRUE(shows_one([&] { feed.progressed("9"); }));
  EXPECT_TRUE(shows_one([&] { feed.list_finished("9"); }));
  EXPECT_TRUE(disturbed_by(absl::UnavailableError("connection refused")));
  EXPECT_TRUE(disturbed_by(http(503)));
  EXPECT_TRUE(disturbed_by(http(429)));

  EXPECT_FALSE(shows_one([&] { feed.list_started(); })) << "it may never come to an end";
  EXPECT_FALSE(disturbed_by(absl::DeadlineExceededError("silence")));
  EXPECT_FALSE(disturbed_by(http(403)));
  EXPECT_FALSE(disturbed_by(http(404)));
}

TEST_F(FeedTest, SaysWhenTheWatchGoesOn) {
  Feed feed = FeedTest::feed(Kind::kScheduledJob);
  feed.disturbed(absl::UnavailableError("connection refused"));
  boot_ += 42s;
  feed.progressed("9");
  feed.progressed("10");
  const auto lines = log_.lines();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_EQ(lines[1].level, LogLevel::kInfo);
  EXPECT_EQ(lines[1].field("disturbedFor"), "42s");
}

}  // namespace
}  // namespace scheduledjob::runtime
