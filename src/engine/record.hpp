// What the engine knows of one ScheduledJob. Plain data; the rules live beside it, one file a concern.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/job.hpp"
#include "api/scheduled_job.hpp"
#include "engine/effect.hpp"
#include "engine/options.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::engine {

using api::NominalTime;
using api::ResourceVersion;
using schedule::Instant;

// What is shared by all rules while one input is handled.
struct Load {
  std::size_t creates_in_flight = 0;
  std::size_t unanswered = 0;  // effects of every kind
  Instant last_high{};

  // To be called before a create's answer is counted.
  void note_height(const Options& options, Instant now) {
    if (creates_in_flight >= options.load_threshold) last_high = now;
  }
  // Also a moment later: the last runs of a burst are no different from those before.
  bool is_high(const Options& options, Instant now) const {
    return creates_in_flight >= options.load_threshold || now < last_high + options.flush_delay;
  }
};

struct Step {
  Instant now;
  Instant alone_from;  // no predecessor writes from then on; meaningful while leading
  const Options& options;
  Load& load;
  Effects& effects;
};

// A Job as last seen.
struct JobFact {
  std::string uid;
  ResourceVersion version = 0;
  std::uint64_t list_round = 0;
  NominalTime created{};
  api::JobPhase phase = api::JobPhase::kActive;
  std::string reason;
  std::string message;
  std::optional<NominalTime> start_time;
  std::optional<NominalTime> end_time;
  std::optional<std::int32_t> time_to_live;  // seconds from the end; as the template had it at creation
  // Since when the Job, though started, has no pod ready, succeeded or failed; nothing while it has, or is
  // suspended or over.
  std::optional<Instant> fruitless_since;
};

// A create that is under way: in flight, or waiting to be retried.
struct Creation {
  Instant due{};
  Instant first_attempt{};
  api::RunContext context;
  bool maybe_committed = false;  // an attempt went unanswered: no verdict before a consistent read
  bool fetching = false;
  bool refused = false;  // the newest attempt was, whatever became of those before
  Instant retry_at{};
  std::chrono::milliseconds backoff{0};
  absl::Status last_refusal;
  std::int64_t generation = 0;  // of the spec that the newest attempt was made from
};

// The life of one instant's Job, from the moment its create is sent.
struct Run {
  enum class State {
    kCreating,  // no Job seen yet: the create is in flight, or waits to be retried
    kUnseen,    // open by what a predecessor wrote; our watch has not come to where its Job would show
    kActive,    // the Job exists and has not ended
    kEnded,     // the Job exists and has ended
    kGone,      // the Job existed and does not any more: a tombstone, until that is stored
  };
  std::string job_name;
  State state = State::kCreating;
  JobFact job;

  // Creating
  std::optional<Creation> creation;

  // A create may be under way still when its Job, made by an earlier one, is seen and over: should somebody
  // delete that one, it would be made again.
  bool create_in_flight = false;
  bool create_unanswered = false;  // some had no answer, and the API server may not have dropped it yet
  Instant last_attempt{};          // when the newest was sent, or answered, whichever is later

  // Existing, ended, gone
  bool start_counted = false;
  bool end_counted = false;
  bool stop_wanted = false;  // to be deleted, pods first, for a newer run that waits for it
  bool replaced = false;     // to be deleted for a newer run that has started; not counted against the cap
  bool delete_in_flight = false;
  bool delete_requested = false;  // by us: its disappearance needs no explanation
  bool vanished = false;          // gone, and nobody saw it go: how it ended is unknown
  std::optional<Instant> delete_retry_at;
  std::optional<Instant>
      verify_at;  // seen to vanish without an end: to be read, to tell a deletion from a lost label
  bool verifying = false;
};

// The books: what a status says, kept as values that the rules work on. Absolute, never "+1 on what is
// stored".
struct Ledger {
  NominalTime decided_through{};
  std::vector<NominalTime> open;         // ascending
  std::vector<api::PendingRun> pending;  // ascending; instants whose create is under way are not in here
  api::Basis basis;
  api::RunCounts counts;
  std::int64_t consecutive_failures = 0;
  std::string resumed_by;
  std::optional<NominalTime> last_schedule_time;
  std::optional<NominalTime> last_successful_time;
  std::optional<NominalTime> last_successful_schedule_time;
  std::optional<NominalTime> last_failure_time;
  std::vector<api::RecentRun> recent_runs;  // newest first

