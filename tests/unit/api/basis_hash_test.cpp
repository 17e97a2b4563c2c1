#include <set>

#include <gtest/gtest.h>

#include "api/compile.hpp"
#include "samples.hpp"

namespace scheduledjob::api {
namespace {

std::string hash_of(std::string_view members) {
  return basis_hash(
      decode_scheduled_job(scheduled_job_json(fmt::format(R"({},"jobTemplate":{})", members, kPlainTemplate)))
          ->spec.value());
}

const std::string kDaily = R"("schedule":"0 2 * * *")";

// Stored in the status of every object: another value after an upgrade would count as an edit of them all.
TEST(BasisHash, NeverChangesBetweenReleases) {
  EXPECT_EQ(hash_of(kDaily), "de0c7a8d88025016");
  EXPECT_EQ(
      hash_of(
          R"("schedule":"0 2 * * *","schedules":[{"every":"90s"},{"every":"1h","anchor":"2026-01-01T00:00:00Z"},
                       {"at":"2026-12-31T23:59:59"}],"timeZone":"Europe/Berlin","notBefore":"2026-01-01T00:00:00Z",
                       "notAfter":"2027-01-01T00:00:00Z","jitter":"5m","suspend":true,
                       "daylightSaving":{"skippedTime":"Skip","repeatedTime":"RunTwice"})"),
      "bbfbf9af536df5f3");
}

TEST(BasisHash, ChangesWithEverythingThatDeterminesInstants) {
  const std::vector<std::string> specs = {
      kDaily,
      R"("schedule":"1 2 * * *")",
      R"("schedules":[{"every":"1m"}])",
      R"("schedules":[{"every":"2m"}])",
      R"("schedules":[{"every":"1m","anchor":"2026-01-01T00:00:01Z"}])",
      R"("schedules":[{"at":"2026-01-01T00:00:00Z"}])",
      R"("schedules":[{"at":"2026-01-01T00:00:00"}])",
      kDaily + R"(,"schedules":[{"every":"1m"}])",
      kDaily + R"(,"timeZone":"Europe/Berlin")",
      kDaily + R"(,"notBefore":"2026-01-01T00:00:00Z")",
      kDaily + R"(,"notAfter":"2026-01-01T00:00:00Z")",
      kDaily + R"(,"daylightSaving":{"skippedTime":"Skip"})",
      kDaily + R"(,"daylightSaving":{"repeatedTime":"RunTwice"})",
      kDaily + R"(,"jitter":"1s")",
      kDaily + R"(,"suspend":true)",
  };
  std::set<std::string> hashes;
  for (const std::string& spec : specs) {
    EXPECT_TRUE(hashes.insert(hash_of(spec)).second) << spec;
  }
}

TEST(BasisHash, DoesNotChangeWithWhatHasNoBearingOnInstants) {
  EXPECT_EQ(hash_of(kDaily),
            hash_of(kDaily + R"(,"concurrencyPolicy":"Forbid","startingDeadlineSeconds":5,"maxCatchUpRuns":7,
      "successfulJobsHistoryLimit":9,"failedJobsHistoryLimit":9,"suspendAfterFailures":2,"missedRunPolicy":"All")"));
}

TEST(BasisHash, DoesNotTellDefaultsFromTheirExplicitValues) {
  EXPECT_EQ(hash_of(kDaily),
            hash_of(kDaily + R"(,"daylightSaving":{"skippedTime":"RunAfterGap","repeatedTime":"RunOnce"},
      "timeZone":"UTC","jitter":"0s","suspend":false,"schedules":[])"));
  EXPECT_EQ(hash_of(R"("schedules":[{"every":"1m"}])"),
            hash_of(R"("schedules":[{"every":"1m","anchor":"1970-01-01T00:00:00Z"}])"));
}

TEST(BasisHash, DoesNotTellWaysOfWritingApart) {
  EXPECT_EQ(hash_of(kDaily), hash_of(R"("schedules":[{"cron":"0 2 * * *"}])"));
  EXPECT_EQ(hash_of(kDaily), hash_of(R"("schedule":" 0  2 * *\t* ")"));
  EXPECT_EQ(hash_of(R"("schedules":[{"every":"1m"}])"), hash_of(R"("schedules":[{"every":"60s"}])"));
  EXPECT_EQ(hash_of(R"("schedules":[{"at":"2026-01-01T01:00:00+01:00"}])"),
            hash_of(R"("schedules":[{"at":"2026-01-01T00:00:00Z"}])"));
}

TEST(BasisHash, DoesNotDependOnTheOrderOrRepetitionOfSchedules) {
  EXPECT_EQ(hash_of(R"("schedules":[{"every":"1m"},{"cron":"@daily"}])"),
            hash_of(R"("schedules":[{"cron":"@daily"},{"every":"1m"}])"));
  EXPECT_EQ(hash_of(kDaily), hash_of(kDaily + R"(,"schedules":[{"cron":"0 2 * * *"}])"));
}

}  // namespace
}  // namespace scheduledjob::api
