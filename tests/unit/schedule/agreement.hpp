// Whether every query of a schedule agrees with a list of the instants it should name.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "schedule/schedule.hpp"

namespace scheduledjob::schedule {

// Instants in (begin, end], in Unix seconds. What lies outside is not compared.
struct Window {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

inline NominalTime nominal(std::int64_t unix_seconds) {
  return NominalTime{std::chrono::seconds{unix_seconds}};
}

// Compares the queries of one schedule with the expected instants in a window, which have to be in order.
class Agreement {
 public:
  Agreement(const Schedule& schedule, std::span<const std::int64_t> expected, Window window)
      : schedule_(schedule), expected_(expected), window_(window) {}

  // Walks through the window forwards and backwards, and asks about each of `probes` in it. Returns the first
  // disagreement, or "" when there is none.
  std::string first_disagreement(std::span<const std::int64_t> probes) const {
    std::string found = walk_forwards();
    if (found.empty()) found = walk_backwards();
    if (found.empty()) found = count(window_.begin, window_.end);
    for (auto probe = probes.begin(); found.empty() && probe != probes.end(); ++probe) {
      if (*probe > window_.begin && *probe <= window_.end) found = ask_about(*probe);
    }
    return found;
  }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();

  std::string walk_forwards() const {
    std::int64_t at = window_.begin;
    for (const std::int64_t instant : expected_) {
      if (next_after(at) != instant) return wrong("next after", at, next_after(at), instant);
      at = instant;
    }
    return next_after(at) == kNone ? "" : wrong("next after", at, next_after(at), kNone);
  }

  std::string walk_backwards() const {
    std::int64_t at = window_.end;
    for (auto instant = expected_.rbegin(); instant != expected_.rend(); ++instant) {
      if (latest_through(at) != *instant) return wrong("latest through", at, latest_through(at), *instant);
      at = *instant - 1;
    }
    return latest_through(at) == kNone ? "" : wrong("latest through", at, latest_through(at), kNone);
  }

  std::string ask_about(std::int64_t probe) const {
    const auto later = std::upper_bound(expected_.begin(), expected_.end(), probe);
    const std::int64_t next = later != expected_.end() ? *later : kNone;
    if (next_after(probe) != next) return wrong("next after", probe, next_after(probe), next);
    const std::int64_t latest = later != expected_.begin() ? *std::prev(later) : kNone;
    if (latest_through(probe) != latest) {
      return wrong("latest through", probe, latest_through(probe), latest);
    }
    std::string found = count(window_.begin, probe);
    return found.empty() ? count(probe, window_.end) : found;
  }

  std::string count(std::int64_t after, std::int64_t through) const {
    const auto position = [&](std::int64_t time) {
      return std::upper_bound(expected_.begin(), expected_.end(), time);
    };
    const auto expected = static_cast<std::uint64_t>(position(through) - position(after));
    const std::uint64_t counted = schedule_.count_between(nominal(after), nominal(through));
    if (counted == expected) return "";
    return fmt::format("count in ({}, {}] is {}, expected {}", shown(after), shown(through), counted,
                       expected);
  }

  std::int64_t next_after(std::int64_t time) const { return within(schedule_.next_after(nominal(time))); }
  std::int64_t latest_through(std::int64_t time) const {
    return within(schedule_.latest_through(nominal(time)));
  }

  std::int64_t within(std::optional<NominalTime> time) const {
    const std::int64_t instant = time ? time->time_since_epoch().count() : kNone;
    return instant > window_.begin && instant <= window_.end ? instant : kNone;
  }

  static std::string shown(std::int64_t time) {
    return time == kNone ? "none" : format_rfc3339(nominal(time));
  }
  static std::string wrong(std::string_view query, std::int64_t time, std::int64_t answer,
                           std::int64_t expected) {
    return fmt::format("{} {} is {}, expected {}", query, shown(time), shown(answer), shown(expected));
  }

  const Schedule& schedule_;
  std::span<const std::int64_t> expected_;
  Window window_;
};

inline std::string describe(DaylightSaving policy) {
  return fmt::format("{}, {}", policy.skipped_time == SkippedTime::kSkip ? "Skip" : "RunAfterGap",
                     policy.repeated_time == RepeatedTime::kRunOnce ? "RunOnce" : "RunTwice");
}

}  // namespace scheduledjob::schedule
