// batch/v1 Job, as far as the operator looks at it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/object_meta.hpp"

namespace scheduledjob::api {

// Every Job that the operator creates carries this label; its value is the owner's UID. Watches select on it.
inline constexpr char kOwnerUidLabel[] = "scheduledjob.dev/uid";
// The nominal time of the run, RFC 3339 in UTC; on the Job and on its pods.
inline constexpr char kScheduledTimeAnnotation[] = "scheduledjob.dev/scheduled-time";
// The same in CronJob's words: RFC 3339 in spec.timeZone.
inline constexpr char kCronJobTimestampAnnotation[] = "batch.kubernetes.io/cronjob-scheduled-timestamp";
// What else a run is told about itself (RunContext), on the Job and on its pods; absent where there is
// nothing to tell.
inline constexpr char kPreviousSuccessAnnotation[] = "scheduledjob.dev/previous-success";
inline constexpr char kDataIntervalStartAnnotation[] = "scheduledjob.dev/data-interval-start";
inline constexpr char kDataIntervalEndAnnotation[] = "scheduledjob.dev/data-interval-end";
inline constexpr char kReasonAnnotation[] = "scheduledjob.dev/reason";

// The template's ttlSecondsAfterFinished when the Job was created, as the user wrote it; on the Job only.
inline constexpr char kTimeToLiveAnnotation[] = "scheduledjob.dev/ttl-seconds-after-finished";
// Until when the API server may carry out the create, by its own clock; on the Job only. The chart has an
// admission policy that refuses a later one.
inline constexpr char kCreateBeforeAnnotation[] = "scheduledjob.dev/create-before";

enum class JobPhase { kActive, kSucceeded, kFailed };

struct Job {
  ObjectMeta metadata;
  std::string
      owner_uid;  // uid of the controller ownerReference if that is a ScheduledJob of ours, else empty
  std::string owner_name;
  std::string label_uid;                      // value of kOwnerUidLabel, else empty
  std::optional<NominalTime> scheduled_time;  // kScheduledTimeAnnotation, if it can be read

  JobPhase phase = JobPhase::kActive;  // ended when condition Complete or Failed is True
  std::string reason;                  // of the terminal condition
  std::string message;
  std::optional<NominalTime> start_time;
  std::optional<NominalTime>
      end_time;  // completionTime, or for a failed Job the condition's lastTransitionTime

  bool suspended = false;
  std::int32_t ready = 0;
  std::int32_t succeeded = 0;
  std::int32_t failed = 0;
  std::optional<std::int32_t> ttl_seconds_after_finished;  // what Kubernetes goes by: with the margin
  std::optional<std::int32_t> time_to_live;                // what we go by: kTimeToLiveAnnotation
};

}  // namespace scheduledjob::api
