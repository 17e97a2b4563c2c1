// A time zone of the IANA database, as a sequence of stretches of time in which clocks keep one distance from
// UTC.
//
// Between two stretches clocks jump: forward over local times that are then skipped, or back over local times
// that are then repeated. A local time that is neither is plain.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "schedule/instant.hpp"

namespace scheduledjob::schedule {

// Immutable; cheap to copy; safe to use from any number of threads.
class TimeZone {
 public:
  // One offset from UTC, in [begin, end). Clocks have shown the local times before `first_new` once already,
  // in the stretch before; it is the local time of `begin` where none are repeated.
  struct Stretch {
    NominalTime begin;
    NominalTime end;
    std::chrono::seconds offset;  // east of UTC
    std::chrono::local_seconds first_new;

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
  std::size_t stretch_count() const noexcept { return table_->stretches.size(); }
  const Stretch& stretch(std::size_t index) const noexcept { return table_->stretches[index]; }

  // The index of the stretch that holds `time`; times beyond both ends belong to the first and the last.
  std::size_t stretch_at(NominalTime time) const noexcept {
    time = std::clamp(time, kFirst, kLast - std::chrono::seconds{1});
    std::size_t index =
        table_->first_of_span[static_cast<std::uint64_t>((time - kFirst).count()) >> kSpanBits];
    while (table_->stretches[index].end <= time) ++index;
    return index;
  }

 private:
  // Stretches are kept a little beyond the instants that can be named, so that every local date of those has
  // its own.
  static constexpr NominalTime kFirst = kEarliestInstant - std::chrono::days{7};
  static constexpr NominalTime kLast = kLatestInstant + std::chrono::days{7};
  static constexpr unsigned kSpanBits = 24;  // 2^24 s are 194 days

  // The stretches, and for each span of 2^kSpanBits seconds the one in which it begins, from which the wanted
  // one is a step or two away.
  struct Table {
    explicit Table(std::vector<Stretch> all);
    std::vector<Stretch> stretches;
    std::vector<std::uint16_t> first_of_span;
  };

  explicit TimeZone(std::shared_ptr<const Table> table);
  static std::shared_ptr<const Table> tabulated(std::string_view name);
  static std::vector<Stretch> read(const std::string& name);
  std::shared_ptr<const Table> table_;
};

}  // namespace scheduledjob::schedule
