#include <cstdlib>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.hpp"

namespace scheduledjob::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Puts TZDIR back when a test ends.
class ZoneDirectoryGuard {
 public:
  ZoneDirectoryGuard() {
    if (const char* value = std::getenv("TZDIR")) before_ = value;
  }
  ~ZoneDirectoryGuard() {
    if (before_) {
      ::setenv("TZDIR", before_->c_str(), 1);
    } else {
      ::unsetenv("TZDIR");
    }
  }
  ZoneDirectoryGuard(const ZoneDirectoryGuard&) = delete;
  ZoneDirectoryGuard& operator=(const ZoneDirectoryGuard&) = delete;

 private:
  std::optional<std::string> before_;
};

TEST(CommandLine, ExplainsItself) {
  const Outcome outcome = run_with({"--help"});
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("next"), HasSubstr("validate"), HasSubstr("convert"),
                                 HasSubstr("Exit codes"), HasSubstr("--zoneinfo-dir")));
  for (const char* command : {"next", "explain", "validate", "convert", "completion", "list", "describe",
                              "why", "run", "suspend", "resume", "forecast"}) {
    EXPECT_THAT(run_with({command, "--help"}).out, HasSubstr(std::string("kubectl scheduledjob ") + command));
  }
  EXPECT_THAT(run_with({"--version"}).out, StartsWith("kubectl-scheduledjob "));
}

TEST(CommandLine, RefusesWrongUsageWithCodeTwo) {
  const std::vector<std::vector<std::string>> wrong{{},
                                                    {"frobnicate"},
                                                    {"next"},
                                                    {"next", "@daily", "-f", "-"},
                                                    {"next", "@daily", "--count=0"},
                                                    {"next", "@daily", "--count=1001"},
                                                    {"next", "@daily", "--count=x"},
                                                    {"next", "@daily", "--after=today"},
                                                    {"next", "@daily", "-o", "yaml"},
                                                    {"next", "@daily", "--batch"},
                                                    {"next", "@daily", "--wrong"},
                                                    {"explain"},
                                                    {"explain", "@daily", "--on=2026-02-30"},
                                                    {"validate"},
                                                    {"convert"},
                                                    {"list", "nightly"},
                                                    {"list", "--context="},
                                                    {"describe"},
                                                    {"why", "nightly"},
                                                    {"why", "--at=2026-01-01T00:00:00Z"},
                                                    {"run", "a", "b"},
                                                    {"suspend"},
                                                    {"forecast", "--hours=0"},
                                                    {"completion"}};
  for (const auto& arguments : wrong) {
    const Outcome outcome = run_with(arguments);
    EXPECT_EQ(outcome.code, kWrongUsage) << testing::PrintToString(arguments);
    EXPECT_THAT(outcome.err, HasSubstr("--help")) << testing::PrintToString(arguments);
    EXPECT_THAT(outcome.out, IsEmpty());
  }
}

TEST(CommandLine, SaysThatAnExpressionNeedsQuotes) {
  EXPECT_THAT(run_with({"next", "0", "2", "1", "1", "1"}).err, HasSubstr("must be in quotes"));
}

TEST(CommandLine, AnswersABatch) {
  const Outcome outcome =
      run_with({"next", "--batch"}, R"({"cron":"0 2 * * *","after":"2026-01-01T00:00:00Z"})");
  EXPECT_EQ(outcome.code, kFine);
  EXPECT_EQ(outcome.out, "{\"next\":[\"2026-01-01T02:00:00Z\"]}\n");
}

TEST(CommandLine, TakesItsZoneDataFromADirectory) {
  const ZoneDirectoryGuard guard;
  EXPECT_EQ(run_with({"--zoneinfo-dir", "/usr/share/zoneinfo", "next", "@daily"}).code, kFine);
  EXPECT_STREQ(std::getenv("TZDIR"), "/usr/share/zoneinfo");
}

TEST(CommandLine, RefusesADirectoryWithoutZoneData) {
  const ZoneDirectoryGuard guard;
  for (const char* directory : {"/nowhere", "/proc"}) {
    const Outcome outcome = run_with({"next", "@daily", "--zoneinfo-dir", directory});
    EXPECT_EQ(outcome.code, kWrongUsage);
    EXPECT_THAT(outcome.err, AllOf(StartsWith("--zoneinfo-dir: "), HasSubstr(directory)));
  }
}

}  // namespace
}  // namespace scheduledjob::cli
