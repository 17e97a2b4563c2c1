#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace scheduledjob::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Explain, PutsAnExpressionIntoWords) {
  const Outcome outcome = run_with({"explain", "30 5 * * MON-FRI", "--time-zone=Europe/Berlin"});
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("05:30"), HasSubstr("Monday"), HasSubstr("Europe/Berlin")));
}

TEST(Explain, MarksSurprises) {
  EXPECT_THAT(run_with({"explain", "0 0 13 * FRI"}).out, HasSubstr("\n! "));
}

TEST(Explain, KnowsWhatHappensWhenClocksChange) {
  const Outcome outcome = run_with({"explain", "30 2 * * *", "--time-zone=Europe/Berlin", "--on=2026-03-29"});
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("02:30"), HasSubstr("03:00")));
  EXPECT_EQ(run_with({"explain", "30 2 * * *", "--time-zone=Europe/Berlin", "--on=2026-03-30"}).out,
            "No change of clocks touches it on that date.\n");
}

TEST(Explain, ExplainsTheObjectsOfFiles) {
  const Outcome outcome = run_with({"explain", "-f", "-"}, scheduled_job("  schedule: 0 12 * * *\n") +
                                                               "---\n" + cron_job("  schedule: H H * * *\n"));
  EXPECT_EQ(outcome.code, kFine) << outcome.err;
  EXPECT_THAT(outcome.out, AllOf(StartsWith("ScheduledJob nightly (<stdin>:1)\n"), HasSubstr("12:00"),
                                 HasSubstr("CronJob nightly (<stdin>:8)\n")));
}

TEST(Explain, RefusesWhatIsWrong) {
  const Outcome outcome = run_with({"explain", "61 * * * *"});
  EXPECT_EQ(outcome.code, kWrongInput);
  EXPECT_EQ(outcome.err, "expression: minute 61 is outside 0–59, column 1\n");
  EXPECT_THAT(outcome.out, IsEmpty());
}

}  // namespace
}  // namespace scheduledjob::cli
