// Instants as people read them.
#pragma once

#include <string>
#include <string_view>

#include "schedule/instant.hpp"

namespace scheduledjob::cli {

// What clocks in a zone show at an instant.
struct LocalReading {
  std::string weekday;       // "Sun"
  std::string date_time;     // "2026-03-29T03:30:00"
  std::string offset;        // "+02:00"
  std::string abbreviation;  // "CEST"; empty where the zone has none but the offset
};

// Requires a zone that schedule::TimeZone::load() knows; empty means UTC.
LocalReading local_reading(schedule::NominalTime time, const std::string& zone);

// "Sun 2026-03-29 03:30:00 CEST", with the offset where the zone has no abbreviation. Requires the same.
std::string reading(schedule::NominalTime time, const std::string& zone);

// "3 h 12 min", "45 s", "2 d 4 h": the two largest units, cut off below. Requires a distance of 0 or more.
std::string distance(std::chrono::seconds length);

}  // namespace scheduledjob::cli
