// A time zone of the IANA database, as a sequence of stretches of time in which clocks keep one distance from
// UTC.
//
// Between two stretches clocks jump: forward over local times that are then skipped, or back over local times
// that are then repeated. A local time that is neither is plain.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "schedule/instant.hpp"

namespace scheduledjob::schedule {

// Immutable; cheap to copy; safe to use from any number of threads.
class TimeZone {
 public:
  // One offset from UTC, in [begin, end).
  struct Stretch {
    NominalTime begin;
    NominalTime end;
    std::chrono::seconds offset;  // east of UTC

    std::chrono::local_seconds to_local(NominalTime time) const noexcept {
      return std::chrono::local_seconds{time.time_since_epoch() + offset};
    }
    NominalTime to_utc(std::chrono::local_seconds time) const noexcept {
      return NominalTime{time.time_since_epoch() - offset};
    }
  };

  // Reads a zone by its IANA name, links included ("US/Eastern"); letter case counts, as everywhere with
  // these names. The data is the system's (the directory named by TZDIR, else /usr/share/zoneinfo), read once
  // in the life of the process. Errors: kInvalidArgument for a name that is none, with the likely one;
  // kNotFound when there is no zone data at all.
  static absl::StatusOr<TimeZone> load(std::string_view name);

  static TimeZone utc();

  // The stretches, in order: stretch 0 begins before kEarliestInstant, the last ends after kLatestInstant, by
  // days.
  std::size_t stretch_count() const noexcept;
  const Stretch& stretch(std::size_t index) const noexcept;

  // The index of the stretch that holds `time`; times beyond both ends belong to the first and the last.
  std::size_t stretch_at(NominalTime time) const noexcept;

 private:
  struct Table;
  explicit TimeZone(std::shared_ptr<const Table> table);
  static std::shared_ptr<const Table> tabulated(std::string_view name);
  std::shared_ptr<const Table> table_;
};

}  // namespace scheduledjob::schedule
