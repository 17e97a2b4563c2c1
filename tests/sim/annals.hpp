// What really happened, Jobs deleted included: the truth that statuses are held against.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schedule/schedule.hpp"
#include "sim/model_server.hpp"

namespace scheduledjob::sim {

// One generation of a ScheduledJob's spec.
struct SpecVersion {
  std::int64_t generation = 0;
  Instant from{};
  SharedObject object;
  absl::StatusOr<schedule::Schedule> schedule;
  std::string basis;  // its hash; "invalid" when there are no instants

  const api::ScheduledJobSpec& spec() const { return *object->spec; }
  bool names(NominalTime time) const;
  std::int64_t count(NominalTime after, NominalTime through) const;
  Instant due(NominalTime time) const;  // jitter included
};

// A process's creates of a run: from the first one on, the run has its place.
struct Asked {
  std::int64_t generation = 0;
  Instant at{};
  int order = 0;       // among all that are asked for
  Instant again_at{};  // the last one
};

// One instant's Job.
struct RunAnnals {
  int creations = 0;
  std::string job_name;
  std::string job_uid;
  Instant created_at{};
  int created_by = 0;
  std::optional<std::int32_t> time_to_live;  // in seconds, after the end
  std::optional<Instant> due;                // as the engine says
  std::map<int, Asked> asked_for;            // by process
  bool refused = false;                      // an answer said so
  std::optional<Instant> ended_at;
  bool failed = false;
  std::map<int, Instant> delete_asked_at;  // by process: the last time
  std::optional<Instant> deleted_at;
  int deleted_by = 0;
  bool recorded_when_deleted = false;
  bool end_unrecorded = false;  // it had ended when it was deleted, and the status did not say so
  bool stripped = false;
  std::map<int, Instant> known_to;      // process: since when
  std::map<int, Instant> end_known_to;  // likewise

  // Whether the process knew of the Job when it last asked for it.
  bool known_when_asked(int process) const {
    const auto known = known_to.find(process);
    const auto asked = asked_for.find(process);
    return known != known_to.end() && (asked == asked_for.end() || known->second < asked->second.again_at);
  }

  bool active_at(Instant time) const {
    return creations > 0 && created_at <= time && (!ended_at || *ended_at > time) &&
           (!deleted_at || *deleted_at > time);
  }
};

// A Job that belongs to no instant.
struct JobByHand {
  std::string name;
  Instant created_at{};
  std::optional<Instant> over_at;
  std::map<int, Instant> known_to;  // process: since when
  bool stripped = false;
  bool active_at(Instant time) const { return created_at <= time && (!over_at || *over_at > time); }
};

struct ObjectAnnals {
  std::string uid;
  std::string name;
  std::vector<SpecVersion> versions;  // by generation, from 1
  std::map<NominalTime, RunAnnals> runs;
  std::map<std::string, JobByHand> by_hand;  // by uid
  SharedObject stored;                       // null: removed
  Instant status_written_at{};
  std::map<int, Instant> write_asked_at;  // by process: the last time
  std::int64_t first_generation = 0;      // that a status was about; 0: there is none
  std::map<std::string, int> calls;
  // Runs of which the operator may be unable to know everything, by no fault of its own: deleted by hand
  // before that was recorded, or out of its sight without their label.
  int blurred = 0;

  const SpecVersion& current() const { return versions.back(); }
  const SpecVersion& version(std::int64_t generation) const {
    return versions[static_cast<std::size_t>(generation) - 1];
  }
  NominalTime created() const { return versions.front().object->metadata.creation_timestamp; }
};

// Whether the status says that the instant's Job was created.
bool is_recorded(const api::ScheduledJobStatus& status, NominalTime time);

}  // namespace scheduledjob::sim
