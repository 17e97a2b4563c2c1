// What the simulation has found, each as the shortest life that shows it.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/compile.hpp"
#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Fate = Life::Fate;

void each_minute(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
}

api::Job job_by_hand(Life& life) {
  api::Job job;
  job.metadata.key = {"default", "job-by-hand"};
  job.metadata.uid = "by-hand";
  job.metadata.resource_version = ++life.version;
  job.owner_uid = job.label_uid = life.uid_of("job");
  job.owner_name = "job";
  return job;
}

void end_by_hand(Life& life, api::Job job) {
  job.phase = api::JobPhase::kSucceeded;
  job.metadata.resource_version = ++life.version;
  life.give(JobSeen{job});
}

// Nothing planned a write when a Job without an instant came, ended or went.
TEST(FoundBySimulation, AJobMadeByHandLeavesTheActiveOnesWhenItEnds) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 18 * * *"; });
  const api::Job job = job_by_hand(life);
  life.give(JobSeen{job});
  life.edit_template("job");
  life.run_until("2026-03-10T12:01:00Z");
  ASSERT_EQ(life.status("job").active_count, 1);
  end_by_hand(life, job);
  life.run_until("2026-03-10T12:30:00Z");
  EXPECT_EQ(life.status("job").active_count, 0);
}

// close_stretch() counted every instant of the stretch, those too whose Jobs exist and are counted as
// started.
TEST(FoundBySimulation, AnEditDoesNotCountAsMissedWhatAPredecessorHasStarted) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  ASSERT_THAT(life.created("job"), ElementsAre("12:01:00"));
  life.crash();
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "*/1 * * * *"; });
  life.jump_to("2026-03-10T12:01:20Z");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:01:30Z");
  const api::RunCounts& counts = life.status("job").run_counts;
  EXPECT_EQ(counts.started, 1);
  EXPECT_EQ(counts.missed + counts.skipped, 0);
}

// resume_creates() did not ask whether the schedule is suspended.
TEST(FoundBySimulation, ARefusedCreateIsNotTriedAgainWhileSuspended) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kRefused; };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.create_fate = {};
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
  EXPECT_THAT(life.status("job").pending, IsEmpty());
}

// enter_missed() named the stretch by its first instant, even if that one was started: a new leader then
// took the started run for one that has no Job, and counted it again.
TEST(FoundBySimulation, AStretchOfMissedInstantsDoesNotBeginWithOneThatWasStarted) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.missed_run_policy = api::MissedRunPolicy::kNone;
  });
  life.run_until("2026-03-10T12:01:00Z");
  life.crash();
  life.finish("job", "12:01:00");
  life.jump_to("2026-03-10T12:02:45Z");
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:02:50Z");
  life.restart();
  life.run_until("2026-03-10T12:02:58Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_EQ(life.status("job").run_counts.missed, 1);
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Succeeded", "12:02:00 Missed/NotCaughtUp"));
}

// project() wrote the generation of the object, not of the spec that was folded. A resume by edit was then
// lost: failures are forgiven only where observedGeneration is older.
TEST(FoundBySimulation, AnEditSeenWhileDrainingIsLeftToTheNextLeader) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.give(DrainRequested{});
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 18 * * *"; });
  life.finish("job", "12:01:00");
  life.delete_job("job", "12:01:00");
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
  EXPECT_EQ(life.status("job").observed_generation, 1);
}

// The run's instant lay beyond decidedThrough, because its failure had suspended the schedule before the
// instant was decided; the status has no place that says that it is counted.
TEST(FoundBySimulation, ARunBeyondDecidedThroughIsNotCountedByEachNewLeader) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.suspend_after_failures = 1;
  });
  life.run_until("2026-03-10T12:01:00Z");
  life.crash();
  life.finish("job", "12:01:00", api::JobPhase::kFailed);
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_EQ(life.status("job").run_counts.failed, 1);
  life.restart();
  life.run_until("2026-03-10T12:01:40Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_EQ(life.status("job").run_counts.failed, 1);
}