  friend bool operator==(const Ledger&, const Ledger&) = default;
};

// How soon what changed in the books must be written: at once; soon, or later while there is load; as late as
// under load; when there is nothing better to do.
enum class Urgency { kNow, kSoon, kPatient, kLazy };

struct Flush {
  std::optional<Instant> at;
  std::optional<Instant> soft_since;  // first change that may wait while the lanes are busy
  bool hard = false;                  // something may not wait
  std::chrono::milliseconds backoff{0};
};

// Runs that are stuck (stuck.hpp), as last counted.
struct StuckRuns {
  std::size_t count = 0;
  std::string first_job;        // of the earliest of them
  std::optional<Instant> next;  // when, by time alone, another will be
};

// What one object adds to the sums over all.
struct Tally {
  std::size_t objects = 0;
  std::size_t active_runs = 0;
  std::size_t stuck_runs = 0;
  std::size_t waiting_runs = 0;

  Tally& operator+=(const Tally& other) {
    objects += other.objects;
    active_runs += other.active_runs;
    stuck_runs += other.stuck_runs;
    waiting_runs += other.waiting_runs;
    return *this;
  }
  Tally& operator-=(const Tally& other) {
    objects -= other.objects;
    active_runs -= other.active_runs;
    stuck_runs -= other.stuck_runs;
    waiting_runs -= other.waiting_runs;
    return *this;
  }
};

// Keeps all of the object.
inline std::shared_ptr<const api::ScheduledJobStatus> status_within(
    const std::shared_ptr<const api::ScheduledJob>& object) {
  return {object, &object->status};
}

struct Record {
  std::string uid;
  Scope scope = 0;  // of the watches that tell of it
  std::shared_ptr<const api::ScheduledJob>
      object;  // null: Jobs of an owner that has not been seen, or is gone
  std::uint64_t list_round = 0;
  ResourceVersion version = 0;  // newest known of the object, own writes included

  // Derived from the spec of `compiled_generation`.
  std::int64_t compiled_generation = -1;
  absl::StatusOr<schedule::Schedule> schedule = absl::UnknownError("not compiled yet");
  std::string basis_hash;
  absl::Status create_refusal;      // OK after a create that succeeded
  NominalTime refused_time{};       // the instant of that create: the newest that was refused
  bool template_unchecked = false;  // acted upon, and the API server has not been asked about it

  // Facts.
  std::map<NominalTime, Run> runs;
  std::map<std::string, JobFact>
      unscheduled;  // by name: Jobs of ours that belong to no instant; they take up room, no more

  // The books: meaningful while `restored`.
  bool restored = false;
  Ledger ledger;
  bool was_suspended = false;  // when instants were last decided: what has come due since is not to start
  std::vector<api::PendingRun> announced_pending;  // the waiting instants that a write has been planned for

  StuckRuns stuck;
  std::optional<std::string> history_risk;  // what the newest create's answer tells; nothing before the first
  std::optional<std::string>
      dropped_fields;  // of the template, as the API server told; nothing before it did

  // Last known to be in the API server; as a rule the one within `object`, which is not kept twice then.
  std::shared_ptr<const api::ScheduledJobStatus> stored;           // null: no object has been seen
  std::shared_ptr<const api::ScheduledJobStatus> write_in_flight;  // null: none
  Flush flush;

  Tally tally;                                          // as it is in the engine's sums
  std::optional<std::list<Record*>::iterator> resting;  // its place in the engine's list

  // The agenda's own.
  static constexpr std::size_t kNotOnAgenda = static_cast<std::size_t>(-1);
  Instant agenda_time{};
  std::size_t agenda_index = kNotOnAgenda;

  // Of the spec that has been acted upon: a newer one may have been seen since, by a replica that is
  // stopping.
  std::int64_t folded_generation() const {
    return compiled_generation >= 0 ? compiled_generation : stored->observed_generation;
  }
  const api::ScheduledJobSpec* spec() const { return object && object->spec.ok() ? &*object->spec : nullptr; }
  bool deleting() const { return object && object->metadata.deletion_timestamp.has_value(); }
};

}  // namespace scheduledjob::engine
