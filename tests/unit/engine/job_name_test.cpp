#include "engine/job_name.hpp"

#include <string>

#include <gtest/gtest.h>

namespace scheduledjob::engine {
namespace {

constexpr schedule::NominalTime kTime{std::chrono::seconds{1774747800}};  // 2026-03-29T01:30:00Z

TEST(JobName, TellsOwnerAndTimeAndNeverChanges) {
  EXPECT_EQ(job_name("nightly-report", "7d1f8e9a-2c33-4a7e-9a41-0c1d2e3f4a5b", kTime),
            "nightly-report-20260329-013000-d4b87");
}

TEST(JobName, DiffersForAnObjectRecreatedUnderTheSameName) {
  EXPECT_NE(job_name("report", "uid-1", kTime), job_name("report", "uid-2", kTime));
}

TEST(JobName, DiffersFromSecondToSecond) {
  EXPECT_NE(job_name("report", "uid", kTime), job_name("report", "uid", kTime + std::chrono::seconds{1}));
}

TEST(JobName, LeavesRoomForTheIndexOfAnyIndexedJobInAHostName) {
  const std::string name = job_name(std::string(253, 'x'), "uid", kTime);
  EXPECT_LE(name.size(), 52u);
}

TEST(JobName, IsADnsLabelWhateverTheOwnerIsCalled) {
  EXPECT_EQ(job_name("a.b.c", "uid", kTime).substr(0, 6), "a-b-c-");
  const std::string cut_at_a_dash = job_name(std::string(29, 'x') + "-tail", "uid", kTime);
  EXPECT_EQ(cut_at_a_dash.find("--"), std::string::npos);
}

}  // namespace
}  // namespace scheduledjob::engine