// The same where the clock of a new leader lags: a run counted before its instant lies beyond decidedThrough.
TEST(FoundBySimulation, ARunThatLiesAheadOfALaggingClockIsCountedOnce) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:00Z");
  life.crash();
  life.finish("job", "12:01:00");
  life.jump_to("2026-03-10T12:00:58Z");
  life.start_standby();
  life.lead();
  life.edit_template("job");
  life.run_until("2026-03-10T12:00:59Z");
  life.restart();
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_EQ(life.status("job").run_counts.started, 1);
  EXPECT_EQ(life.status("job").run_counts.succeeded, 1);
}

// make_room() went by why an instant waited, not by the policy in force.
TEST(FoundBySimulation, WhatBeganToWaitUnderReplacePushesNothingOutUnderForbid) {
  using enum api::ConcurrencyPolicy;
  Life life("2026-03-10T12:00:30Z");
  const auto policy = [](api::ConcurrencyPolicy to) {
    return [to](api::ScheduledJobSpec& spec) { spec.concurrency_policy = to; };
  };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = kForbid;
  });
  const api::Job in_the_way = job_by_hand(life);
  life.give(JobSeen{in_the_way});
  life.run_until("2026-03-10T12:01:30Z");
  life.edit("job", policy(kReplace));
  life.run_until("2026-03-10T12:02:20Z");
  life.edit("job", policy(kForbid));
  life.run_until("2026-03-10T12:02:30Z");
  end_by_hand(life, in_the_way);
  life.run_until("2026-03-10T12:02:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_THAT(life.existing("job"), Contains("12:01:00"));
}

// status_write_ended() took its own write for what is stored, though a newer version has been seen since.
TEST(FoundBySimulation, ALateAnswerToAWriteDoesNotHideWhatWasWrittenSince) {
  Life life("2026-03-10T12:00:30Z");
  std::shared_ptr<const api::ScheduledJob> object;
  life.create_fate = [&object](const CreateJob& create) {
    object = create.owner;
    return Fate::kDone;
  };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:00:50Z");
  life.status_fate = [](const WriteStatus&) { return Fate::kHeld; };
  life.run_until("2026-03-10T12:01:10Z");
  ASSERT_EQ(life.held.size(), 1u);
  const WriteStatus write = std::get<WriteStatus>(life.held.front());
  const auto show = [&](const api::ScheduledJobStatus& status) {
    auto seen = std::make_shared<api::ScheduledJob>(*object);
    seen->metadata.resource_version = ++life.version;
    seen->status = status;
    life.give(ScheduledJobSeen{seen});
    return seen->metadata.resource_version;
  };
  const api::ResourceVersion written = show(write.status);
  show(object->status);  // put back by somebody else
  life.give(StatusWriteEnded{life.uid_of("job"), written, nullptr});
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_EQ(life.held.size(), 2u) << "the status is not put right";
}

// observe_status() took only a greater decidedThrough for a sign that another leader knew more. Where
// somebody has taken the lease away from a leader whose fence is still open, it put its older books over the
// newer ones.
TEST(FoundBySimulation, TheEndOfARunThatAnotherLeaderHasStoredIsNotTakenBack) {
  Life life("2026-03-10T12:00:30Z");
  std::shared_ptr<const api::ScheduledJob> object;
  life.create_fate = [&object](const CreateJob& create) {
    object = create.owner;
    return Fate::kDone;
  };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.status_fate = [](const WriteStatus& write) {
    EXPECT_EQ(write.status.run_counts.succeeded, 1);
    return Fate::kHeld;
  };
  auto seen = std::make_shared<api::ScheduledJob>(*object);
  seen->metadata.resource_version = ++life.version;
  seen->status = life.status("job");
  seen->status.open.clear();
  seen->status.run_counts.succeeded = 1;
  life.give(ScheduledJobSeen{seen});
  life.edit_template("job");
  life.run_until("2026-03-10T12:01:30Z");
}

