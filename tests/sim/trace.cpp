#include "sim/trace.hpp"

#include <variant>
#include <vector>

#include <fmt/ranges.h>

#include "api/codec.hpp"

namespace scheduledjob::sim {
namespace {

std::string clock(NominalTime time) {
  return schedule::format_rfc3339(time).substr(5, 14);
}

std::string describe_job(const api::Job& job) {
  return fmt::format("Job {} version {}{}{}", job.metadata.key.name, job.metadata.resource_version,
                     job.phase == api::JobPhase::kActive      ? ""
                     : job.phase == api::JobPhase::kSucceeded ? ", succeeded"
                                                              : ", failed",
                     job.metadata.deletion_timestamp ? ", terminating" : "");
}

struct Describe {
  std::string operator()(const engine::ListStarted& input) {
    return fmt::format("list of {} begins", kind(input.kind));
  }
  std::string operator()(const engine::ListFinished& input) {
    return fmt::format("list of {} ends at {}", kind(input.kind), input.version);
  }
  std::string operator()(const engine::Progressed&) { return {}; }
  std::string operator()(const engine::ScheduledJobSeen& input) {
    const auto& metadata = input.object->metadata;
    return fmt::format("sees {} generation {} version {}{}", metadata.uid, metadata.generation,
                       metadata.resource_version, metadata.deletion_timestamp ? ", terminating" : "");
  }
  std::string operator()(const engine::ScheduledJobDeleted& input) {
    return fmt::format("sees {} go", input.uid);
  }
  std::string operator()(const engine::JobSeen& input) { return "sees " + describe_job(input.job); }
  std::string operator()(const engine::JobDeleted& input) {
    return "sees the deletion of " + describe_job(input.job);
  }
  std::string operator()(const engine::LeadershipAcquired& event) {
    return event.handover ? "acquires the lease, handed over" : "acquires the lease";
  }
  std::string operator()(const engine::BarrierRead& input) {
    return fmt::format("barrier of {} is {}", kind(input.kind), input.version);
  }
  std::string operator()(const engine::WindDownRequested&) { return "is to wind down"; }
  std::string operator()(const engine::DrainRequested&) { return "is to drain"; }
  std::string operator()(const engine::CreateEnded& input) {
    constexpr const char* kAnswers[] = {"created", "exists", "refused", "unknown"};
    return fmt::format("create of {} {}: {}{}", input.owner_uid, clock(input.scheduled_time),
                       kAnswers[static_cast<int>(input.answer)], input.error.ok() ? "" : ", ") +
           (input.error.ok() ? "" : std::string(input.error.message()));
  }
  std::string operator()(const engine::JobFetched& input) {
    return fmt::format("read of {} {}: {}", input.owner_uid, clock(input.scheduled_time),
                       !input.job.ok() ? "failed"
                       : *input.job    ? describe_job(**input.job)
                                       : "no such Job");
  }
  std::string operator()(const engine::JobTried& input) {
    return fmt::format("trial of {} generation {}: {}", input.owner_uid, input.generation,
                       input.verdict.ok() ? "accepted" : std::string(input.verdict.message()));
  }
  std::string operator()(const engine::DeleteEnded& input) {
    return fmt::format("delete of {}: {}", input.job_name, input.error.ok() ? "done" : "failed");
  }
  std::string operator()(const engine::StatusWriteEnded& input) {
    return fmt::format("status of {}: {}", input.owner_uid,
                       input.written.ok() ? fmt::format("version {}", *input.written)
                                          : std::string(input.written.status().message()));
  }
  std::string operator()(const engine::TimePassed&) { return {}; }

  std::string operator()(const engine::ReadBarrier&) { return {}; }
  std::string operator()(const engine::CreateJob& effect) {
    return fmt::format("CREATE {} (generation {})", effect.run.job_name, effect.owner->metadata.generation);
  }
  std::string operator()(const engine::TryJob& effect) { return "TRY " + effect.run.job_name; }
  std::string operator()(const engine::FetchJob& effect) { return "READ " + effect.job_name; }
  std::string operator()(const engine::DeleteJob& effect) { return "DELETE " + effect.job_name; }
  std::string operator()(const engine::WriteStatus& effect) {
    return fmt::format("WRITE {} over version {}: {}", effect.owner_uid, effect.version,
                       describe(effect.status));
  }
  std::string operator()(const engine::Report& effect) {
    return fmt::format("reports {} {} {} {} x{}", effect.key.name, clock(effect.run.scheduled_time),
                       std::string(api::to_string(effect.run.outcome)), effect.run.reason, effect.run.count);
  }
  std::string operator()(const engine::ConditionChanged& effect) {
    return fmt::format("reports {} {}={} {}", effect.key.name, effect.condition.type,
                       std::string(api::to_string(effect.condition.status)), effect.condition.reason);
  }
  static const char* kind(engine::Kind kind) { return kind == engine::Kind::kJob ? "Jobs" : "ScheduledJobs"; }
};

}  // namespace

std::string describe(const api::ScheduledJobStatus& status) {
  std::vector<std::string> open;
  for (const NominalTime time : status.open) open.push_back(clock(time));
  std::vector<std::string> pending;
  for (const api::PendingRun& run : status.pending) pending.push_back(clock(run.scheduled_time));
  const api::RunCounts& counts = status.run_counts;
  return fmt::format(
      "generation {}, decided {}, since {}, open [{}], pending [{}], started {} succeeded {} failed {} "
      "skipped {} "
      "missed {}, failures {}",
      status.observed_generation, status.decided_through ? clock(*status.decided_through) : "-",
      status.basis ? clock(status.basis->since) : "-", fmt::join(open, " "), fmt::join(pending, " "),
      counts.started, counts.succeeded, counts.failed, counts.skipped, counts.missed,
      status.consecutive_failures);
}

void Trace::input(int process, const engine::Input& input) {
  if (!on_) return;
  const std::string text = std::visit(Describe{}, input);
  if (!text.empty()) add(fmt::format("  {} {}", process, text));
}

void Trace::effect(int process, const engine::Effect& effect) {
  if (!on_) return;
  const std::string text = std::visit(Describe{}, effect);
  if (!text.empty()) add(fmt::format("    {} {}", process, text));
}

void Trace::add(const std::string& line) {
  lines_.push_back(schedule::format_rfc3339_micro(time_.now()).substr(5, 18) + " " + line);
  if (lines_.size() > kept_) lines_.pop_front();
}

}  // namespace scheduledjob::sim
