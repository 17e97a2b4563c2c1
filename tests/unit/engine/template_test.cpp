// Whether the API server would take an object's Jobs, asked before the first of them is due.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/engine/life.hpp"

namespace scheduledjob::engine {
namespace {

using api::ConditionStatus;
using namespace std::chrono_literals;

void monthly(api::ScheduledJobSpec& spec) {
  spec.schedule = "0 0 1 * *";
}

JobTried accepted(const TryJob& asked) {
  return {asked.owner->metadata.uid, asked.owner->metadata.generation, absl::OkStatus(), ""};
}

JobTried refused(const TryJob& asked) {
  JobTried tried = accepted(asked);
  tried.verdict = absl::FailedPreconditionError("spec.template.spec.containers: Required value");
  return tried;
}

JobTried with_a_misspelt_field(const TryJob& asked) {
  JobTried tried = accepted(asked);
  tried.dropped_fields = R"(unknown field "spec.template.spec.containrs")";
  return tried;
}

TEST(Template, IsTriedOnceForANewObjectAndOnceForAnEdit) {
  Life life("2026-03-10T12:00:30Z");
  life.trial = accepted;
  life.add("job", monthly);
  life.run_for(24h);
  EXPECT_EQ(life.calls["try"], 1);
  life.edit_template("job");
  life.run_for(24h);
  EXPECT_EQ(life.calls["try"], 2);
}

TEST(Template, IsNotTriedAgainByANewLeader) {
  Life life("2026-03-10T12:00:30Z");
  life.trial = accepted;
  life.add("job", monthly);
  life.run_for(1min);
  life.restart();
  life.run_for(1min);
  EXPECT_EQ(life.calls["try"], 1);
}

TEST(Template, IsNotTriedWhileTheScheduleIsInvalid) {
  Life life("2026-03-10T12:00:30Z");
  life.trial = accepted;
  life.add("job", [](api::ScheduledJobSpec& spec) { spec.schedule = "61 * * * *"; });
  life.run_for(1min);
  EXPECT_EQ(life.calls["try"], 0);
  life.edit("job", monthly);
  life.run_for(1min);
  EXPECT_EQ(life.calls["try"], 1);
}

TEST(Template, ThatIsInvalidIsToldWeeksBeforeTheFirstRunAndOverATakeover) {
  Life life("2026-03-10T12:00:30Z");
  life.trial = refused;
  life.add("job", monthly);
  life.run_for(10s);
  EXPECT_EQ(life.condition("job", "Ready").status, ConditionStatus::kFalse);
  EXPECT_EQ(life.condition("job", "Ready").reason, "InvalidJobTemplate");
  EXPECT_EQ(life.condition("job", "Ready").message, "spec.template.spec.containers: Required value");
  EXPECT_EQ(life.condition("job", "Stalled").status, ConditionStatus::kTrue);
  life.restart();
  life.run_for(1min);
  EXPECT_EQ(life.condition("job", "Ready").reason, "InvalidJobTemplate");
}

TEST(Template, ThatWasInvalidIsReadyAfterAnEditOrWhenAJobOfItIsTakenAllTheSame) {
  Life life("2026-03-10T12:00:30Z");
  life.trial = refused;
  life.add("mended", monthly);
  life.add("taken", [](api::ScheduledJobSpec& spec) { spec.schedule = "1 12 * * *"; });
  life.run_for(10s);
  EXPECT_EQ(life.condition("taken", "Ready").reason, "InvalidJobTemplate");
  life.trial = accepted;
  life.edit_template("mended");
  life.run_until("2026-03-10T12:01:10Z");
  EXPECT_EQ(life.condition("mended", "Ready").status, ConditionStatus::kTrue);
  EXPECT_EQ(life.condition("taken", "Ready").status, ConditionStatus::kTrue);
}

TEST(Template, WithFieldsThatTheServerDropsSaysSoAndRuns) {
  Life life("2026-03-10T12:00:30Z");
  life.trial = with_a_misspelt_field;
  life.add("job", monthly);
  life.run_for(10s);
  EXPECT_EQ(life.condition("job", "Ready").status, ConditionStatus::kTrue);
  EXPECT_EQ(life.condition("job", "FieldsDropped").status, ConditionStatus::kTrue);
  EXPECT_EQ(life.condition("job", "FieldsDropped").message,
            R"(unknown field "spec.template.spec.containrs")");
  life.restart();
  life.run_for(1min);
  EXPECT_EQ(life.condition("job", "FieldsDropped").status, ConditionStatus::kTrue)
      << "as its predecessor knew";
  life.trial = accepted;
  life.edit_template("job");
  life.run_for(10s);
  EXPECT_EQ(life.condition("job", "FieldsDropped").status, ConditionStatus::kFalse);
}

TEST(Template, IsNotDoubtedForARefusalThatTellsOfTheMoment) {
  Life life("2026-03-10T12:00:30Z");
  life.trial = [](const TryJob& asked) {
    JobTried tried = accepted(asked);
    tried.verdict = absl::PermissionDeniedError("exceeded quota");
    return tried;
  };
  life.add("job", monthly);
  life.run_for(10s);
  EXPECT_EQ(life.condition("job", "Ready").status, ConditionStatus::kTrue);
}

TEST(Template, IsJudgedByTheTrialOfItsOwnGeneration) {
  Life life("2026-03-10T12:00:30Z");
  std::vector<TryJob> asked;
  life.trial = [&asked](const TryJob& trial) {
    asked.push_back(trial);
    return accepted(trial);
  };
  life.add("job", monthly);
  life.run_for(10s);
  life.edit_template("job");
  life.run_for(10s);
  ASSERT_EQ(asked.size(), 2u);
  life.give(refused(asked[0]));
  life.run_for(10s);
  EXPECT_EQ(life.condition("job", "Ready").status, ConditionStatus::kTrue);
}

}  // namespace
}  // namespace scheduledjob::engine
