// Several watches of a kind, one a namespace; and lists that end what watches did not show.
#include <algorithm>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine.hpp"
#include "engine/job_name.hpp"
#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using ::testing::IsEmpty;

const Instant now = at("2026-03-10T12:01:10Z");

std::shared_ptr<const api::ScheduledJob> object_of(const std::string& name, ResourceVersion version) {
  auto object = std::make_shared<api::ScheduledJob>();
  object->metadata.key = {"team-" + name, name};
  object->metadata.uid = "uid-" + name;
  object->metadata.resource_version = version;
  object->metadata.creation_timestamp = at("2026-03-10T12:00:30Z");
  api::ScheduledJobSpec spec;
  spec.schedule = "* * * * *";
  object->spec = spec;
  return object;
}

api::Job job_of(const std::string& name, ResourceVersion version) {
  api::Job job;
  job.owner_uid = job.label_uid = "uid-" + name;
  job.owner_name = name;
  job.scheduled_time = at("2026-03-10T12:01:00Z");
  job.metadata.key = {"team-" + name, job_name(name, job.owner_uid, *job.scheduled_time)};
  job.metadata.uid = "job-" + name;
  job.metadata.resource_version = version;
  job.metadata.creation_timestamp = *job.scheduled_time;
  return job;
}

// Two namespaces with an object each, listed at version 5 and 6; Jobs are listed at 5.
class TwoNamespaces : public ::testing::Test {
 protected:
  TwoNamespaces() : engine(Options{.scopes = 2}) {
    list({.kind = Kind::kScheduledJob, .version = 5, .scope = 0}, object_of("a", 4));
    list({.kind = Kind::kScheduledJob, .version = 6, .scope = 1}, object_of("b", 4));
    list({.kind = Kind::kJob, .version = 5, .scope = 0});
  }

  void list(ListFinished finished, std::shared_ptr<const api::ScheduledJob> object = nullptr) {
    engine.handle(ListStarted{finished.kind, finished.scope}, now);
    if (object) engine.handle(ScheduledJobSeen{std::move(object), finished.scope}, now);
    engine.handle(finished, now);
  }

  void lead_behind(ResourceVersion version) {
    engine.handle(LeadershipAcquired{}, now);
    for (const Kind kind : {Kind::kScheduledJob, Kind::kJob}) engine.handle(BarrierRead{kind, version}, now);
  }

  Engine engine;
};

TEST_F(TwoNamespaces, AreSyncedWhenEachIsListed) {
  EXPECT_FALSE(engine.synced());
  list({.kind = Kind::kJob, .version = 5, .scope = 1});
  EXPECT_TRUE(engine.synced());
  EXPECT_EQ(engine.summary().objects, 2u);
}

TEST_F(TwoNamespaces, PassTheBarrierWhenEachWatchHas) {
  list({.kind = Kind::kJob, .version = 5, .scope = 1});
  lead_behind(9);
  for (const Scope scope : {0u, 1u}) engine.handle(Progressed{Kind::kScheduledJob, 9, scope}, now);
  engine.handle(Progressed{Kind::kJob, 9, 0}, now);
  engine.handle(Progressed{Kind::kJob, 8, 1}, now);
  EXPECT_FALSE(engine.deciding()) << "a Job of the second namespace may be on its way";
  EXPECT_FALSE(engine.handle(Progressed{Kind::kJob, 9, 1}, now).empty());
  EXPECT_TRUE(engine.deciding());
}

TEST_F(TwoNamespaces, AListOfOneSaysNothingOfTheOther) {
  list({.kind = Kind::kScheduledJob, .version = 20, .scope = 0});
  EXPECT_EQ(engine.summary().objects, 1u);
  list({.kind = Kind::kScheduledJob, .version = 30, .scope = 1});
  EXPECT_EQ(engine.summary().objects, 0u);
}

TEST_F(TwoNamespaces, AListOfJobsEndsNoRunOfTheOther) {
  list({.kind = Kind::kJob, .version = 5, .scope = 1});
  engine.handle(JobSeen{job_of("a", 7), 0}, now);
  engine.handle(JobSeen{job_of("b", 7), 1}, now);
  ASSERT_EQ(engine.summary().active_runs, 2u);
  list({.kind = Kind::kJob, .version = 20, .scope = 1});
  EXPECT_EQ(engine.summary().active_runs, 1u);
}

TEST_F(TwoNamespaces, AHandoverHoldsForBoth) {
  list({.kind = Kind::kJob, .version = 5, .scope = 1});
  EXPECT_THAT(engine.handle(LeadershipAcquired{Handover{.versions = {6, 5}}}, now), IsEmpty());
  EXPECT_FALSE(engine.deciding()) << "the first namespace is listed at 5 only";
  engine.handle(Progressed{Kind::kScheduledJob, 6, 0}, now);
  EXPECT_TRUE(engine.deciding());
}

// The end of an object let the watch get on, and with that Jobs of owners unknown were forgotten, in the
// middle of a walk over what is known.
TEST(Watches, AListThatEndsAnObjectMayForgetTheJobsOfOthers) {
  Engine engine;
  const auto list_none = [&engine](Kind kind, ResourceVersion version) {
    engine.handle(ListStarted{kind}, now);
    engine.handle(ListFinished{kind, version}, now);
  };
  list_none(Kind::kScheduledJob, 5);
  list_none(Kind::kJob, 5);
  for (int i = 0; i < 20; ++i) {
    engine.handle(ScheduledJobSeen{object_of("known-" + std::to_string(i), 6)}, now);
    const api::Job stray = job_of("unknown-" + std::to_string(i), 8);
    engine.handle(JobSeen{stray}, now);
    engine.handle(JobDeleted{stray}, now);
  }
  ASSERT_EQ(engine.summary().records, 40u);
  list_none(Kind::kScheduledJob, 10);
  EXPECT_EQ(engine.summary().records, 0u);
}

}  // namespace
}  // namespace scheduledjob::engine