// Another leader has started 12:02 and stored that; our Jobs' watch has not come so far.
std::vector<api::Outcome> told_of_an_open_run(bool whose_job_exists) {
  Life life("2026-03-10T12:00:30Z");
  std::shared_ptr<const api::ScheduledJob> object;
  life.create_fate = [&object](const CreateJob& create) {
    object = create.owner;
    return Fate::kDone;
  };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  std::vector<api::Outcome> told;
  life.status_fate = [&told](const WriteStatus& write) {
    for (const api::RecentRun& run : write.status.recent_runs) {
      if (run.scheduled_time == at("2026-03-10T12:02:00Z")) told.push_back(run.outcome);
    }
    return Fate::kHeld;
  };
  life.jump_to("2026-03-10T12:02:00Z");
  if (whose_job_exists) life.create_elsewhere("job", "2026-03-10T12:02:00Z");
  auto seen = std::make_shared<api::ScheduledJob>(*object);
  seen->metadata.resource_version = ++life.version;
  seen->status = life.status("job");
  seen->status.decided_through = at("2026-03-10T12:02:00Z");
  seen->status.open.push_back(at("2026-03-10T12:02:00Z"));
  ++seen->status.run_counts.started;
  life.give(ScheduledJobSeen{seen});
  life.edit_template("job");
  life.run_for(std::chrono::seconds{5});
  return told;
}

// restore() took an open run whose Job is not in the cache for one that has vanished, also where the status
// is newer than anything that the Jobs' watch has shown.
TEST(FoundBySimulation, AnOpenRunHasNotVanishedBeforeItsJobCouldBeSeen) {
  EXPECT_THAT(told_of_an_open_run(true), IsEmpty());
}

TEST(FoundBySimulation, AnOpenRunThatCouldNotBeSeenHasVanishedWhenAReadSaysSo) {
  EXPECT_THAT(told_of_an_open_run(false), ElementsAre(api::Outcome::kVanished));
}

// restore() kept a create under way for an instant that another leader had started and counted: the Job was
// counted again when it was seen, or made again when it was gone.
TEST(FoundBySimulation, ACreateIsGivenUpWhereAnotherLeaderHasStoredItsEnd) {
  Life life("2026-03-10T12:00:30Z");
  std::shared_ptr<const api::ScheduledJob> object;
  life.create_fate = [&object](const CreateJob& create) {
    object = create.owner;
    return Fate::kLostRequest;
  };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:10Z");
  life.create_fate = {};
  auto seen = std::make_shared<api::ScheduledJob>(*object);
  seen->metadata.resource_version = ++life.version;
  seen->status = life.status("job");
  seen->status.decided_through = at("2026-03-10T12:01:00Z");
  seen->status.run_counts = {.started = 1, .succeeded = 1, .failed = 0, .skipped = 0, .missed = 0};
  life.give(ScheduledJobSeen{seen});
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
}

// Another leader, of which ours does not know, has acted at 12:02:10 on an edit that makes the schedule due
// each minute, has started 12:03, and stored only that it has seen the edit.
class AnEditThatAnotherLeaderHasSeen : public ::testing::Test {
 protected:
  AnEditThatAnotherLeaderHasSeen() {
    life.create_fate = [this](const CreateJob& create) {
      object = create.owner;
      return Fate::kDone;
    };
    life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "1 12 * * *"; });
    life.run_until("2026-03-10T12:01:30Z");
    stored = life.status("job");
    life.run_until("2026-03-10T12:03:00Z");
    life.create_elsewhere("job", "2026-03-10T12:03:00Z");
    life.finish("job", "12:03:00");
    life.run_until("2026-03-10T12:05:30Z");
    life.status_fate = [this](const WriteStatus& write) {
      written = write.status;
      return Fate::kHeld;
    };
  }

  std::shared_ptr<const api::ScheduledJob> edited(const api::ScheduledJobStatus& status) {
    auto seen = std::make_shared<api::ScheduledJob>(*object);
    seen->metadata.generation = 2;
    seen->metadata.resource_version = ++life.version;
    each_minute(*seen->spec);
    seen->status = status;
    return seen;
  }

  api::ScheduledJobStatus as_the_other_stored_it() const {
    api::ScheduledJobSpec spec = *object->spec;
    each_minute(spec);
    api::ScheduledJobStatus status = stored;
    status.observed_generation = 2;
    status.decided_through = at("2026-03-10T12:02:10Z");
    status.basis = {api::basis_hash(spec), at("2026-03-10T12:02:10Z")};
    return status;
  }

  // 12:01 and 12:03 were started; of 12:04 and 12:05 the newer is caught up.
  void expect_every_instant_accounted_for() const {
    ASSERT_TRUE(written);
    EXPECT_EQ(written->basis->since, at("2026-03-10T12:02:10Z"));
    EXPECT_EQ(written->run_counts.missed + written->run_counts.skipped, 1);
    EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:03:00", "12:05:00"));
  }

  Life life{"2026-03-10T12:00:30Z"};
  std::shared_ptr<const api::ScheduledJob> object;
  api::ScheduledJobStatus stored;
  std::optional<api::ScheduledJobStatus> written;
};

