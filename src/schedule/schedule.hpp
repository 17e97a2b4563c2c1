// WHEN: the room that turns what a user wrote into instants. Start reading here.
//
//   instant.hpp          points in time and durations, and their text forms
//   time_zone.hpp        IANA zones: local times that are skipped, repeated or plain
//   daylight_saving.hpp  what becomes of skipped and repeated times
//   cron.hpp             one cron expression, compiled to bit masks: local times
//   zoned_cron.hpp       a cron expression in a zone: instants
//   interval.hpp         instants at a fixed distance
//   schedule.hpp         the union of all these and of single instants, within bounds (this file)
//   jitter.hpp           the deterministic delay of a run
//   explain.hpp          a definition in plain English, with what surprises people
//
// Everything here is pure: no I/O but the reading of zone data, no clock, no randomness, no global state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "schedule/daylight_saving.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::schedule {

// One way of saying when. `field` names where the user wrote it ("spec.schedules[1].cron") and starts every
// error about it.
struct Entry {
  struct Cron {
    std::string expression;  // five to seven fields, a macro such as @daily, or "@every 90s" (anchored at
                             // Definition::created)
  };
  struct Every {
    std::chrono::seconds interval;  // 1 s to kLongestDuration
    NominalTime anchor{};           // instants are anchor + k·interval, for every whole k
  };
  struct At {
    std::string time;  // RFC 3339, or a local time without an offset, read in the definition's zone
  };
  std::string field;
  std::variant<Cron, Every, At> when;
};

// Everything that determines the instants of a ScheduledJob.
struct Definition {
  std::vector<Entry> entries;                // 1 to 100; instants that coincide are one instant
  std::string time_zone;                     // IANA name; empty means UTC
  std::string time_zone_field = "timeZone";  // starts errors about the zone
  DaylightSaving daylight_saving;
  std::optional<NominalTime> not_before;  // inclusive
  std::optional<NominalTime> not_after;   // inclusive
  NominalTime created{};                  // the object's creation, which anchors "@every"
  std::string hash_key;                   // "namespace/name", by which H in expressions is spread
};

// A compiled definition. Immutable; cheap to copy; safe to use from any number of threads. No query
// allocates.
class Schedule {
 public:
  // Errors: kInvalidArgument; the message is "<field>: <what is wrong, where, and what is allowed>".
  // kNotFound, in the same form, when the machine has no time zone data.
  static absl::StatusOr<Schedule> compile(const Definition& definition);

  // The first instant strictly after `time`, or nothing when the schedule has ended.
  std::optional<NominalTime> next_after(NominalTime time) const noexcept;

  // Fills `times` with the first instants strictly after `after`, in order; returns how many there were.
  std::size_t next_times(NominalTime after, std::span<NominalTime> times) const noexcept;

  // The last instant at or before `time`, or nothing when there is none.
  std::optional<NominalTime> latest_through(NominalTime time) const noexcept;

  // How many instants lie in (after, through]. Takes time in proportion to the days between at most, never to
  // the instants; a single entry far less.
  std::uint64_t count_between(NominalTime after, NominalTime through) const noexcept;

 private:
  class Compiled;
  explicit Schedule(std::shared_ptr<const Compiled> compiled);
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace scheduledjob::schedule
