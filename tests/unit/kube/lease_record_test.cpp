#include "kube/lease_record.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;

TEST(LeaseRecord, ReadsWhateverAnotherWriterLeft) {
  const auto lease = read_lease(
      R"({"metadata":{"resourceVersion":"7"},"spec":{"holderIdentity":null,"leaseDurationSeconds":"x","renewTime":5,"leaseTransitions":2}})");
  ASSERT_TRUE(lease.ok()) << lease.status();
  EXPECT_EQ(lease->record.holder, "");
  EXPECT_EQ(lease->record.duration, 0s);
  EXPECT_EQ(lease->record.transitions, 2);
  for (const char* text : {"", "[]", "{}", "{", R"({"metadata":{"resourceVersion":7}})"}) {
    EXPECT_EQ(read_lease(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(LeaseRecord, WritesMicroTimes) {
  EXPECT_EQ(micro_time(std::chrono::system_clock::time_point(1'700'000'000'000'007us)),
            "2023-11-14T22:13:20.000007Z");
}

}  // namespace
}  // namespace scheduledjob::kube