// fold_edit() took it for an edit of the moment at which it saw it, since observe_status() asked only for
// instants and counts, of which the other had fewer: what had come due since 12:02:10 had no outcome.
TEST_F(AnEditThatAnotherLeaderHasSeen, HoldsFromTheMomentThatIsStored) {
  life.give(ScheduledJobSeen{edited(as_the_other_stored_it())});
  life.run_until("2026-03-10T12:05:40Z");
  expect_every_instant_accounted_for();
}

TEST_F(AnEditThatAnotherLeaderHasSeen, HoldsFromTheMomentThatIsStoredThoughWeSawTheEditBeforeTheStatus) {
  life.give(ScheduledJobSeen{edited(stored)});
  ASSERT_TRUE(written);
  ASSERT_EQ(written->basis->since, at("2026-03-10T12:05:30Z"));
  life.give(
      StatusWriteEnded{life.uid_of("job"), absl::AbortedError("conflict"), edited(as_the_other_stored_it())});
  life.run_until("2026-03-10T12:05:40Z");
  expect_every_instant_accounted_for();
}

// hurry_refused_creates() passed over a create that was refused now, because an attempt long before had not
// been answered.
TEST(FoundBySimulation, AnEditHurriesARefusedCreateWhateverBecameOfItsFirstAttempt) {
  Life life("2026-03-10T12:59:30Z");
  life.refusal = absl::FailedPreconditionError("Job is invalid");
  bool unanswered = true;
  life.create_fate = [&unanswered](const CreateJob&) {
    return std::exchange(unanswered, false) ? Fate::kLostRequest : Fate::kRefused;
  };
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 * * * *"; });
  life.run_until("2026-03-10T13:20:00Z");
  ASSERT_THAT(life.created("job"), IsEmpty());
  life.create_fate = {};
  life.edit_template("job");
  life.run_for(std::chrono::seconds{1});
  EXPECT_THAT(life.created("job"), ElementsAre("13:00:00"));
}

// observe_run() forgot that a create was on its way once a Job of that name was seen. Somebody deleted that
// Job, the create made it again, and it ran beside the next one.
class ACreateOnItsWayBesideItsEndedJob : public ::testing::Test {
 protected:
  ACreateOnItsWayBesideItsEndedJob() {
    life.add("job", [](api::ScheduledJobSpec& spec) {
      each_minute(spec);
      spec.concurrency_policy = api::ConcurrencyPolicy::kQueue;
      spec.missed_run_policy = api::MissedRunPolicy::kAll;
    });
    life.crash();
    life.jump_to("2026-03-10T12:02:40Z");
    life.start_standby();
    life.create_fate = [](const CreateJob&) { return Fate::kHeld; };
    life.lead();
    life.create_fate = {};
    life.create_elsewhere("job", "2026-03-10T12:01:00Z");  // an earlier attempt
    life.finish("job", "12:01:00");
    life.delete_job("job", "12:01:00");
  }

  Life life{"2026-03-10T12:00:30Z"};
};

TEST_F(ACreateOnItsWayBesideItsEndedJob, KeepsItsPlaceUntilItIsAnswered) {
  life.run_for(std::chrono::seconds{4});
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  life.release_held_answers();
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:01:00"));
  life.finish("job", "12:01:00");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:01:00", "12:02:00"));
}

