#include "cli/clock.hpp"

#include <array>

#include <fmt/format.h>

#include "absl/time/time.h"

namespace scheduledjob::cli {
namespace {

struct Unit {
  std::int64_t seconds;
  std::string_view name;
};
constexpr std::array kUnits{Unit{31'557'600, "y"}, Unit{86'400, "d"}, Unit{3'600, "h"}, Unit{60, "min"},
                            Unit{1, "s"}};

}  // namespace

LocalReading local_reading(schedule::NominalTime time, const std::string& name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (!name.empty()) absl::LoadTimeZone(name, &zone);
  const absl::Time instant = absl::FromUnixSeconds(time.time_since_epoch().count());
  const std::string_view abbreviation = zone.At(instant).zone_abbr;
  const bool is_offset = abbreviation.find_first_of("+-") != std::string_view::npos;
  return {absl::FormatTime("%a", instant, zone), absl::FormatTime("%Y-%m-%dT%H:%M:%S", instant, zone),
          absl::FormatTime("%Ez", instant, zone), std::string(is_offset ? "" : abbreviation)};
}

std::string reading(schedule::NominalTime time, const std::string& zone) {
  const LocalReading local = local_reading(time, zone);
  std::string clock = local.date_time;
  clock[clock.find('T')] = ' ';
  return fmt::format("{} {} {}", local.weekday, clock,
                     local.abbreviation.empty() ? local.offset : local.abbreviation);
}

std::string distance(std::chrono::seconds length) {
  std::int64_t rest = length.count();
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (rest < kUnits[i].seconds) continue;
    std::string text = fmt::format("{} {}", rest / kUnits[i].seconds, kUnits[i].name);
    rest %= kUnits[i].seconds;
    if (i + 1 < kUnits.size() && rest >= kUnits[i + 1].seconds) {
      text += fmt::format(" {} {}", rest / kUnits[i + 1].seconds, kUnits[i + 1].name);
    }
    return text;
  }
  return "0 s";
}

}  // namespace scheduledjob::cli
