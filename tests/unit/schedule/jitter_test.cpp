#include "schedule/jitter.hpp"

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace scheduledjob::schedule {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::string_view kUid = "3e9f0c5e-6d0e-4bb4-9a35-0c8cf0ad5d1a";
constexpr NominalTime kTime{seconds{1774747800}};

// These numbers are a promise to replicas of other versions.
TEST(Jitter, NeverChangesBetweenReleases) {
  EXPECT_EQ(jitter(kUid, kTime, seconds{300}, std::nullopt), milliseconds{223897});
  EXPECT_EQ(jitter(kUid, kTime + seconds{60}, seconds{300}, std::nullopt), milliseconds{41613});
  EXPECT_EQ(jitter("", NominalTime{}, seconds{3600}, std::nullopt), milliseconds{3447624});
  EXPECT_EQ(jitter("b", kTime, seconds{86400}, std::nullopt), milliseconds{56952341});
}

TEST(Jitter, IsNothingWithoutRoom) {
  EXPECT_EQ(jitter(kUid, kTime, seconds{0}, std::nullopt), milliseconds{0});
  EXPECT_EQ(jitter(kUid, kTime, seconds{-5}, std::nullopt), milliseconds{0});
  EXPECT_EQ(jitter(kUid, kTime, seconds{300}, kTime), milliseconds{0});
}

TEST(Jitter, StaysBelowItsMaximumAndBeforeTheNextInstant) {
  for (int i = 0; i < 20'000; ++i) {
    const NominalTime time = kTime + seconds{i};
    EXPECT_LT(jitter(kUid, time, seconds{300}, std::nullopt), seconds{300});
    EXPECT_LT(jitter(kUid, time, seconds{300}, time + seconds{2}), seconds{2});
    EXPECT_GE(jitter(kUid, time, seconds{300}, time + seconds{1}), seconds{0});
  }
  EXPECT_LT(jitter(kUid, kTime, seconds::max(), std::nullopt), std::chrono::hours{24 * 366 * 300});
}

// Chi-square over 100 equal parts: 99 degrees of freedom, beyond 148.2 once in a thousand.
void expect_uniform(const std::array<int, 100>& parts, int total) {
  double chi_square = 0;
  const double expected = total / 100.0;
  for (const int part : parts) chi_square += (part - expected) * (part - expected) / expected;
  EXPECT_LT(chi_square, 148.2);
}

TEST(Jitter, IsUniformOverTheInstantsOfOneObject) {
  std::array<int, 100> parts{};
  for (int i = 0; i < 100'000; ++i) {
    ++parts[static_cast<std::size_t>(jitter(kUid, kTime + seconds{60 * i}, seconds{300}, std::nullopt) /
                                     milliseconds{3000})];
  }
  expect_uniform(parts, 100'000);
}

TEST(Jitter, IsUniformOverTheObjectsOfOneInstant) {
  std::array<int, 100> parts{};
  for (int i = 0; i < 100'000; ++i) {
    const std::string uid = fmt::format("3e9f0c5e-6d0e-4bb4-9a35-{:012x}", i);
    ++parts[static_cast<std::size_t>(jitter(uid, kTime, seconds{300}, std::nullopt) / milliseconds{3000})];
  }
  expect_uniform(parts, 100'000);
}

}  // namespace
}  // namespace scheduledjob::schedule
