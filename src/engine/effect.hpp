// Everything the engine can ask for. Plain values; whoever carries them out answers each with one
// Input, but Report and ConditionChanged.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "api/job_manifest.hpp"
#include "api/scheduled_job.hpp"
#include "engine/input.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::engine {

// Read a resource version that no earlier write can exceed, and hurry the watch of `kind` there. Answer:
// BarrierRead; never failing, tried until it succeeds.
struct ReadBarrier {
  Kind kind;
};

// Answer: CreateEnded. `due` is the moment the run was due, jitter included: the origin of its lateness.
struct CreateJob {
  std::shared_ptr<const api::ScheduledJob> owner;
  api::RunIdentity run;
  schedule::Instant due;
};

// Ask the API server whether it would take a Job of this template, without creating one. Answer: JobTried, or
// none at all.
struct TryJob {
  std::shared_ptr<const api::ScheduledJob> owner;
  api::RunIdentity run;
};

// Answer: JobFetched.
struct FetchJob {
  std::string owner_uid;
  api::NominalTime scheduled_time;
  std::string namespace_;
  std::string job_name;
};

// Answer: DeleteEnded.
struct DeleteJob {
  std::string owner_uid;
  std::string namespace_;
  std::string job_name;
  std::string job_uid;
  enum class Propagation { kBackground, kForeground } propagation = Propagation::kBackground;
  bool of_active_run = false;  // a run that is due may be waiting for it
};

// Answer: StatusWriteEnded. To be written only if the object still has `version`.
struct WriteStatus {
  api::ObjectKey key;
  std::string owner_uid;
  api::ResourceVersion version;
  api::ScheduledJobStatus status;
};

// For people and metrics: what became of an instant, or of a stretch of `count` of them.
struct Report {
  api::ObjectKey key;
  std::string owner_uid;
  api::RecentRun run;
};

// For people, too: the stored condition has another status or reason than before. The first of an object are
// reported only when they are not as they should be.
struct ConditionChanged {
  api::ObjectKey key;
  std::string owner_uid;
  api::Condition condition;
};

using Effect =
    std::variant<ReadBarrier, CreateJob, TryJob, FetchJob, DeleteJob, WriteStatus, Report, ConditionChanged>;
using Effects = std::vector<Effect>;

}  // namespace scheduledjob::engine
