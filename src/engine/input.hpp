// Everything the engine can learn. Plain values, so that a history of them can be replayed.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/job.hpp"
#include "api/scheduled_job.hpp"

namespace scheduledjob::engine {

enum class Kind { kScheduledJob, kJob };
inline constexpr std::size_t kKinds = 2;

// Which of a kind's watches tells: 0 where one sees the whole cluster; otherwise each namespace that is
// served has one. Objects of one namespace come from one watch.
using Scope = std::uint32_t;

// -- What the watches see. Events of one watch come in the order of their resource versions; watches are not
// ordered against each other. A list is bracketed by ListStarted and ListFinished: what of its scope is not
// seen between them is gone.
struct ListStarted {
  Kind kind;
  Scope scope = 0;
};
struct ListFinished {
  Kind kind;
  api::ResourceVersion version;
  Scope scope = 0;
};
struct Progressed {  // a bookmark: everything up to `version` has been delivered
  Kind kind;
  api::ResourceVersion version;
  Scope scope = 0;
};
struct ScheduledJobSeen {
  std::shared_ptr<const api::ScheduledJob> object;
  Scope scope = 0;
};
struct ScheduledJobDeleted {
  std::string uid;
  api::ResourceVersion version;
  Scope scope = 0;
};
struct JobSeen {
  api::Job job;
  Scope scope = 0;
};
struct JobDeleted {  // the last state; its resource version is that of the deletion
  api::Job job;
  Scope scope = 0;
};

// -- Leadership. Losing it is no input: it ends the process.
// What a leader leaves that ends in order.
struct Handover {
  // By kind: whatever it has written or gone by is not newer than this.
  std::array<api::ResourceVersion, kKinds> versions{};
  // For so long a write may still be carried out that it knows nothing of: by a predecessor of it, within
  // its own takeover_grace, or a create of its own that had no answer.
  std::chrono::milliseconds grace{0};

  friend bool operator==(const Handover&, const Handover&) = default;
};
struct LeadershipAcquired {
  // Of the predecessor; absent: it may not know yet that it leads no more.
  std::optional<Handover> handover;
};
struct BarrierRead {  // answers ReadBarrier: a consistent list of `kind` stood at `version`
  Kind kind;
  api::ResourceVersion version;
};
// The end is near: go on deciding, but write each change at once, so that little is left for the drain.
struct WindDownRequested {};
struct DrainRequested {};  // decide nothing more, write down what is known by now

// -- Answers to effects, whichever way they ended.
struct CreateEnded {
  std::string owner_uid;
  api::NominalTime scheduled_time;
  enum class Answer {
    kCreated,  // `job` is the new Job
    kExists,   // the name was taken; `job` is who has it, or nothing when that one is gone again
    kRefused,  // certainly not created, `error` says why
    kUnknown,  // may have been created, `error` says why nobody knows
  } answer;
  std::optional<api::Job> job;
  absl::Status error;
};
struct JobFetched {  // answers FetchJob with a consistent read
  std::string owner_uid;
  api::NominalTime scheduled_time;
  absl::StatusOr<std::optional<api::Job>> job;  // nothing: there is no such Job
};
struct JobTried {  // answers TryJob
  std::string owner_uid;
  std::int64_t generation;  // of the spec that was tried
  absl::Status
      verdict;  // what a create would have been told; other errors than those for invalid Jobs mean little
  std::string dropped_fields;  // which the API server does not know, in its words; empty: it knows all
};
struct DeleteEnded {
  std::string owner_uid;
  std::string job_name;
  absl::Status error;  // OK also when it was gone already
};
struct StatusWriteEnded {
  std::string owner_uid;
  absl::StatusOr<api::ResourceVersion> written;  // kAborted: conflict
  std::shared_ptr<const api::ScheduledJob>
      fresh;  // after a conflict: the object as it is now, if it still exists
};

// Due objects are taken care of, some at a time: to be given again while next_wakeup() has passed.
struct TimePassed {};

using Input =
    std::variant<ListStarted, ListFinished, Progressed, ScheduledJobSeen, ScheduledJobDeleted, JobSeen,
                 JobDeleted, LeadershipAcquired, BarrierRead, WindDownRequested, DrainRequested, CreateEnded,
                 JobFetched, JobTried, DeleteEnded, StatusWriteEnded, TimePassed>;

}  // namespace scheduledjob::engine
