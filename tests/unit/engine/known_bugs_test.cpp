// What has gone wrong in other schedulers, told in our own words, and what happens here instead. The numbers
// are those of the issues where users reported it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Fate = Life::Fate;

void each_minute(api::ScheduledJobSpec& spec) {
  spec.schedule = "* * * * *";
}

// Nobody runs from now until the given time.
void outage_until(Life& life, std::string_view end) {
  life.crash();
  life.jump_to(end);
  life.start_standby();
  life.lead();
}

// kubernetes#128881, argo-workflows#3380: where many schedules share a minute, each waits for the workers and
// the request budget of those before it, and runs start minutes late or not at all.
TEST(KnownBugs, AThousandDueAtOnceAreAllAskedForAtTheirInstant) {
  Life life("2026-03-10T12:00:30Z");
  for (int i = 0; i < 1000; ++i) life.add("job-" + std::to_string(i), each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  life.calls.clear();
  life.run_until("2026-03-10T12:01:00Z");
  EXPECT_EQ(life.calls["create"], 1000);
}

// kubernetes#121594: a job at a fixed local time runs again when clocks go back over that time.
TEST(KnownBugs, AFixedTimeThatClocksShowTwiceRunsOnce) {
  Life life("2026-10-24T12:00:00Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    spec.schedule = "0 2 * * *";
    spec.time_zone = "Europe/Berlin";
  });
  life.run_until("2026-10-25T12:00:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("00:00:00"));
  life.run_until("2026-10-26T12:00:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("00:00:00", "01:00:00"));
}

// kubernetes#118706: after several missed times the next one is worked out to lie in the past, and the
// controller syncs the object again and again without a pause.
TEST(KnownBugs, MissedTimesLeaveNoWakeUpInThePast) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
  });
  life.run_until("2026-03-10T12:01:30Z");
  outage_until(life, "2026-03-10T15:00:45Z");
  life.run_until("2026-03-10T15:00:50Z");
  EXPECT_EQ(life.engine().next_wakeup(), Instant(at("2026-03-10T15:01:00Z")));
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

// kubernetes#121070: status is written to a copy of the object that is out of date; every attempt conflicts,
// and each conflict brings on the next.
TEST(KnownBugs, AConflictCostsOneMoreWriteAndNoMore) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  life.calls.clear();
  life.status_fate = [](const WriteStatus&) { return Fate::kHeld; };
  life.run_until("2026-03-10T12:01:10Z");
  life.annotate_resume("job", "somebody else's write");
  life.status_fate = {};
  life.release_held_answers();
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_EQ(life.calls["status"], 2);
  EXPECT_EQ(life.status("job").run_counts.started, 1);
}

// kubernetes#127678: a run is started a moment before its time, by a clock that is ahead, and again at its
// time.
TEST(KnownBugs, ARunStartsNeitherEarlyNorAgainWhenTheClockIsPutRight) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:00:59Z");
  life.run_for(std::chrono::milliseconds{999});
  life.give(TimePassed{});
  EXPECT_THAT(life.created("job"), IsEmpty());
  life.run_for(std::chrono::milliseconds{1});
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  life.jump_to("2026-03-10T12:00:58Z");
  life.give(TimePassed{});
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

// kubernetes#121763: on the weekend of a clock change, after edits of schedules, every job of a cluster ran
// at one and the same moment that none of them named.
TEST(KnownBugs, EditsAClockChangeAndARestartFireNothingThatIsNotDue) {
  Life life("2026-10-30T12:00:00Z");
  for (int i = 0; i < 20; ++i) {
    life.add("job-" + std::to_string(i), [](api::ScheduledJobSpec& spec) {
      spec.schedule = "5 11 * * *";
      spec.time_zone = "America/Chicago";
    });
  }
  life.run_until("2026-10-31T18:00:00Z");
  for (const char* name : {"job-0", "job-1"}) {
    life.edit(name, [](api::ScheduledJobSpec& spec) { spec.schedule = "5 10 * * *"; });
  }
  life.calls.clear();
  life.run_until("2026-11-01T13:51:00Z");
  life.restart();
  life.run_until("2026-11-01T16:04:59Z");
  EXPECT_EQ(life.calls["create"], 0);
  life.run_until("2026-11-01T16:05:00Z");
  EXPECT_EQ(life.calls["create"], 2);
  life.run_until("2026-11-01T17:05:00Z");
  EXPECT_EQ(life.calls["create"], 20);
}

// kubernetes#63371: an edit moves a schedule to a time of day that is over; the job runs at once.
TEST(KnownBugs, AnEditThatNamesATimeOfTodayThatIsOverRunsTomorrow) {
  Life life("2026-03-10T06:00:00Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 20 * * *"; });
  life.run_until("2026-03-10T12:00:00Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "0 9 * * *"; });
  life.run_until("2026-03-11T08:59:59Z");
  EXPECT_THAT(life.created("job"), IsEmpty());
  life.run_until("2026-03-11T09:00:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("09:00:00"));
}

// argo-workflows#12625, #4558: right after a run has started, the controller looks at a state in which it has
// not, takes the time for missed and starts it again; with Replace each start kills the one before.
TEST(KnownBugs, AnOlderStateOfTheObjectDoesNotMakeARunMissed) {
  Life life("2026-03-10T12:00:30Z");
  std::shared_ptr<const api::ScheduledJob> older;
  life.create_fate = [&older](const CreateJob& create) {
    older = create.owner;
    return Fate::kDone;
  };
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kReplace;
    spec.starting_deadline = std::chrono::seconds{60};
  });
  life.run_until("2026-03-10T12:01:10Z");
  life.give(ScheduledJobSeen{older});
  life.run_until("2026-03-10T12:01:50Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_EQ(life.calls["delete"], 0);
}