// The first attempt may be carried out after the second was answered.
TEST(FoundBySimulation, ARunKeepsItsPlaceWhileAnyOfItsCreatesMayStillBeCarriedOut) {
  Life life("2026-03-10T12:00:30Z");
  bool unanswered = true;
  life.create_fate = [&unanswered](const CreateJob&) {
    return std::exchange(unanswered, false) ? Fate::kLostRequest : Fate::kDone;
  };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/3 * * * * *";
    spec.concurrency_policy = api::ConcurrencyPolicy::kQueue;
  });
  life.run_until("2026-03-10T12:00:35Z");
  ASSERT_THAT(life.created("job"), ElementsAre("12:00:33"));
  life.finish("job", "12:00:33");
  life.delete_job("job", "12:00:33");
  life.run_until("2026-03-10T12:00:38Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:00:33"));
  life.run_until("2026-03-10T12:00:40Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:00:33", "12:00:36"));
}

TEST_F(ACreateOnItsWayBesideItsEndedJob, KeepsItsPlaceUnansweredUntilTheServerMustHaveDroppedIt) {
  life.give(CreateEnded{life.uid_of("job"),
                        at("2026-03-10T12:01:00Z"),
                        CreateEnded::Answer::kUnknown,
                        {},
                        absl::DeadlineExceededError("no answer")});
  life.run_for(std::chrono::seconds{4});
  ASSERT_THAT(life.created("job"), ElementsAre("12:01:00"));
  life.run_for(std::chrono::seconds{1});
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

// dispatch() started what had waited at once when there was room, also where an edit had given it a greater
// jitter meanwhile: earlier than the schedule says now.
TEST(FoundBySimulation, AWaitingRunIsNotEarlyByAJitterThatIsNewer) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kQueue;
  });
  life.run_until("2026-03-10T12:02:01Z");
  ASSERT_THAT(life.created("job"), ElementsAre("12:01:00"));
  Instant due;
  life.create_fate = [&](const CreateJob& create) {
    due = create.due;
    EXPECT_GE(life.now(), due);
    return Fate::kDone;
  };
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.jitter = std::chrono::seconds{60}; });
  life.finish("job", "12:01:00");
  life.run_until("2026-03-10T12:02:59Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
  EXPECT_GT(due, Instant(at("2026-03-10T12:02:01Z")));
}

// dispatch() took an instant whose create a predecessor had sent for one that merely waits: past its deadline
// it was called missed, while the predecessor's request could still make its Job.
TEST(FoundBySimulation, AnUnansweredCreateOfAPredecessorIsReadBeforeItCountsAsMissed) {
  Life life("2026-03-10T12:00:30Z");
  life.create_fate = [](const CreateJob&) { return Fate::kLostRequest; };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.starting_deadline = std::chrono::seconds{20};
  });
  life.run_until("2026-03-10T12:01:10Z");
  life.edit_template("job");
  life.run_until("2026-03-10T12:01:15Z");
  ASSERT_THAT(life.status("job").pending, SizeIs(1));
  life.crash();
  life.jump_to("2026-03-10T12:01:30Z");
  life.start_standby();
  life.lead();
  life.create_elsewhere("job", "2026-03-10T12:01:00Z");  // it arrives late
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Running"));
}

// That a run was to go is in the memory of the leader that has started its successor.
TEST(FoundBySimulation, ARunIsReplacedAlthoughItsLeaderDiedBeforeItHadDeletedIt) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "*/20 * * * *";
    spec.concurrency_policy = api::ConcurrencyPolicy::kReplace;
  });
  life.run_until("2026-03-10T12:39:50Z");
  ASSERT_THAT(life.existing("job"), ElementsAre("12:20:00"));
  life.crash();
  life.jump_to("2026-03-10T12:40:02Z");
  life.create_elsewhere("job", "2026-03-10T12:40:00Z");
  life.start_standby();
  life.lead();
  life.run_for(std::chrono::seconds{30});
  EXPECT_THAT(life.existing("job"), ElementsAre("12:40:00"));
}

