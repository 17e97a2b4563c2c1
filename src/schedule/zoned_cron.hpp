// A cron expression read by the clocks of a zone: local times become instants. docs/schedule.md states the
// rules in full.
//
// A plain local time is one instant. Where clocks jump, it depends on the expression:
//
//   repeating (Cron::repeating)  an instant is named whenever a clock on the wall shows a match: never in a
//   gap, and in
//                                both passes over a repeated stretch
//   fixed, clocks go forward     the matches in the gap are together one instant, the first after the gap; or
//   none fixed, clocks go back        a match is named in the first pass only; or in both
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "schedule/cron.hpp"
#include "schedule/daylight_saving.hpp"
#include "schedule/instant.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::schedule {

// Immutable; safe to use from any number of threads. No query throws or allocates.
class ZonedCron {
 public:
  ZonedCron(const Cron& cron, TimeZone zone, DaylightSaving daylight_saving);

  std::optional<NominalTime> next_after(NominalTime time) const noexcept;
  std::optional<NominalTime> latest_through(NominalTime time) const noexcept;
  std::uint64_t count_between(NominalTime after, NominalTime through) const noexcept;

  const Cron& cron() const noexcept { return cron_; }
  const TimeZone& zone() const noexcept { return zone_; }

 private:
  LocalTime first_named_local(const TimeZone::Stretch& stretch) const noexcept;
  bool runs_after_gap_before(std::size_t stretch) const noexcept;

  Cron cron_;
  TimeZone zone_;
  bool runs_after_gap_;
  bool runs_once_;
};

}  // namespace scheduledjob::schedule
