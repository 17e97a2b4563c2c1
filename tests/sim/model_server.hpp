// A model of the API server: what it stores, in which order, and what it refuses. No network: calls here are
// the moment of the commit.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "api/job.hpp"
#include "api/scheduled_job.hpp"
#include "engine/input.hpp"
#include "sim/timeline.hpp"

namespace scheduledjob::sim {

using api::ResourceVersion;
using SharedObject = std::shared_ptr<const api::ScheduledJob>;
using SharedJob = std::shared_ptr<const api::Job>;

// Who does something. Operators have numbers from 0, one for each process that ever ran.
enum Actor : int { kUser = -1, kGarbageCollector = -2, kTtlController = -3, kJobController = -4 };

// One entry of a watch: exactly one of `object` and `job`.
struct Change {
  explicit Change(SharedObject seen, bool is_gone = false) : deleted(is_gone), object(std::move(seen)) {}
  explicit Change(SharedJob seen, bool is_gone = false) : deleted(is_gone), job(std::move(seen)) {}

  ResourceVersion version = 0;
  Instant at{};
  bool deleted = false;
  SharedObject object;
  SharedJob job;
};

// Sees everything that happens, the moment it happens.
class ServerObserver {
 public:
  virtual ~ServerObserver() = default;
  virtual void spec_changed(const SharedObject& object) = 0;
  virtual void object_removed(const SharedObject& object) = 0;
  virtual void status_written(const SharedObject& before, const SharedObject& after, int actor) = 0;
  virtual void job_created(const api::Job& job, const api::ScheduledJob* asked_by, int actor) = 0;
  virtual void job_ended(const api::Job& job) = 0;
  virtual void job_deleted(const api::Job& job, int actor) = 0;
  virtual void label_stripped(const api::Job& job) = 0;
};

// Everything is in one namespace. Optimistic concurrency, unique names, one counter of versions, and a log
// for each kind that watches read: that of Jobs shows only those with our label, as the operator's selector
// asks.
class ModelServer {
 public:
  ModelServer(Timeline& time, ServerObserver& observer) : time_(time), observer_(observer) {}

  // -- ScheduledJobs
  void add(const std::string& name, api::ScheduledJobSpec spec);
  void edit(const std::string& name, const std::function<void(api::ScheduledJob&)>& change);
  void start_deleting(const std::string& name);
  void remove(const std::string& name);
  SharedObject object(const std::string& name) const;  // null: no such object
  bool uid_exists(const std::string& uid) const;
  // kNotFound, kAborted (another version), kFailedPrecondition (a list beyond the schema's bounds).
  absl::StatusOr<ResourceVersion> write_status(const std::string& name, ResourceVersion version,
                                               const api::ScheduledJobStatus& status, int actor);

  // -- Jobs. `job` comes without uid, version and creation time. kAlreadyExists.
  absl::StatusOr<SharedJob> create(api::Job job, const api::ScheduledJob* asked_by, int actor);
  SharedJob job(const std::string& name) const;  // null: no such Job
  void change_job(const std::string& name, const std::function<void(api::Job&)>& change);
  void strip_label(const std::string& name);
  // Foreground: the Job stays, terminating, until finish_termination(). kAborted: the name has another uid.
  absl::Status delete_job(const std::string& name, const std::string& uid, bool foreground, int actor);
  void finish_termination(const std::string& name, const std::string& uid);
  std::vector<std::string> job_names(const std::function<bool(const api::Job&)>& which) const;

  // -- Watches
  ResourceVersion version() const { return version_; }
  const std::vector<Change>& log(engine::Kind kind) const { return logs_[static_cast<std::size_t>(kind)]; }
  // What a consistent list shows now.
  std::vector<Change> snapshot(engine::Kind kind) const;
  std::function<void(engine::Kind)> on_change;

  // Called when a foreground deletion begins: pods take their time.
  std::function<void(const api::Job&)> on_terminating;
  // Called for each Job that comes to be, and for each ScheduledJob that goes.
  std::function<void(const api::Job&)> on_job;
  std::function<void(const std::string& uid)> on_orphans;
  std::function<void(const api::Job&)> on_end;

 private:
  void append(engine::Kind kind, Change change);
  void store(std::shared_ptr<api::ScheduledJob> object);
  void erase_job(const std::string& name, int actor);

  Timeline& time_;
  ServerObserver& observer_;
  ResourceVersion version_ = 100;
  std::uint64_t uids_ = 0;
  std::map<std::string, SharedObject> objects_;
  std::map<std::string, SharedJob> jobs_;
  std::map<std::string, int> terminating_;  // names of Jobs that wait for their pods, and who deleted them
  std::vector<Change> logs_[engine::kKinds];
};

}  // namespace scheduledjob::sim