// Jobs of instants that have just been missed as one stretch, 12:01 to 12:03: by a leader from whom the lease
// was taken, and who did not know yet. They were counted as started too as long as the stretch was not
// stored, and not at all once it was.
class AJobWithinAStretch : public ::testing::TestWithParam<Fate> {
 protected:
  AJobWithinAStretch() {
    life.add("job", [](api::ScheduledJobSpec& spec) {
      each_minute(spec);
      spec.missed_run_policy = api::MissedRunPolicy::kNone;
    });
    life.run_until("2026-03-10T12:00:40Z");
    life.status_fate = [](const WriteStatus&) { return GetParam(); };
    life.jump_to("2026-03-10T12:03:45Z");
    life.give(TimePassed{});
    life.status_fate = {};
  }

  std::vector<std::string> outcomes_with_jobs_of(const std::vector<std::string>& minutes) {
    for (const std::string& minute : minutes) {
      life.create_elsewhere("job", "2026-03-10T12:" + minute + ":00Z");
      life.give(JobSeen{life.job("job", "12:" + minute + ":00")});
    }
    life.run_until("2026-03-10T12:03:59Z");
    const api::RunCounts& counts = life.status("job").run_counts;
    EXPECT_EQ(counts.started, static_cast<std::int64_t>(minutes.size()));
    EXPECT_EQ(counts.missed, 3 - counts.started);
    return life.outcomes("job");
  }

  Life life{"2026-03-10T12:00:30Z"};
};

TEST_P(AJobWithinAStretch, IsTakenOutOfItsMiddle) {
  EXPECT_THAT(outcomes_with_jobs_of({"02"}),
              ElementsAre("12:01:00..12:03:00 Missed/NotCaughtUp x2", "12:02:00 Running"));
}

TEST_P(AJobWithinAStretch, IsTakenOffItsBeginning) {
  EXPECT_THAT(outcomes_with_jobs_of({"01"}),
              ElementsAre("12:01:00 Running", "12:02:00..12:03:00 Missed/NotCaughtUp x2"));
}

TEST_P(AJobWithinAStretch, IsTakenOffItsEnd) {
  EXPECT_THAT(outcomes_with_jobs_of({"03"}),
              ElementsAre("12:01:00..12:02:00 Missed/NotCaughtUp x2", "12:03:00 Running"));
}

TEST_P(AJobWithinAStretch, LeavesTheOneInstantThatHasNone) {
  EXPECT_THAT(outcomes_with_jobs_of({"02", "01"}),
              ElementsAre("12:01:00 Running", "12:02:00 Running", "12:03:00 Missed/NotCaughtUp"));
}

TEST_P(AJobWithinAStretch, LeavesNoStretchWhereEachHasOne) {
  EXPECT_THAT(outcomes_with_jobs_of({"01", "03", "02"}),
              ElementsAre("12:01:00 Running", "12:02:00 Running", "12:03:00 Running"));
}

TEST_P(AJobWithinAStretch, IsNotCountedAgainByTheNextLeader) {
  const std::vector<std::string> before = outcomes_with_jobs_of({"02"});
  life.restart();
  life.run_for(std::chrono::milliseconds{500});
  EXPECT_EQ(life.outcomes("job"), before);
  EXPECT_EQ(life.status("job").run_counts.started, 1);
}

TEST_P(AJobWithinAStretch, IsNotCountedAgainWhenItIsShownAfterItIsGone) {
  outcomes_with_jobs_of({"02"});
  life.finish("job", "12:02:00");
  life.run_for(std::chrono::milliseconds{1500});
  const api::Job job = life.job("job", "12:02:00");
  life.delete_job("job", "12:02:00");
  life.give(JobSeen{job});
  life.edit_template("job");
  life.run_for(std::chrono::milliseconds{1500});
  EXPECT_EQ(life.status("job").run_counts.started, 1 + 1) << "12:04 has come due";
  EXPECT_EQ(life.status("job").run_counts.missed, 2);
}

