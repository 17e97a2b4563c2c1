// What reading and writing JSON asks of the heap.
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "api/codec.hpp"
#include "api/job_manifest.hpp"
#include "bench/support/allocations.hpp"
#include "bench/support/fleet.hpp"
#include "cost/bounds.hpp"

namespace scheduledjob::bench {
namespace {

// Of the second time: what is made once and kept is not counted.
template <class Work>
double allocations_of(const Work& work) {
  work();
  const Allocations before = allocations();
  work();
  return static_cast<double>((allocations() - before).count);
}

const std::string& text() {
  static const std::string json = scheduled_job_json(1, std::chrono::hours{2});
  return json;
}

TEST(Decoding, AllocatesSoOftenForAScheduledJob) {
  expect_at_most_about("decoding a ScheduledJob, in allocations",
                       allocations_of([] { ASSERT_TRUE(api::decode_scheduled_job(text()).ok()); }), 17);
}

TEST(Encoding, AllocatesSoOftenForAJob) {
  const auto owner = api::decode_scheduled_job(text());
  ASSERT_TRUE(owner.ok());
  const api::RunIdentity run{"report-1-20260310-020000-abcde", api::NominalTime{std::chrono::hours{2}}};
  expect_at_most_about("writing a Job, in allocations", allocations_of([&] {
                         ASSERT_TRUE(api::job_manifest(*owner, run, std::chrono::hours{168}).ok());
                       }),
                       48);
}

TEST(Encoding, AllocatesSoOftenForAStatus) {
  api::ScheduledJobStatus status;
  status.observed_generation = 1;
  status.conditions.push_back({"Ready", api::ConditionStatus::kTrue, 1, {}, "Scheduled", "As asked"});
  status.next_schedule_times.assign(api::kMaxNextTimes, api::NominalTime{std::chrono::hours{2}});
  status.recent_runs.resize(api::kMaxRecentRuns);
  expect_at_most_about("writing a status, in allocations",
                       allocations_of([&] { ASSERT_FALSE(api::encode_status_patch(status, 7).empty()); }),
                       27);
}

}  // namespace
}  // namespace scheduledjob::bench
