// Queries of a compiled schedule allocate nothing. This program counts every allocation it makes.
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/schedule/support.hpp"

namespace {

std::atomic<std::size_t> allocations{0};

void* allocated(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
  ++allocations;
  const std::size_t units = std::max<std::size_t>((size + alignment - 1) / alignment, 1);
  void* const memory = std::aligned_alloc(alignment, units * alignment);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

// All of them, for the library's own need not call one another.
void* operator new(std::size_t size) {
  return allocated(size);
}
void* operator new[](std::size_t size) {
  return allocated(size);
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocated(size);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocated(size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocated(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocated(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace scheduledjob::schedule {
namespace {

// Moments in all the years, jumps of clocks and both ends among them.
std::vector<NominalTime> moments() {
  std::vector<NominalTime> result{NominalTime::min(), kEarliestInstant, kLatestInstant, NominalTime::max()};
  for (const char* jump : {"2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2150-03-29T01:00:00Z"}) {
    for (int minutes = -90; minutes <= 90; minutes += 30) {
      result.push_back(utc(jump) + std::chrono::minutes{minutes});
    }
  }
  for (int year = 1970; year < 2200; year += 10) {
    result.push_back(std::chrono::sys_days{std::chrono::year{year} / 7 / 4});
  }
  return result;
}

std::size_t allocations_of_queries(const Schedule& schedule) {
  const std::vector<NominalTime> times = moments();
  const std::size_t before = allocations;
  for (const NominalTime time : times) {
    (void)schedule.next_after(time);
    (void)schedule.latest_through(time);
    (void)schedule.count_between(time, std::min(time, kLatestInstant) + std::chrono::days{40});
  }
  return allocations - before;
}

std::size_t allocations_of_queries(std::vector<Entry> entries, std::string zone = "",
                                   DaylightSaving policy = {}) {
  return allocations_of_queries(compiled(definition(std::move(entries), std::move(zone), policy)));
}

TEST(Allocation, IsCounted) {
  const std::size_t before = allocations;
  const Schedule schedule = compiled(definition({cron("0 2 * * *")}));
  EXPECT_GT(allocations, before);
  const std::size_t after = allocations;
  delete[] new std::array<char, 128>[ 2 ];
  EXPECT_EQ(allocations, after + 1);
}

TEST(Allocation, NoQueryOfAPlainScheduleAllocates) {
  EXPECT_EQ(allocations_of_queries({cron("*/15 * * * *")}), 0U);
  EXPECT_EQ(allocations_of_queries({cron("0 0 L-3,15W * 5L,MON#2")}), 0U);
}

TEST(Allocation, NoQueryOfAZonedScheduleAllocates) {
  for (const SkippedTime skipped : {SkippedTime::kRunAfterGap, SkippedTime::kSkip}) {
    for (const RepeatedTime repeated : {RepeatedTime::kRunOnce, RepeatedTime::kRunTwice}) {
      const DaylightSaving policy{skipped, repeated};
      EXPECT_EQ(allocations_of_queries({cron("30 2 * * *")}, "Europe/Berlin", policy), 0U);
      EXPECT_EQ(allocations_of_queries({cron("*/20 * * * *")}, "Europe/Berlin", policy), 0U);
    }
  }
}

TEST(Allocation, NoQueryOfARareScheduleAllocates) {
  EXPECT_EQ(allocations_of_queries({cron("0 0 29 2 *")}, "America/New_York"), 0U);
  EXPECT_EQ(allocations_of_queries({cron("0 0 0 29 2 MON 2044-2199")}, "America/New_York"), 0U);
  EXPECT_EQ(allocations_of_queries({cron("59 59 23 31 12 ? 2199")}), 0U);
}

TEST(Allocation, NoQueryOfAnIntervalAllocates) {
  EXPECT_EQ(allocations_of_queries({every(std::chrono::seconds{90})}), 0U);
  EXPECT_EQ(allocations_of_queries({cron("@every 1h30m")}), 0U);
}

TEST(Allocation, NoQueryOfASingleInstantAllocates) {
  EXPECT_EQ(allocations_of_queries({once("2026-03-29T02:30:00")}, "Europe/Berlin"), 0U);
  EXPECT_EQ(allocations_of_queries({once("2026-12-31T23:59:59Z")}), 0U);
}

TEST(Allocation, NoQueryOfAUnionAllocates) {
  EXPECT_EQ(allocations_of_queries({cron("30 2 * * *"), cron("0 9-17 * * MON-FRI"), cron("0 0 29 2 *"),
                                    every(std::chrono::minutes{7}), every(std::chrono::minutes{11}),
                                    once("2026-10-25T02:30:00"), once("2026-12-31T23:59:59Z")},
                                   "Europe/Berlin"),
            0U);
  EXPECT_EQ(allocations_of_queries(std::vector<Entry>(100, cron("*/5 1-3 * * *")), "Europe/Berlin"), 0U);
}

TEST(Allocation, NoQueryWithinBoundsAllocates) {
  Definition bounded = definition({cron("0 * * * *"), every(std::chrono::hours{5})}, "Asia/Tokyo");
  bounded.not_before = utc("2020-01-01T00:00:00Z");
  bounded.not_after = utc("2030-01-01T00:00:00Z");
  EXPECT_EQ(allocations_of_queries(compiled(bounded)), 0U);
}

TEST(Allocation, NoCopyOfAScheduleAllocates) {
  const Schedule schedule = compiled(definition({cron("0 2 * * *")}, "Europe/Berlin"));
  const std::size_t before = allocations;
  const Schedule copy = schedule;
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(copy.next_after(kEarliestInstant), schedule.next_after(kEarliestInstant));
}

}  // namespace
}  // namespace scheduledjob::schedule