INSTANTIATE_TEST_SUITE_P(StoredOrNot, AJobWithinAStretch, ::testing::Values(Fate::kDone, Fate::kLostRequest),
                         [](const auto& parameter) {
                           return parameter.param == Fate::kDone ? "Stored" : "NotStoredYet";
                         });

// 12:01 was refused, and 12:02 is being created, when the books go back to those of another leader, who has
// decided neither; at 12:03:45 all that is late is missed.
class ACreateThatTheBooksGoBackBehind : public ::testing::Test {
 protected:
  void go_back(Fate fate_of_the_create) {
    std::shared_ptr<const api::ScheduledJob> object;
    life.create_fate = [&](const CreateJob& create) {
      object = create.owner;
      return create.run.scheduled_time == at("2026-03-10T12:02:00Z") ? fate_of_the_create : Fate::kRefused;
    };
    life.add("job", [](api::ScheduledJobSpec& spec) {
      each_minute(spec);
      spec.missed_run_policy = api::MissedRunPolicy::kNone;
    });
    life.run_until("2026-03-10T12:02:10Z");
    ASSERT_THAT(life.outcomes("job"), ElementsAre("12:01:00 NotCreated/Forbidden"));
    life.jump_to("2026-03-10T12:03:45Z");
    auto seen = std::make_shared<api::ScheduledJob>(*object);
    seen->metadata.resource_version = ++life.version;
    seen->status.decided_through = at("2026-03-10T12:00:30Z");
    seen->status.pending.clear();
    seen->status.run_counts = {.started = 0, .succeeded = 0, .failed = 0, .skipped = 1, .missed = 0};
    life.status_fate = [this](const WriteStatus& write) {
      written = write.status;
      return Fate::kHeld;
    };
    life.give(ScheduledJobSeen{seen});
  }

  Life life{"2026-03-10T12:00:30Z"};
  std::optional<api::ScheduledJobStatus> written;
};

// stretch_with() took every instant between the ends of a stretch for a part of it.
TEST_F(ACreateThatTheBooksGoBackBehind, IsNotTakenOutOfAStretchThatItWasNeverIn) {
  go_back(Fate::kHeld);
  life.release_held_answers();
  life.run_for(std::chrono::seconds{2});
  ASSERT_TRUE(written);
  EXPECT_EQ(written->run_counts.started, 1);
  EXPECT_EQ(written->run_counts.missed, 2);
}

// give_up() entered a verdict, and decide_due() one more.
TEST_F(ACreateThatTheBooksGoBackBehind, IsGivenUpAndCountedOnce) {
  go_back(Fate::kRefused);
  life.run_for(std::chrono::seconds{2});
  ASSERT_TRUE(written);
  EXPECT_EQ(written->run_counts.started, 0);
  EXPECT_EQ(written->run_counts.missed, 3);
}

// What a list shows counted as progress of the watch: a list that broke off after a new Job let the barrier
// pass without the older ones that it had not come to.
TEST(FoundBySimulation, AListThatBrokeOffDoesNotPassTheBarrier) {
  Engine engine;
  const Instant now = at("2026-03-10T12:01:10Z");
  for (const Kind kind : {Kind::kScheduledJob, Kind::kJob}) {
    engine.handle(ListStarted{kind}, now);
    engine.handle(ListFinished{kind, 5}, now);
  }
  engine.handle(ListStarted{Kind::kJob}, now);
  api::Job job;
  job.metadata.key = {"default", "job-1"};
  job.metadata.uid = "uid-job-1";
  job.metadata.resource_version = 9;
  job.owner_uid = job.label_uid = "uid-job";
  engine.handle(JobSeen{job}, now);
  engine.handle(ListStarted{Kind::kJob}, now);
  engine.handle(LeadershipAcquired{}, now);
  engine.handle(Progressed{Kind::kScheduledJob, 9}, now);
  engine.handle(BarrierRead{Kind::kScheduledJob, 9}, now);
  engine.handle(BarrierRead{Kind::kJob, 9}, now);
  EXPECT_FALSE(engine.deciding());
  engine.handle(ListFinished{Kind::kJob, 9}, now);
  EXPECT_TRUE(engine.deciding());
}

}  // namespace
}  // namespace scheduledjob::engine
