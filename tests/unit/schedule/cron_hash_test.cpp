// H: a value that is stable for an object and spread over all of them.
#include <array>
#include <bit>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schedule/cron.hpp"

namespace scheduledjob::schedule {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

constexpr char kKey[] = "team-a/nightly-report";

CronFields fields(std::string_view expression, std::string_view key = kKey) {
  return Cron::parse(expression, key).value().fields();
}

std::string error(std::string_view expression, std::string_view key = kKey) {
  return std::string(Cron::parse(expression, key).status().message());
}

std::string key_of(int object) {
  return fmt::format("team-{}/job-{}", object % 7, object);
}

// How often each value is chosen by many objects.
template <std::size_t size>
std::array<int, size> chosen(std::string_view expression, std::uint64_t (*mask_of)(const CronFields&)) {
  std::array<int, size> result{};
  for (int object = 0; object < 1000 * static_cast<int>(size); ++object) {
    const std::uint64_t mask = mask_of(fields(expression, key_of(object)));
    EXPECT_EQ(std::popcount(mask), 1);
    ++result.at(static_cast<std::size_t>(std::countr_zero(mask)));
  }
  return result;
}

TEST(CronHash, StandsForTheSameValueInEveryReleaseAndReplica) {
  // Literals on purpose: another value here would move the runs of every user at an upgrade.
  EXPECT_EQ(fields("H H * * *").minutes, std::uint64_t{1} << 26);
  EXPECT_EQ(fields("H H * * *").hours, std::uint32_t{1} << 13);
  EXPECT_EQ(fields("H H H H H"), fields("H H H H H"));
}

TEST(CronHash, SpreadsObjectsEvenly) {
  EXPECT_THAT(chosen<60>("H * * * *", [](const CronFields& f) { return f.minutes; }),
              Each(AllOf(Ge(850), Le(1150))));
  EXPECT_THAT(chosen<24>("0 H * * *", [](const CronFields& f) { return std::uint64_t{f.hours}; }),
              Each(AllOf(Ge(850), Le(1150))));
}

TEST(CronHash, ChoosesEachFieldByItself) {
  int same = 0;
  for (int object = 0; object < 1000; ++object) {
    const CronFields f = fields("H H * * *", key_of(object));
    if (std::countr_zero(f.minutes) == std::countr_zero(f.hours)) ++same;
  }
  EXPECT_LT(same, 40) << "one in sixty by chance";
}

TEST(CronHash, KeepsToDaysThatEveryMonthHas) {
  std::uint32_t seen = 0;
  for (int object = 0; object < 2000; ++object) seen |= fields("0 0 H * *", key_of(object)).days;
  EXPECT_EQ(seen, 0x1ffffffeU) << "the 1st to the 28th";
}

TEST(CronHash, KeepsToARange) {
  std::uint32_t seen = 0;
  for (int object = 0; object < 500; ++object) seen |= fields("0 H(2-5) * * *", key_of(object)).hours;
  EXPECT_EQ(seen, 0b111100U);
  std::uint8_t weekdays = 0;
  for (int object = 0; object < 500; ++object) {
    weekdays |= fields("0 0 * * h(mon-fri)", key_of(object)).weekdays;
  }
  EXPECT_EQ(weekdays, 0b0111110);
}

TEST(CronHash, BeginsAStepSomewhereInItsFirst) {
  std::uint64_t beginnings = 0;
  for (int object = 0; object < 500; ++object) {
    const std::uint64_t minutes = fields("H/15 * * * *", key_of(object)).minutes;
    EXPECT_EQ(std::popcount(minutes), 4);
    const int first = std::countr_zero(minutes);
    EXPECT_EQ(minutes, (std::uint64_t{1} << first) * 0x200040008001);
    beginnings |= minutes & 0x7fff;
  }
  EXPECT_EQ(beginnings, 0x7fffU) << "minutes 0 to 14";
  EXPECT_EQ(std::popcount(fields("H(0-29)/10 * * * *").minutes), 3);
}

TEST(CronHash, OfHoursIsFixedAndInStepsRepeating) {
  EXPECT_FALSE(fields("H H(0-7) * * *").repeating);
  EXPECT_TRUE(fields("H H/6 * * *").repeating);
}

TEST(CronHash, RestrictsItsDayField) {
  EXPECT_FALSE(fields("0 0 H * *").any_day);
  EXPECT_FALSE(fields("0 0 * * H").any_weekday);
}

TEST(CronHash, IsRefusedWhereThereIsNoObject) {
  EXPECT_EQ(error("0 H * * *", ""),
            "hour H is spread by the namespace and name of an object; there is none here, column 3");
}

TEST(CronHash, ErrorsNameWhatIsAllowed) {
  EXPECT_EQ(error("H5 * * * *"), "minute \"H5\" is not of the form H, H(0-59) or H/2, column 1");
  EXPECT_EQ(error("H( * * * *"), "minute \"H(\" is not of the form H, H(0-59) or H/2, column 1");
  EXPECT_EQ(error("H() * * * *"), "minute \"H()\" is not of the form H, H(0-59) or H/2, column 1");
  EXPECT_EQ(error("H(0-61) * * * *"), "minute 61 is outside 0–59, column 5");
  EXPECT_THAT(error("H(9-5) * * * *"), HasSubstr("runs backwards"));
  EXPECT_EQ(error("H(0-4)/10 * * * *"), "minute step 10 is longer than the 5 values of H, column 1");
  EXPECT_EQ(error("0 0 0 1 1 ? H"), "a year can't be spread by H, column 13");
}

}  // namespace
}  // namespace scheduledjob::schedule
