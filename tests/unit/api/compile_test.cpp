#include "api/compile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace scheduledjob::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

ObjectMeta created_with_name(std::string name) {
  ObjectMeta metadata;
  metadata.key = {"default", std::move(name)};
  metadata.creation_timestamp = NominalTime{std::chrono::seconds{1'767'225'600}};  // 2026-01-01T00:00:00Z
  return metadata;
}

const ObjectMeta kMetadata = created_with_name("report");

ScheduledJobSpec spec_of(std::string_view members) {
  const std::string json = scheduled_job_json(
      fmt::format(R"("jobTemplate":{}{}{})", kPlainTemplate, members.empty() ? "" : ",", members));
  return decode_scheduled_job(json)->spec.value();
}

std::string compile_error(std::string_view members) {
  return std::string(compile_schedule(spec_of(members), kMetadata).status().message());
}

std::string next_after(std::string_view members, std::string_view time) {
  const auto next = compile_schedule(spec_of(members), kMetadata).value().next_after(at(time));
  return next ? schedule::format_rfc3339(*next) : "never";
}

TEST(CompileSchedule, SpreadsHByNamespaceAndName) {
  const ScheduledJobSpec spec = spec_of(R"("schedule":"H H * * *")");
  const auto first_of = [&](const char* name) {
    return *compile_schedule(spec, created_with_name(name))->next_after(at("2026-06-01T00:00:00Z"));
  };
  EXPECT_EQ(first_of("report"), first_of("report"));
  EXPECT_NE(first_of("report"), first_of("backup"));
}

TEST(CompileSchedule, ReadsACronExpressionInItsZone) {
  EXPECT_EQ(next_after(R"("schedule":"0 2 * * *")", "2026-06-01T12:00:00Z"), "2026-06-02T02:00:00Z");
  EXPECT_EQ(next_after(R"("schedule":"0 2 * * *","timeZone":"Europe/Berlin")", "2026-06-01T12:00:00Z"),
            "2026-06-02T00:00:00Z");
}

TEST(CompileSchedule, UnitesAllWaysOfSayingWhen) {
  const std::string_view members =
      R"("schedule":"0 2 * * *","schedules":[{"cron":"30 1 * * *"},{"every":"1d","anchor":"2026-01-01T01:45:00Z"},
         {"at":"2026-06-02T01:50:00"}])";
  EXPECT_EQ(next_after(members, "2026-06-02T01:00:00Z"), "2026-06-02T01:30:00Z");
  EXPECT_EQ(next_after(members, "2026-06-02T01:30:00Z"), "2026-06-02T01:45:00Z");
  EXPECT_EQ(next_after(members, "2026-06-02T01:45:00Z"), "2026-06-02T01:50:00Z");
  EXPECT_EQ(next_after(members, "2026-06-02T01:50:00Z"), "2026-06-02T02:00:00Z");
}

TEST(CompileSchedule, CountsAnIntervalWithoutAnchorFromTheEpoch) {
  EXPECT_EQ(next_after(R"("schedules":[{"every":"7s"}])", "1970-01-01T00:00:08Z"), "1970-01-01T00:00:14Z");
}

TEST(CompileSchedule, AnchorsEveryInCronAtTheCreation) {
  EXPECT_EQ(next_after(R"("schedule":"@every 7h")", "2026-01-01T00:00:00Z"), "2026-01-01T07:00:00Z");
}

TEST(CompileSchedule, ObeysTheBounds) {
  const std::string_view members =
      R"("schedule":"0 2 * * *","notBefore":"2026-06-01T02:00:00Z","notAfter":"2026-06-02T02:00:00Z")";
  EXPECT_EQ(next_after(members, "2026-01-01T00:00:00Z"), "2026-06-01T02:00:00Z");
  EXPECT_EQ(next_after(members, "2026-06-02T02:00:00Z"), "never");
}

TEST(CompileSchedule, RequiresASchedule) {
  EXPECT_EQ(compile_error(""), "spec.schedule: is required, unless spec.schedules has an entry");
  EXPECT_EQ(compile_error(R"("schedules":[])"),
            "spec.schedule: is required, unless spec.schedules has an entry");
}

TEST(CompileSchedule, RequiresExactlyOneWayInEachEntry) {
  EXPECT_EQ(compile_error(R"("schedules":[{"cron":"@daily"},{}])"),
            "spec.schedules[1]: must have one of cron, every and at");
  EXPECT_EQ(compile_error(R"("schedules":[{"cron":"@daily","at":"2026-01-01T00:00:00Z"}])"),
            "spec.schedules[0]: must have only one of cron, every and at; add an entry for each");
  EXPECT_EQ(compile_error(R"("schedules":[{"cron":"@daily","anchor":"2026-01-01T00:00:00Z"}])"),
            "spec.schedules[0].anchor: goes with every only");
}

TEST(CompileSchedule, NamesThePathOfWhatItCannotRead) {
  EXPECT_THAT(compile_error(R"("schedule":"61 * * * *")"), StartsWith("spec.schedule: "));
  EXPECT_THAT(compile_error(R"("schedules":[{"cron":"@daily"},{"cron":"61 * * * *"}])"),
              StartsWith("spec.schedules[1].cron: "));
  EXPECT_THAT(compile_error(R"("schedules":[{"every":"often"}])"),
              StartsWith("spec.schedules[0].every: \"often\" is not a duration"));
  EXPECT_THAT(compile_error(R"("schedules":[{"every":"1m","anchor":"once"}])"),
              StartsWith("spec.schedules[0].anchor: "));
  EXPECT_THAT(compile_error(R"("schedules":[{"at":"whenever"}])"), StartsWith("spec.schedules[0].at: "));
  EXPECT_THAT(compile_error(R"("schedule":"@daily","timeZone":"Europe/Berlim")"),
              StartsWith("spec.timeZone: "));
}

TEST(CompileSchedule, RefusesBoundsThatLeaveNothing) {
  EXPECT_EQ(
      compile_error(
          R"("schedule":"@daily","notBefore":"2026-02-01T00:00:00Z","notAfter":"2026-01-01T00:00:00Z")"),
      "spec.notAfter: lies before spec.notBefore");
}

std::vector<std::string> problems_with(std::string_view members) {
  std::vector<std::string> messages;
  for (const absl::Status& problem : schedule_problems(spec_of(members))) {
    messages.emplace_back(problem.message());
  }
  return messages;
}

TEST(ScheduleProblems, AreAllOfThem) {
  EXPECT_THAT(
      problems_with(
          R"("schedule":"61 * * * *","schedules":[{"cron":"@daily"},{"every":"often"},{},{"at":"whenever"}],
             "timeZone":"Europe/Berlim","notBefore":"2026-02-01T00:00:00Z","notAfter":"2026-01-01T00:00:00Z")"),
      ElementsAre(StartsWith("spec.schedule: minute 61"), StartsWith("spec.schedules[1].every: "),
                  StartsWith("spec.schedules[2]: must have one"), StartsWith("spec.schedules[3].at: "),
                  StartsWith("spec.timeZone: "), StartsWith("spec.notAfter: ")));
}

TEST(ScheduleProblems, AreNoneWhereTheSpecCompiles) {
  EXPECT_THAT(problems_with(R"("schedule":"@daily","timeZone":"Europe/Berlin")"), IsEmpty());
  EXPECT_THAT(problems_with(""),
              ElementsAre("spec.schedule: is required, unless spec.schedules has an entry"));
}

}  // namespace
}  // namespace scheduledjob::api
