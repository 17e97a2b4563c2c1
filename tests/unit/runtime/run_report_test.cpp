#include "runtime/run_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runtime/recording_log.hpp"

namespace scheduledjob::runtime {
namespace {

using namespace std::chrono_literals;
using api::Outcome;
using ::testing::ElementsAre;
using ::testing::Pair;

engine::Report report(Outcome outcome, std::string reason = {}) {
  engine::Report report;
  report.key = {"default", "hello"};
  report.run.scheduled_time = api::NominalTime{1'790'000'000s};
  report.run.outcome = outcome;
  report.run.reason = std::move(reason);
  return report;
}

RecordingLog::Line published(const engine::Report& report, Telemetry& telemetry) {
  RecordingLog log;
  publish(report, telemetry, log);
  EXPECT_EQ(log.lines().size(), 1u);
  return log.lines().at(0);
}

RecordingLog::Line published(const engine::Report& report) {
  Telemetry telemetry;
  return published(report, telemetry);
}

TEST(RunReport, TellsOfAStart) {
  engine::Report started = report(Outcome::kRunning);
  started.run.job_name = "hello-20260921-141320-7f3ka";
  const RecordingLog::Line line = published(started);
  EXPECT_EQ(line.level, LogLevel::kInfo);
  EXPECT_EQ(line.message, "Run started");
  EXPECT_THAT(line.fields, ElementsAre(Pair("namespace", "default"), Pair("scheduledJob", "hello"),
                                       Pair("scheduledTime", "2026-09-21T14:13:20Z"),
                                       Pair("job", "hello-20260921-141320-7f3ka")));
}

TEST(RunReport, TellsWhyAStretchOfInstantsDidNotRun) {
  engine::Report missed = report(Outcome::kMissed, "Deadline");
  missed.run.count = 3;
  missed.run.through_time = missed.run.scheduled_time + 2min;
  missed.run.message = "the operator was away";
  const RecordingLog::Line line = published(missed);
  EXPECT_EQ(line.level, LogLevel::kWarning);
  EXPECT_EQ(line.message, "Run missed");
  EXPECT_EQ(line.field("throughTime"), "2026-09-21T14:15:20Z");
  EXPECT_EQ(line.field("count"), "3");
  EXPECT_EQ(line.field("reason"), "Deadline");
  EXPECT_EQ(line.field("detail"), "the operator was away");
}

TEST(RunReport, WarnsOfWhatNeedsAttention) {
  EXPECT_EQ(published(report(Outcome::kSucceeded)).level, LogLevel::kInfo);
  EXPECT_EQ(published(report(Outcome::kStopped)).level, LogLevel::kInfo);
  EXPECT_EQ(published(report(Outcome::kFailed)).level, LogLevel::kWarning);
  EXPECT_EQ(published(report(Outcome::kVanished)).level, LogLevel::kWarning);
  EXPECT_EQ(published(report(Outcome::kNotCreated, "NameTaken")).level, LogLevel::kWarning);
  EXPECT_EQ(published(report(Outcome::kSkipped, "Overlap")).level, LogLevel::kWarning);
  EXPECT_EQ(published(report(Outcome::kSkipped, "Suspended")).level, LogLevel::kInfo);
}

TEST(RunReport, CountsEachInstantOfAStretch) {
  Telemetry telemetry;
  engine::Report skipped = report(Outcome::kSkipped, "Overlap");
  skipped.run.count = 5;
  published(skipped, telemetry);
  published(report(Outcome::kSucceeded), telemetry);
  EXPECT_THAT(telemetry.snapshot().outcomes,
              ElementsAre(Pair(Pair("Skipped", "Overlap"), 5u), Pair(Pair("Succeeded", ""), 1u)));
}

}  // namespace
}  // namespace scheduledjob::runtime
