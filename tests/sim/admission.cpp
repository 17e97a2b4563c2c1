#include "sim/admission.hpp"

namespace scheduledjob::sim {
namespace {

absl::Status invalid() {
  return absl::FailedPreconditionError("Job is invalid: spec.template: Required value");
}

absl::Status verdict_on(const api::ScheduledJob& owner) {
  const bool refused = owner.spec->job_template.find(kRefused) != std::string::npos;
  return refused ? invalid() : absl::OkStatus();
}

}  // namespace

absl::StatusOr<SharedJob> create_job(ModelServer& server, Weather& weather, const engine::CreateJob& effect,
                                     std::chrono::seconds ttl_margin, int actor) {
  const api::ScheduledJob& owner = *effect.owner;
  if (weather.strikes(Trouble::kQuota, -1))
    return absl::PermissionDeniedError("exceeded quota: count/jobs.batch");
  if (weather.strikes(Trouble::kInvalidJob, -1)) return invalid();
  if (absl::Status verdict = verdict_on(owner); !verdict.ok()) return verdict;
  if (!server.job(effect.run.job_name) && weather.strikes(Trouble::kNameTaken, -1)) {
    api::Job foreign;
    foreign.metadata.key = {"default", effect.run.job_name};
    (void)server.create(std::move(foreign), nullptr, kUser);
  }
  api::Job job;
  job.metadata.key = {"default", effect.run.job_name};
  job.owner_uid = job.label_uid = owner.metadata.uid;
  job.owner_name = owner.metadata.key.name;
  job.scheduled_time = effect.run.scheduled_time;
  job.ready = 1;
  job.time_to_live = owner.spec->ttl_seconds_after_finished;
  if (job.time_to_live) {
    job.ttl_seconds_after_finished = *job.time_to_live + static_cast<std::int32_t>(ttl_margin.count());
  }
  return server.create(std::move(job), &owner, actor);
}

absl::StatusOr<bool> try_job(const engine::TryJob& effect) {
  if (absl::Status verdict = verdict_on(*effect.owner); !verdict.ok()) return verdict;
  return true;
}

}  // namespace scheduledjob::sim
