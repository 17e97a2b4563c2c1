#include "sim/model_server.hpp"

#include <utility>

#include <fmt/format.h>

namespace scheduledjob::sim {
namespace {

using engine::Kind;

bool within_bounds(const api::ScheduledJobStatus& status) {
  return status.open.size() <= api::kMaxOpenRuns && status.pending.size() <= api::kMaxPendingRuns &&
         status.active.size() <= api::kMaxActiveReferences &&
         status.recent_runs.size() <= api::kMaxRecentRuns &&
         status.next_schedule_times.size() <= api::kMaxNextTimes &&
         status.conditions.size() <= api::kMaxConditions;
}

}  // namespace

void ModelServer::append(Kind kind, Change change) {
  change.version = version_;
  change.at = time_.now();
  logs_[static_cast<std::size_t>(kind)].push_back(std::move(change));
  if (on_change) on_change(kind);
}

// -- ScheduledJobs

void ModelServer::store(std::shared_ptr<api::ScheduledJob> object) {
  object->metadata.resource_version = ++version_;
  SharedObject stored = std::move(object);
  objects_[stored->metadata.key.name] = stored;
  append(Kind::kScheduledJob, Change(stored));
}

void ModelServer::add(const std::string& name, api::ScheduledJobSpec spec) {
  auto object = std::make_shared<api::ScheduledJob>();
  object->metadata.key = {"default", name};
  object->metadata.uid = fmt::format("5c4ed01e-0000-4000-8000-{:012x}", ++uids_);
  object->metadata.generation = 1;
  object->metadata.creation_timestamp = time_.now_in_seconds();
  object->spec = std::move(spec);
  store(object);
  observer_.spec_changed(objects_[name]);
}

void ModelServer::edit(const std::string& name, const std::function<void(api::ScheduledJob&)>& change) {
  const SharedObject before = object(name);
  if (!before) return;
  auto edited = std::make_shared<api::ScheduledJob>(*before);
  change(*edited);
  ++edited->metadata.generation;
  store(edited);
  observer_.spec_changed(objects_[name]);
}

void ModelServer::start_deleting(const std::string& name) {
  if (!object(name)) return;
  edit(name,
       [this](api::ScheduledJob& object) { object.metadata.deletion_timestamp = time_.now_in_seconds(); });
}

void ModelServer::remove(const std::string& name) {
  const auto place = objects_.find(name);
  if (place == objects_.end()) return;
  auto last = std::make_shared<api::ScheduledJob>(*place->second);
  objects_.erase(place);
  last->metadata.resource_version = ++version_;
  observer_.object_removed(last);
  append(Kind::kScheduledJob, Change(SharedObject(last), true));
  if (on_orphans) on_orphans(last->metadata.uid);
}

SharedObject ModelServer::object(const std::string& name) const {
  const auto place = objects_.find(name);
  return place == objects_.end() ? nullptr : place->second;
}

bool ModelServer::uid_exists(const std::string& uid) const {
  for (const auto& [name, object] : objects_) {
    if (object->metadata.uid == uid) return true;
  }
  return false;
}

absl::StatusOr<ResourceVersion> ModelServer::write_status(const std::string& name, ResourceVersion version,
                                                          const api::ScheduledJobStatus& status, int actor) {
  const SharedObject before = object(name);
  if (!before) return absl::NotFoundError("no such ScheduledJob");
  if (before->metadata.resource_version != version) return absl::AbortedError("the object has been modified");
  if (!within_bounds(status)) return absl::FailedPreconditionError("a list is too long");
  auto after = std::make_shared<api::ScheduledJob>(*before);
  after->status = status;
  store(after);
  observer_.status_written(before, objects_[name], actor);
  return version_;
}

// -- Jobs

absl::StatusOr<SharedJob> ModelServer::create(api::Job job, const api::ScheduledJob* asked_by, int actor) {
  const std::string name = job.metadata.key.name;
  if (jobs_.contains(name)) return absl::AlreadyExistsError(fmt::format("Job {} already exists", name));
  job.metadata.uid = fmt::format("job-uid-{}", ++uids_);
  job.metadata.resource_version = ++version_;
  job.metadata.creation_timestamp = time_.now_in_seconds();
  SharedJob stored = std::make_shared<const api::Job>(std::move(job));
  jobs_[name] = stored;
  observer_.job_created(*stored, asked_by, actor);
  if (!stored->label_uid.empty()) append(Kind::kJob, Change(stored));
  if (on_job) on_job(*stored);
  return stored;
}

SharedJob ModelServer::job(const std::string& name) const {
  const auto place = jobs_.find(name);
  return place == jobs_.end() ? nullptr : place->second;
}

void ModelServer::change_job(const std::string& name, const std::function<void(api::Job&)>& change) {
  const SharedJob before = job(name);
  if (!before) return;
  auto changed = std::make_shared<api::Job>(*before);
  change(*changed);
  changed->metadata.resource_version = ++version_;
  const SharedJob stored = changed;
  jobs_[name] = stored;
  const bool ended = before->phase == api::JobPhase::kActive && stored->phase != api::JobPhase::kActive;
  if (ended) observer_.job_ended(*stored);
  if (!stored->label_uid.empty()) append(Kind::kJob, Change(stored));
  if (ended && on_end) on_end(*stored);
}

void ModelServer::strip_label(const std::string& name) {
  const SharedJob before = job(name);
  if (!before || before->label_uid.empty()) return;
  observer_.label_stripped(*before);
  auto stripped = std::make_shared<api::Job>(*before);
  stripped->metadata.resource_version = ++version_;
  // What a watch with a selector shows of it: the state that it matched, deleted.
  append(Kind::kJob, Change(std::make_shared<const api::Job>(*stripped), true));
  stripped->label_uid.clear();
  jobs_[name] = stripped;
}

void ModelServer::erase_job(const std::string& name, int actor) {
  auto last = std::make_shared<api::Job>(*jobs_.at(name));
  jobs_.erase(name);
  terminating_.erase(name);
  last->metadata.resource_version = ++version_;
  observer_.job_deleted(*last, actor);
  if (!last->label_uid.empty()) append(Kind::kJob, Change(SharedJob(last), true));
}

absl::Status ModelServer::delete_job(const std::string& name, const std::string& uid, bool foreground,
                                     int actor) {
  const SharedJob present = job(name);
  if (!present) return absl::NotFoundError("no such Job");
  if (!uid.empty() && present->metadata.uid != uid) return absl::AbortedError("the uid is another");
  if (!foreground) {
    erase_job(name, actor);
  } else if (terminating_.emplace(name, actor).second) {
    change_job(name, [this](api::Job& job) { job.metadata.deletion_timestamp = time_.now_in_seconds(); });
    if (on_terminating) on_terminating(*job(name));
  }
  return absl::OkStatus();
}

void ModelServer::finish_termination(const std::string& name, const std::string& uid) {
  const SharedJob present = job(name);
  const auto by = terminating_.find(name);
  if (present && present->metadata.uid == uid && by != terminating_.end()) erase_job(name, by->second);
}

std::vector<std::string> ModelServer::job_names(const std::function<bool(const api::Job&)>& which) const {
  std::vector<std::string> names;
  for (const auto& [name, job] : jobs_) {
    if (which(*job)) names.push_back(name);
  }
  return names;
}

// -- Watches

std::vector<Change> ModelServer::snapshot(Kind kind) const {
  std::vector<Change> changes;
  if (kind == Kind::kScheduledJob) {
    for (const auto& [name, object] : objects_) changes.emplace_back(object);
  } else {
    for (const auto& [name, job] : jobs_) {
      if (!job->label_uid.empty()) changes.emplace_back(job);
    }
  }
  return changes;
}

}  // namespace scheduledjob::sim
