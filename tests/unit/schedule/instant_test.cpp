#include "schedule/instant.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::schedule {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using testing::HasSubstr;

std::int64_t unix_of(std::string_view text) {
  const auto time = parse_rfc3339(text);
  EXPECT_TRUE(time.ok()) << time.status();
  return time.ok() ? time->time_since_epoch().count() : -1;
}

TEST(Rfc3339, ReadsUtcAndOffsets) {
  EXPECT_EQ(unix_of("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(unix_of("2026-03-29T01:30:00Z"), 1774747800);
  EXPECT_EQ(unix_of("2026-03-29T03:30:00+02:00"), 1774747800);
  EXPECT_EQ(unix_of("2026-03-28T20:00:00-05:30"), 1774747800);
  EXPECT_EQ(unix_of("2199-12-31T23:59:59Z"), kLatestInstant.time_since_epoch().count());
}

TEST(Rfc3339, CutsFractionsOff) {
  EXPECT_EQ(unix_of("2026-03-29T01:30:00.999999999Z"), 1774747800);
  EXPECT_EQ(unix_of("2026-03-29T01:30:00.5+00:00"), 1774747800);
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const auto* text : {"",
                           "2026-03-29",
                           "2026-03-29T01:30Z",
                           "2026-03-29T01:30:00",
                           "2026-03-29 01:30:00Z",
                           "2026-03-29t01:30:00z",
                           "2026-02-29T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-10T00:00:00Z",
                           "2026-03-29T24:00:00Z",
                           "2026-03-29T23:60:00Z",
                           "2026-03-29T23:59:60Z",
                           "2026-03-29T01:30:00.Z",
                           "2026-03-29T01:30:00+24:00",
                           "2026-03-29T01:30:00+02:60",
                           "2026-03-29T01:30:00+0200",
                           "2026-03-29T01:30:00Zx",
                           " 2026-03-29T01:30:00Z",
                           "+026-03-29T01:30:00Z",
                           "2026-03-29T01:30:00−02:00",
                           "2026-03-29T01:30:00.00000000000000000000000000000000000000000000Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_THAT(std::string(time.status().message()), HasSubstr("such as 2026-03-29T01:30:00Z")) << text;
  }
}

TEST(Rfc3339, RefusesYearsThatCantBeNamed) {
  for (const auto* text : {"1969-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "1970-01-01T00:00:00+00:01"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time.ok()) << text;
    EXPECT_THAT(std::string(time.status().message()), HasSubstr("outside the years 1970–2199"));
  }
}

TEST(Rfc3339, WritesTwentyCharacters) {
  EXPECT_EQ(format_rfc3339(NominalTime{seconds{1774747800}}), "2026-03-29T01:30:00Z");
  EXPECT_EQ(format_rfc3339(kEarliestInstant), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(kLatestInstant), "2199-12-31T23:59:59Z");
}

TEST(Rfc3339, WritesMicroseconds) {
  EXPECT_EQ(format_rfc3339_micro(Instant{microseconds{1774747800000042}}), "2026-03-29T01:30:00.000042Z");
  EXPECT_EQ(format_rfc3339_micro(Instant{microseconds{1774747800999999}}), "2026-03-29T01:30:00.999999Z");
}

TEST(Rfc3339, ReadsWhatItWrites) {
  for (std::int64_t second = 0; second <= kLatestInstant.time_since_epoch().count(); second += 86'413'337) {
    const NominalTime time{seconds{second}};
    EXPECT_EQ(parse_rfc3339(format_rfc3339(time)).value(), time);
    EXPECT_EQ(parse_rfc3339(format_rfc3339_micro(time)).value(), time);
  }
}

seconds duration_of(std::string_view text) {
  const auto duration = parse_duration(text);
  EXPECT_TRUE(duration.ok()) << duration.status();
  return duration.value_or(seconds{-1});
}

TEST(Duration, ReadsGoNotationOfWholeSeconds) {
  EXPECT_EQ(duration_of("90s"), seconds{90});
  EXPECT_EQ(duration_of("1h30m"), seconds{5400});
  EXPECT_EQ(duration_of("1h0m1s"), seconds{3601});
  EXPECT_EQ(duration_of("1.5h"), seconds{5400});
  EXPECT_EQ(duration_of(".5m"), seconds{30});
  EXPECT_EQ(duration_of("1.m"), seconds{60});
  EXPECT_EQ(duration_of("0.1h"), seconds{360});
  EXPECT_EQ(duration_of("60000ms"), seconds{60});
  EXPECT_EQ(duration_of("500ms500000us"), seconds{1});
  EXPECT_EQ(duration_of("1000000µs1000000000ns"), seconds{2});
  EXPECT_EQ(duration_of("00001s"), seconds{1});
}

TEST(Duration, KnowsDaysAndWeeks) {
  EXPECT_EQ(duration_of("2d"), seconds{2 * 86400});
  EXPECT_EQ(duration_of("1w2d3h4m5s"), seconds{604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5});
}

TEST(Duration, EndsAtTenYears) {
  EXPECT_EQ(duration_of("3653d"), seconds{3653 * 86400});
  for (const auto* text :
       {"3653d1s", "3654d", "10000w", "999999999999999999999999h", "99999999999999999999999999999999ns"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration.ok()) << text;
    EXPECT_THAT(std::string(duration.status().message()), HasSubstr("longer than ten years"));
  }
}

TEST(Duration, ZeroNeedsPermission) {
  EXPECT_FALSE(parse_duration("0s").ok());
  EXPECT_FALSE(parse_duration("0").ok());
  EXPECT_EQ(parse_duration("0s", true).value(), seconds{0});
  EXPECT_EQ(parse_duration("0", true).value(), seconds{0});
  EXPECT_FALSE(parse_duration("", true).ok());
}

TEST(Duration, RefusesFractionsOfASecond) {
  EXPECT_EQ(std::string(parse_duration("1500ms").status().message()),
            "\"1500ms\" is not a whole number of seconds");
  EXPECT_EQ(std::string(parse_duration("1ms").status().message()), "\"1ms\" is too short: the least is 1s");
  EXPECT_FALSE(parse_duration("1ms", true).ok());
}

TEST(Duration, RefusesEverythingElse) {
  for (const auto* text : {"", "5", "s", ".s", "-5s", "+5s", "5 s", " 5s", "5s ", "5x", "1h30", "1e3s",
                           "1h-5m", "1..5s", "٣s", "h1"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration.ok()) << text;
    EXPECT_THAT(std::string(duration.status().message()),
                HasSubstr("is not a duration such as 90s, 1h30m or 2d"))
        << text;
  }
  EXPECT_FALSE(parse_duration(std::string(1000, '1') + "s").ok());
}

}  // namespace
}  // namespace scheduledjob::schedule
