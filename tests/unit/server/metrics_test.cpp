#include "server/metrics.hpp"

#include <chrono>
#include <ctime>
#include <limits>
#include <sstream>
#include <string>
#include <string_view>
#include <unordered_set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::server {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

std::string page_of(const runtime::Telemetry& telemetry) {
  return metrics_page(telemetry.snapshot(), {.version = "1.2.3", .lease_name = "the-lease"});
}

// The value after `series` at the start of a line, or NaN.
double value_of(const std::string& page, std::string_view series) {
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(std::string(series) + ' ')) return std::stod(line.substr(series.size() + 1));
  }
  return std::numeric_limits<double>::quiet_NaN();
}

TEST(Metrics, CountOutcomesByReason) {
  runtime::Telemetry telemetry;
  telemetry.record_outcome("Succeeded", "");
  telemetry.record_outcome("Skipped", "Overlap", 41);
  telemetry.record_outcome("Skipped", "Overlap");
  const std::string page = page_of(telemetry);
  EXPECT_THAT(page, HasSubstr("# TYPE scheduledjob_run_outcomes_total counter\n"));
  EXPECT_EQ(value_of(page, R"(scheduledjob_run_outcomes_total{outcome="Skipped",reason="Overlap"})"), 42);
  EXPECT_EQ(value_of(page, R"(scheduledjob_run_outcomes_total{outcome="Succeeded",reason=""})"), 1);
}

TEST(Metrics, ShowLatenessAsACumulativeHistogram) {
  runtime::Telemetry telemetry;
  telemetry.record_start_lateness(microseconds(400));
  telemetry.record_start_lateness(milliseconds(1));
  telemetry.record_start_lateness(milliseconds(30));
  telemetry.record_start_lateness(seconds(1000));
  const std::string page = page_of(telemetry);
  EXPECT_THAT(page, HasSubstr("# TYPE scheduledjob_start_lateness_seconds histogram\n"));
  EXPECT_EQ(value_of(page, R"(scheduledjob_start_lateness_seconds_bucket{le="0.001"})"), 2);
  EXPECT_EQ(value_of(page, R"(scheduledjob_start_lateness_seconds_bucket{le="0.05"})"), 3);
  EXPECT_EQ(value_of(page, R"(scheduledjob_start_lateness_seconds_bucket{le="300"})"), 3);
  EXPECT_EQ(value_of(page, R"(scheduledjob_start_lateness_seconds_bucket{le="+Inf"})"), 4);
  EXPECT_EQ(value_of(page, "scheduledjob_start_lateness_seconds_count"), 4);
  EXPECT_NEAR(value_of(page, "scheduledjob_start_lateness_seconds_sum"), 1000.0314, 1e-6);
}

TEST(Metrics, UseTheNamesThatDashboardsForClientGoKnow) {
  runtime::Telemetry telemetry;
  telemetry.record_api_request({"POST", "jobs"}, 201, milliseconds(7));
  telemetry.record_api_request({"POST", "jobs"}, 0, seconds(30));
  telemetry.set_leader(true);
  telemetry.task_added(runtime::Lane::kStatus, 4);
  telemetry.task_taken(runtime::Lane::kStatus, 3, milliseconds(20));
  telemetry.task_ended(runtime::Lane::kStatus, milliseconds(5));
  const std::string page = page_of(telemetry);
  EXPECT_EQ(value_of(page, R"(rest_client_requests_total{code="201",method="POST",resource="jobs"})"), 1);
  EXPECT_EQ(value_of(page, R"(rest_client_requests_total{code="<error>",method="POST",resource="jobs"})"), 1);
  EXPECT_EQ(value_of(page, R"(rest_client_request_duration_seconds_count{resource="jobs",verb="POST"})"), 2);
  EXPECT_EQ(value_of(page, R"(leader_election_master_status{name="the-lease"})"), 1);
  EXPECT_EQ(value_of(page, R"(workqueue_depth{name="status"})"), 3);
  EXPECT_EQ(value_of(page, R"(workqueue_depth{name="create"})"), 0);
  EXPECT_EQ(value_of(page, R"(workqueue_adds_total{name="status"})"), 1);
  EXPECT_EQ(value_of(page, R"(workqueue_queue_duration_seconds_sum{name="status"})"), 0.02);
  EXPECT_EQ(value_of(page, R"(workqueue_work_duration_seconds_sum{name="status"})"), 0.005);
}

TEST(Metrics, ShowTheStateOfTheMoment) {
  runtime::Telemetry telemetry;
  telemetry.set_scheduled_jobs(12);
  telemetry.set_active_runs(5);
  telemetry.set_stuck_runs(3);
  telemetry.set_waiting_runs(4);
  telemetry.set_requests_in_flight(2);
  telemetry.set_in_flight_limit(12);
  telemetry.set_caches_synced(true);
  telemetry.set_clock_skew(milliseconds(-2500));
  telemetry.record_watch_disturbance("jobs");
  telemetry.record_dropped_event();
  const std::string page = page_of(telemetry);
  EXPECT_EQ(value_of(page, "scheduledjob_objects"), 12);
  EXPECT_EQ(value_of(page, "scheduledjob_active_runs"), 5);
  EXPECT_EQ(value_of(page, "scheduledjob_stuck_runs"), 3);
  EXPECT_EQ(value_of(page, "scheduledjob_waiting_runs"), 4);
  EXPECT_EQ(value_of(page, "scheduledjob_write_requests_in_flight"), 2);
  EXPECT_EQ(value_of(page, "scheduledjob_write_requests_in_flight_limit"), 12);
  EXPECT_EQ(value_of(page, "scheduledjob_caches_synced"), 1);
  EXPECT_EQ(value_of(page, "scheduledjob_clock_skew_seconds"), -2.5);
  EXPECT_EQ(value_of(page, R"(scheduledjob_watch_disturbances_total{resource="jobs"})"), 1);
  EXPECT_EQ(value_of(page, "scheduledjob_events_dropped_total"), 1);
}

TEST(Metrics, EscapeWhatALabelHolds) {
  runtime::Telemetry telemetry;
  telemetry.record_outcome("Failed", "a \"quote\"\nand a line");
  EXPECT_THAT(page_of(telemetry), HasSubstr(R"(reason="a \"quote\"\nand a line"})"));
}

TEST(Metrics, TellAboutTheProcess) {
  const std::string page = page_of(runtime::Telemetry());
  EXPECT_EQ(value_of(page, R"(scheduledjob_build_info{version="1.2.3"})"), 1);
  EXPECT_GT(value_of(page, "process_resident_memory_bytes"), 1e6);
  EXPECT_LT(value_of(page, "process_resident_memory_bytes"), 1e12);
  EXPECT_GE(value_of(page, "process_open_fds"), 3);
  EXPECT_GE(value_of(page, "process_cpu_seconds_total"), 0);
  const double now = static_cast<double>(std::time(nullptr));
  EXPECT_NEAR(value_of(page, "process_start_time_seconds"), now, 600);
}

TEST(Metrics, NameEachFamilyOnce) {
  runtime::Telemetry telemetry;
  std::istringstream lines(page_of(telemetry));
  std::unordered_set<std::string> families;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      EXPECT_TRUE(families.insert(line).second) << line;
    }
  }
  EXPECT_FALSE(families.empty());
}

}  // namespace
}  // namespace scheduledjob::server
