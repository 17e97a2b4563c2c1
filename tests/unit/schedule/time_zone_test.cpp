#include "schedule/time_zone.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "schedule/zone_data.hpp"
#include "schedule/zone_names.hpp"
#include "unit/schedule/support.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

std::string error_of(std::string_view name) {
  const auto zone = TimeZone::load(name);
  return zone.ok() ? "" : std::string(zone.status().message());
}

std::vector<std::string> every_zone() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::recursive_directory_iterator(zone_directory())) {
    std::string name = std::filesystem::relative(file.path(), zone_directory()).string();
    if (file.is_regular_file() && is_zone(name)) names.push_back(std::move(name));
  }
  return names;
}

TEST(TimeZone, StretchesFollowEachOtherWithoutAHole) {
  const TimeZone berlin = TimeZone::load("Europe/Berlin").value();
  ASSERT_GT(berlin.stretch_count(), 400U) << "two a year since 1980, up to 2199";
  for (std::size_t i = 1; i < berlin.stretch_count(); ++i) {
    EXPECT_EQ(berlin.stretch(i - 1).end, berlin.stretch(i).begin);
    EXPECT_NE(berlin.stretch(i - 1).offset, berlin.stretch(i).offset);
  }
  EXPECT_LT(berlin.stretch(0).begin, kEarliestInstant);
  EXPECT_GT(berlin.stretch(berlin.stretch_count() - 1).end, kLatestInstant);
}

TEST(TimeZone, FindsTheStretchOfAMoment) {
  const TimeZone berlin = TimeZone::load("Europe/Berlin").value();
  const auto offset_at = [&](NominalTime time) { return berlin.stretch(berlin.stretch_at(time)).offset; };
  EXPECT_EQ(offset_at(utc("2026-03-29T00:59:59Z")), seconds{3600});
  EXPECT_EQ(offset_at(utc("2026-03-29T01:00:00Z")), seconds{7200});
  EXPECT_EQ(berlin.stretch_at(NominalTime::min()), 0U);
  EXPECT_EQ(berlin.stretch_at(NominalTime::max()), berlin.stretch_count() - 1);
}

// The engine looks one stretch back for what a jump repeats. That is enough as long as no zone jumps twice in
// so short a time.
TEST(TimeZone, EveryZoneOfTheSystemIsReadExactly) {
  const std::vector<std::string> names = every_zone();
  ASSERT_GT(names.size(), 400U);
  for (const std::string& name : names) {
    const auto zone = TimeZone::load(name);
    ASSERT_TRUE(zone.ok()) << zone.status();
    absl::TimeZone reference;
    ASSERT_TRUE(absl::LoadTimeZone(name, &reference));
    const auto offset_at = [&](NominalTime time) {
      return seconds{reference.At(absl::FromUnixSeconds(time.time_since_epoch().count())).offset};
    };
    for (std::size_t i = 1; i < zone->stretch_count(); ++i) {
      const auto& before = zone->stretch(i - 1);
      const auto& stretch = zone->stretch(i);
      ASSERT_EQ(offset_at(stretch.begin - seconds{1}), before.offset) << name;
      ASSERT_EQ(offset_at(stretch.begin), stretch.offset) << name;
      ASSERT_GT(stretch.end - stretch.begin, 2 * std::chrono::abs(stretch.offset - before.offset)) << name;
    }
    for (NominalTime time = kEarliestInstant; time < kLatestInstant; time += seconds{40 * 86400 + 12345}) {
      ASSERT_EQ(zone->stretch(zone->stretch_at(time)).offset, offset_at(time))
          << name << " " << format_rfc3339(time);
    }
  }
}

TEST(TimeZone, LinksAreZones) {
  for (const auto* name : {"UTC", "Etc/UTC", "US/Eastern", "Asia/Calcutta", "GMT", "Etc/GMT-14",
                           "America/Argentina/ComodRivadavia", "America/Port-au-Prince", "Etc/GMT+5"}) {
    EXPECT_EQ(error_of(name), "") << name;
  }
}

TEST(TimeZone, RefusesANameAndGuessesWhatWasMeant) {
  EXPECT_EQ(error_of("Europe/Berln"),
            "\"Europe/Berln\" is not a time zone of the IANA database (Europe/Berlin?)");
  EXPECT_EQ(error_of("europe/berlin"),
            "\"europe/berlin\" is not a time zone of the IANA database (Europe/Berlin?)");
  EXPECT_EQ(error_of("America/New York"),
            "\"America/New York\" is not a time zone of the IANA database (America/New_York?)");
  EXPECT_EQ(error_of("Mars/Olympus_Mons"), "\"Mars/Olympus_Mons\" is not a time zone of the IANA database");
  EXPECT_EQ(error_of("Local"), "\"Local\" is not a time zone of the IANA database");
}