// argo-workflows#14719: a run ends and is cleaned up by its time to live before anybody has written down that
// it ran; the next leader runs it again.
TEST(KnownBugs, ATimeToLiveOfNothingLeavesTheJobThereUntilItsRunIsRecorded) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.ttl_seconds_after_finished = 0;
  });
  life.run_until("2026-03-10T12:01:00Z");
  life.crash();
  life.finish("job", "12:01:00");
  EXPECT_GE(life.job("job", "12:01:00").ttl_seconds_after_finished, 7 * 24 * 3600);
  life.start_standby();
  life.lead();
  life.run_until("2026-03-10T12:01:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
  EXPECT_THAT(life.outcomes("job"), ElementsAre("12:01:00 Succeeded"));
  EXPECT_THAT(life.existing("job"), IsEmpty());
}

// kuberay#4849: one time is handled twice before the first handling shows in the cache, and as Job names are
// random, both succeed.
TEST(KnownBugs, TwoAttemptsAtOneInstantHaveOneName) {
  Life life("2026-03-10T12:00:30Z");
  std::vector<std::string> names;
  life.create_fate = [&names](const CreateJob& create) {
    names.push_back(create.run.job_name);
    return names.size() == 1 ? Fate::kHeld : Fate::kDone;
  };
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:01Z");
  const std::vector<Effect> on_the_wire = life.held;
  life.restart();
  ASSERT_THAT(names, SizeIs(2));
  EXPECT_EQ(names[0], names[1]);
  life.held = on_the_wire;  // and now the dead leader's request arrives
  life.release_held_answers();
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

// kruise#2213: when a run last was is read off the Jobs that are left; once the last one is deleted, the time
// seems not to have run.
TEST(KnownBugs, ARunWhoseJobIsDeletedHasStillRun) {
  for (const bool by_hand : {true, false}) {
    Life life("2026-03-10T12:00:30Z");
    life.add("job", [by_hand](api::ScheduledJobSpec& spec) {
      spec.schedule = "46 21 * * *";
      if (!by_hand) spec.ttl_seconds_after_finished = 30;
    });
    life.run_until("2026-03-10T21:46:10Z");
    life.finish("job", "21:46:00");
    life.run_until("2026-03-10T21:46:20Z");
    if (by_hand) life.delete_job("job", "21:46:00");
    life.run_until("2026-03-10T21:47:00Z");
    EXPECT_THAT(life.existing("job"), IsEmpty());
    life.restart();
    life.run_until("2026-03-11T21:00:00Z");
    EXPECT_THAT(life.created("job"), ElementsAre("21:46:00"));
  }
}

// Furiko makes up for at most five missed times; CronJob for one, and gives up on a schedule that has missed
// more than a hundred.
TEST(KnownBugs, FiftyMissedTimesAreAllMadeUpForWhenAskedTo) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.missed_run_policy = api::MissedRunPolicy::kAll;
  });
  outage_until(life, "2026-03-10T12:50:45Z");
  EXPECT_THAT(life.created("job"), SizeIs(50));
  EXPECT_EQ(life.created("job").front(), "12:01:00");
  EXPECT_EQ(life.created("job").back(), "12:50:00");
}

TEST(KnownBugs, ThousandsOfMissedTimesDoNotStopASchedule) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  outage_until(life, "2026-03-13T12:00:45Z");
  life.run_until("2026-03-13T12:01:30Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:00:00", "12:01:00"));
  EXPECT_EQ(life.status("job").run_counts.missed, 3 * 24 * 60 - 1);
}

// argo-workflows#4445: the end of a suspension starts the latest time that was missed, and the next one as
// well.
TEST(KnownBugs, TheEndOfASuspensionStartsNothing) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", each_minute);
  life.run_until("2026-03-10T12:01:30Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = true; });
  life.run_until("2026-03-10T12:03:05Z");
  life.edit("job", [](api::ScheduledJobSpec& spec) { spec.suspend = false; });
  life.run_until("2026-03-10T12:03:59Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00"));
}

// kubernetes#109250: an interval begins anew whenever the controller is restarted.
TEST(KnownBugs, ARestartDoesNotShiftAnInterval) {
  Life life("2026-03-10T12:00:00Z");
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "@every 90m"; });
  life.run_until("2026-03-10T13:00:00Z");
  life.restart();
  life.run_until("2026-03-10T16:00:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("13:30:00", "15:00:00"));
}

// kubernetes#37957: a Job deleted by hand stays in the list of active ones for ever.
TEST(KnownBugs, AJobDeletedByHandIsActiveNoLonger) {
  Life life("2026-03-10T12:00:30Z");
  life.add("job", [](api::ScheduledJobSpec& spec) {
    each_minute(spec);
    spec.concurrency_policy = api::ConcurrencyPolicy::kForbid;
  });
  life.run_until("2026-03-10T12:01:10Z");
  life.delete_job("job", "12:01:00");
  life.run_until("2026-03-10T12:01:20Z");
  EXPECT_THAT(life.status("job").active, IsEmpty());
  life.run_until("2026-03-10T12:02:00Z");
  EXPECT_THAT(life.created("job"), ElementsAre("12:01:00", "12:02:00"));
}

}  // namespace
}  // namespace scheduledjob::engine
