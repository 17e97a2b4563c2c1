// The names of enumerators as they stand in JSON. One table each, for both directions.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/scheduled_job.hpp"
#include "api/status.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::api {

template <typename Enum, std::size_t size>
using EnumNames = std::array<std::pair<Enum, std::string_view>, size>;

inline constexpr EnumNames<Outcome, 8> kOutcomeNames{{
    {Outcome::kRunning, "Running"},
    {Outcome::kSucceeded, "Succeeded"},
    {Outcome::kFailed, "Failed"},
    {Outcome::kStopped, "Stopped"},
    {Outcome::kVanished, "Vanished"},
    {Outcome::kSkipped, "Skipped"},
    {Outcome::kMissed, "Missed"},
    {Outcome::kNotCreated, "NotCreated"},
}};

inline constexpr EnumNames<PendingReason, 5> kPendingReasonNames{{
    {PendingReason::kOverlap, "Overlap"},
    {PendingReason::kQueue, "Queue"},
    {PendingReason::kReplace, "Replace"},
    {PendingReason::kCatchUp, "CatchUp"},
    {PendingReason::kCreate, "Create"},
}};

inline constexpr EnumNames<RunReason, 2> kRunReasonNames{{
    {RunReason::kScheduled, "scheduled"},
    {RunReason::kCatchUp, "catchUp"},
}};

inline constexpr EnumNames<ConditionStatus, 3> kConditionStatusNames{{
    {ConditionStatus::kTrue, "True"},
    {ConditionStatus::kFalse, "False"},
    {ConditionStatus::kUnknown, "Unknown"},
}};

inline constexpr EnumNames<ConcurrencyPolicy, 5> kConcurrencyPolicyNames{{
    {ConcurrencyPolicy::kAllow, "Allow"},
    {ConcurrencyPolicy::kForbid, "Forbid"},
    {ConcurrencyPolicy::kReplace, "Replace"},
    {ConcurrencyPolicy::kSkip, "Skip"},
    {ConcurrencyPolicy::kQueue, "Queue"},
}};

inline constexpr EnumNames<MissedRunPolicy, 3> kMissedRunPolicyNames{{
    {MissedRunPolicy::kLatest, "Latest"},
    {MissedRunPolicy::kAll, "All"},
    {MissedRunPolicy::kNone, "None"},
}};

inline constexpr EnumNames<schedule::SkippedTime, 2> kSkippedTimeNames{{
    {schedule::SkippedTime::kRunAfterGap, "RunAfterGap"},
    {schedule::SkippedTime::kSkip, "Skip"},
}};

inline constexpr EnumNames<schedule::RepeatedTime, 2> kRepeatedTimeNames{{
    {schedule::RepeatedTime::kRunOnce, "RunOnce"},
    {schedule::RepeatedTime::kRunTwice, "RunTwice"},
}};

// Empty for a value that is no enumerator.
template <typename Enum, std::size_t size>
constexpr std::string_view name_of(const EnumNames<Enum, size>& names, Enum value) {
  for (const auto& [enumerator, name] : names) {
    if (enumerator == value) return name;
  }
  return {};
}

template <typename Enum, std::size_t size>
constexpr std::optional<Enum> enumerator_named(const EnumNames<Enum, size>& names, std::string_view text) {
  for (const auto& [enumerator, name] : names) {
    if (name == text) return enumerator;
  }
  return std::nullopt;
}

// "Allow, Forbid, Replace, Skip, Queue"
template <typename Enum, std::size_t size>
std::string all_names(const EnumNames<Enum, size>& names) {
  std::string list;
  for (const auto& [enumerator, name] : names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace scheduledjob::api