TEST(TimeZone, NamesReachNothingButZones) {
  const std::string endless(10'000, 'A');
  for (const std::string& name : std::vector<std::string>{"",
                                                          "/etc/localtime",
                                                          "/usr/share/zoneinfo/Europe/Berlin",
                                                          "../zoneinfo/Europe/Berlin",
                                                          "Europe/../Europe/Berlin",
                                                          "Europe//Berlin",
                                                          "Europe/Berlin/",
                                                          "Europe",
                                                          "./UTC",
                                                          "libc:UTC",
                                                          "file:Europe/Berlin",
                                                          "localtime",
                                                          "posixrules",
                                                          "Fixed/UTC+01:00:00",
                                                          "right/Europe/Berlin",
                                                          "posix/Europe/Berlin",
                                                          "tzdata.zi",
                                                          "zone.tab",
                                                          "leapseconds",
                                                          "UTC0",
                                                          "<+01>-1",
                                                          "CET-1CEST",
                                                          std::string("Europe/Berlin\0", 14),
                                                          std::string("UTC\0x", 5),
                                                          endless}) {
    EXPECT_THAT(error_of(name), HasSubstr("is not a time zone of the IANA database")) << name.substr(0, 50);
  }
}

// Points TZDIR at a directory of its own while it lives.
class ZoneDirectory {
 public:
  explicit ZoneDirectory(std::string path) : path_(std::move(path)) { setenv("TZDIR", path_.c_str(), 1); }
  ~ZoneDirectory() { unsetenv("TZDIR"); }

 private:
  std::string path_;
};

TEST(TimeZone, SaysSoWhereTheMachineHasNoZoneData) {
  const ZoneDirectory missing(testing::TempDir() + "no-such-directory");
  const auto zone = TimeZone::load("Not/Read_Before");
  EXPECT_EQ(zone.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(zone.status().message()),
            "\"Not/Read_Before\" can't be looked up: there is no time zone data at " + zone_directory() +
                " (install the package tzdata, or name a directory with --zoneinfo-dir or TZDIR)");
  EXPECT_TRUE(TimeZone::load("UTC").ok()) << "UTC needs no data";
}

TEST(TimeZone, RefusesADamagedFile) {
  const std::string directory = testing::TempDir() + "damaged-zones";
  std::filesystem::create_directories(directory);
  std::ofstream(directory + "/Broken") << "TZif2 and nothing that follows from it";
  std::ofstream(directory + "/Text") << "no zone at all";
  const ZoneDirectory damaged(directory);
  EXPECT_THAT(error_of("Broken"), HasSubstr("is not a time zone"));
  EXPECT_THAT(error_of("Text"), HasSubstr("is not a time zone"));
  std::filesystem::remove_all(directory);
}

// A directory that holds one zone, copied from the system's data, under the name UTC and one of its own.
class SmallZoneData {
 public:
  SmallZoneData() {
    std::filesystem::create_directories(directory_ + "/Test");
    const auto berlin = std::filesystem::path(zone_directory()) / "Europe/Berlin";
    std::filesystem::copy_file(berlin, directory_ + "/UTC");
    std::filesystem::copy_file(berlin, directory_ + "/Test/Elsewhere");
    std::ofstream(directory_ + "/tzdata.zi") << "# version 2031x\nR A 1 2 - x\n";
  }
  ~SmallZoneData() {
    std::filesystem::remove_all(directory_);
    unsetenv("TZDIR");
  }
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_ = testing::TempDir() + "small-zone-data";
};

TEST(ZoneData, IsTheSystemsUnlessAnotherIsNamed) {
  const auto data = find_zone_data();
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->directory, zone_directory());
  EXPECT_THAT(data->version, testing::MatchesRegex("20[0-9][0-9][a-z]|unknown"));
}

TEST(ZoneData, CanBeNamed) {
  const SmallZoneData small;
  const auto data = use_zone_data(small.directory());
  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->version, "2031x");
  EXPECT_TRUE(TimeZone::load("Test/Elsewhere").ok());
}

TEST(ZoneData, StaysWhereItIsWhenThereIsNoneInTheNamedDirectory) {
  const std::string before = zone_directory();
  EXPECT_EQ(std::string(use_zone_data("/no/such").status().message()),
            "there is no time zone data at /no/such");
  EXPECT_EQ(zone_directory(), before);
}

}  // namespace
}  // namespace scheduledjob::schedule
