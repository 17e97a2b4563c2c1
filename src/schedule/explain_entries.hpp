// What the entries of a definition say, read one by one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schedule/cron.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::schedule {

// `every` and "@every".
struct Spacing {
  std::chrono::seconds length;
  NominalTime anchor;
  bool from_creation = false;  // "@every"
};

// One entry as explanations need it. An `at` is the instant it names or, without an offset, a local time.
struct ReadEntry {
  const Entry* entry;
  std::variant<Cron, Spacing, LocalTime, NominalTime> when;

  // The local times it names, or nothing when it does not follow the clocks of a zone.
  std::optional<Cron> local_times() const;
};

// Reads the entries of a definition that Schedule::compile accepts; they are borrowed from it.
std::vector<ReadEntry> read_entries(const Definition& definition);

// An entry in words, without capital, zone and full stop: "at 09:00 every day".
std::string entry_phrase(const ReadEntry& entry);

}  // namespace scheduledjob::schedule
