// Points in time, and their text form. Two types keep two meanings apart:
//
//   NominalTime  an instant that a schedule names; whole seconds, the identity of a run
//   Instant      a reading of a clock, or the moment a run is really due (jitter included); microseconds
//
// A NominalTime converts implicitly to an Instant, never the other way round.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace scheduledjob::schedule {

using NominalTime = std::chrono::sys_seconds;
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

// The instants that this project can name: the years 1970 to 2199, UTC.
inline constexpr NominalTime kEarliestInstant{std::chrono::seconds{0}};
inline constexpr NominalTime kLatestInstant{std::chrono::seconds{7258118399}};  // 2199-12-31T23:59:59Z

// Stand for "there is none" where times are compared, ahead of and behind every instant that can be named.
// The searches of this room give them inside, for an optional that goes through memory costs as much as a
// search.
inline constexpr NominalTime kNoneAhead = NominalTime::max();
inline constexpr NominalTime kNoneBehind = NominalTime::min();

constexpr std::optional<NominalTime> if_any(NominalTime time) noexcept {
  if (time == kNoneAhead || time == kNoneBehind) return std::nullopt;
  return time;
}

// The longest duration that can be written: ten years, leap days included.
inline constexpr std::chrono::seconds kLongestDuration = std::chrono::days{3653};

// Reads an RFC 3339 date and time with an offset, as Kubernetes writes it; fractions of a second are cut off.
// Errors: kInvalidArgument, with a message that shows the expected form.
absl::StatusOr<NominalTime> parse_rfc3339(std::string_view text);

// "2026-03-29T01:30:00Z": UTC, whole seconds, always 20 characters, so that text order is time order.
// For the years 0–9999.
std::string format_rfc3339(NominalTime time);

// As format_rfc3339, with six digits of a second: the form of a Lease's MicroTime.
std::string format_rfc3339_micro(Instant time);

// Reads a duration in Go's notation, plus d (24 h) and w (7 d): "90s", "1h30m", "1.5h", "2d". It must come to
// whole seconds, from 1 s (from 0 with `allow_zero`) to kLongestDuration. Errors: kInvalidArgument.
absl::StatusOr<std::chrono::seconds> parse_duration(std::string_view text, bool allow_zero = false);

}  // namespace scheduledjob::schedule
