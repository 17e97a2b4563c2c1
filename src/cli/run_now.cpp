#include "cli/run_now.hpp"

#include <ostream>
#include <string>

#include <fmt/format.h>

#include "api/manual_job.hpp"
#include "cli/cluster.hpp"
#include "cli/outlook.hpp"
#include "cli/terminal_text.hpp"
#include "kube/errors.hpp"

namespace scheduledjob::cli {
namespace {

constexpr std::chrono::seconds kBetweenLooks{1};
constexpr int kMostSilentLooks = 60;  // in a row, before waiting is given up

// Another try may go better.
bool passes(const absl::Status& error) {
  return absl::IsUnavailable(error) || absl::IsResourceExhausted(error) || absl::IsInternal(error) ||
         kube::outcome_unknown(error);
}

absl::StatusOr<api::Job> await_end(Cluster& cluster, const std::string& name,
                                   const Surroundings& surroundings) {
  for (int silent = 0;; surroundings.pause(kBetweenLooks)) {
    absl::StatusOr<api::Job> job = cluster.job(name);
    const bool active = job.ok() && job->phase == api::JobPhase::kActive;
    const bool try_again = !job.ok() && passes(job.status()) && ++silent < kMostSilentLooks;
    if (!active && !try_again) return job;
    if (active) silent = 0;
  }
}

ExitCode wait_for(Cluster& cluster, const std::string& name, std::ostream& err,
                  const Surroundings& surroundings) {
  const absl::StatusOr<api::Job> job = await_end(cluster, name, surroundings);
  if (!job.ok()) {
    if (!absl::IsNotFound(job.status())) return report(job.status(), err);
    err << fmt::format("Job {} is gone; how it ended is not known.\n", name);
    return kRefused;
  }
  if (job->phase == api::JobPhase::kSucceeded) {
    err << fmt::format("Job {} has succeeded.\n", name);
    return kFine;
  }
  err << fmt::format("Job {} has failed ({}): {}\n", name, printable(job->reason), printable(job->message));
  return kRefused;
}

}  // namespace

ExitCode run_run(const RunCommand& command, std::ostream& out, std::ostream& err,
                 const Surroundings& surroundings) {
  absl::StatusOr<Cluster> cluster = Cluster::connect(command.cluster, surroundings.connect);
  if (!cluster.ok()) return report(cluster.status(), err);
  const absl::StatusOr<Stored> stored = cluster->scheduled_job(command.name);
  if (!stored.ok()) return report(stored.status(), err);
  const api::ScheduledJob& object = stored->object;
  if (object.metadata.deletion_timestamp) {
    return report(absl::FailedPreconditionError(fmt::format("{} is being deleted", title_of(object))), err);
  }
  const std::string name = api::manual_job_name(object.metadata, surroundings.now);
  absl::StatusOr<std::string> manifest = api::manual_job_manifest(object, name);
  if (!manifest.ok()) return report(manifest.status(), err);
  if (const absl::Status created = cluster->create_job(*std::move(manifest)); !created.ok()) {
    if (kube::outcome_unknown(created)) {
      err << fmt::format("Whether it was created is not known; look for the Job {} before you try again.\n",
                         name);
    }
    return report(created, err);
  }
  out << fmt::format("job.batch/{}\n", name) << std::flush;
  return command.wait ? wait_for(*cluster, name, err, surroundings) : kFine;
}

}  // namespace scheduledjob::cli
