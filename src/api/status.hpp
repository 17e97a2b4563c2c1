// What the operator writes back into a ScheduledJob: half of it is what a new leader rebuilds itself from,
// half is for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schedule/instant.hpp"

namespace scheduledjob::api {

using schedule::NominalTime;

// The schema's bounds. A longer list would be refused whole, so every list is clamped to them before it is
// sent.
inline constexpr std::size_t kMaxOpenRuns = 1000;
inline constexpr std::size_t kMaxPendingRuns = 1100;
inline constexpr std::size_t kMaxActiveReferences = 100;
inline constexpr std::size_t kMaxRecentRuns = 10;
inline constexpr std::size_t kMaxNextTimes = 5;
inline constexpr std::size_t kMaxConditions = 16;
inline constexpr std::size_t kMaxReasonLength = 256;    // bytes
inline constexpr std::size_t kMaxMessageLength = 1024;  // bytes

enum class ConditionStatus { kTrue, kFalse, kUnknown };

struct Condition {
  std::string type;
  ConditionStatus status = ConditionStatus::kUnknown;
  std::int64_t observed_generation = 0;
  NominalTime last_transition_time{};
  std::string reason;  // CamelCase, never empty
  std::string message;
  friend bool operator==(const Condition&, const Condition&) = default;
};

// What became of an instant, or of a stretch of them.
enum class Outcome { kRunning, kSucceeded, kFailed, kStopped, kVanished, kSkipped, kMissed, kNotCreated };

struct RecentRun {
  NominalTime scheduled_time{};
  std::optional<NominalTime> through_time;  // with count > 1: the last instant of the stretch
  std::int64_t count = 1;
  Outcome outcome = Outcome::kRunning;
  std::string reason;
  std::string job_name;
  std::optional<NominalTime> start_time;
  std::optional<NominalTime> completion_time;
  std::string message;
  friend bool operator==(const RecentRun&, const RecentRun&) = default;
};

// Why an accepted instant has no Job yet.
enum class PendingReason {
  kOverlap,  // Forbid: the newest overlapped instant, held until a run ends
  kQueue,    // Queue: waits its turn
  kReplace,  // Replace with replaceTimeout: waits for the old pods to be gone
  kCatchUp,  // missedRunPolicy: admitted after an outage
  kCreate,   // the create was sent and has not been answered yet
};

// Why there is a run at all.
enum class RunReason {
  kScheduled,
  kCatchUp,  // missed while no operator ran, and made up for by missedRunPolicy
};

struct PendingRun {
  NominalTime scheduled_time{};
  PendingReason why = PendingReason::kOverlap;
  RunReason reason = RunReason::kScheduled;
  friend bool operator==(const PendingRun&, const PendingRun&) = default;
};

struct ActiveReference {
  std::string namespace_;
  std::string name;
  std::string uid;
  friend bool operator==(const ActiveReference&, const ActiveReference&) = default;
};

struct RunCounts {
  std::int64_t started = 0;
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t skipped = 0;
  std::int64_t missed = 0;
  friend bool operator==(const RunCounts&, const RunCounts&) = default;
};

// Identifies what determines the instants, and since when it does: instants up to `since` never fire.
struct Basis {
  std::string hash;
  NominalTime since{};
  friend bool operator==(const Basis&, const Basis&) = default;
};

struct ScheduledJobStatus {
  std::int64_t observed_generation = 0;
  std::vector<Condition> conditions;
  std::int64_t active_count =
      0;  // all runs with an unfinished Job, for `kubectl get`; `active` names the first of them
  std::vector<ActiveReference> active;
  std::optional<NominalTime> last_schedule_time;
  std::optional<NominalTime> last_successful_time;
  std::optional<NominalTime> last_successful_schedule_time;  // the instant of the latest run that succeeded
  std::optional<NominalTime> last_failure_time;
  std::vector<NominalTime> next_schedule_times;  // nextScheduleTime is its first

  std::optional<NominalTime> decided_through;  // every instant up to it is final, open or pending
  std::vector<NominalTime> open;               // Job created, its end not yet counted; complete, ascending
  std::vector<PendingRun> pending;             // ascending
  std::optional<Basis> basis;
  RunCounts run_counts;
  std::int64_t consecutive_failures = 0;
  std::string resumed_by;  // the value of kResumeAnnotation that has been acted upon

  std::vector<RecentRun> recent_runs;  // newest first
  friend bool operator==(const ScheduledJobStatus&, const ScheduledJobStatus&) = default;
};

}  // namespace scheduledjob::api
