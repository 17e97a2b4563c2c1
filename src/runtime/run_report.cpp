#include "runtime/run_report.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "api/codec.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::runtime {
namespace {

std::string_view sentence(api::Outcome outcome) {
  switch (outcome) {
    case api::Outcome::kRunning:
      return "Run started";
    case api::Outcome::kSucceeded:
      return "Run succeeded";
    case api::Outcome::kFailed:
      return "Run failed";
    case api::Outcome::kStopped:
      return "Run stopped";
    case api::Outcome::kVanished:
      return "Run vanished";
    case api::Outcome::kSkipped:
      return "Run skipped";
    case api::Outcome::kMissed:
      return "Run missed";
    case api::Outcome::kNotCreated:
      return "Run not created";
  }
  return "Run ended";
}

LogLevel level(bool attention) {
  return attention ? LogLevel::kWarning : LogLevel::kInfo;
}

}  // namespace

bool needs_attention(const api::RecentRun& run) {
  switch (run.outcome) {
    case api::Outcome::kRunning:
    case api::Outcome::kSucceeded:
    case api::Outcome::kStopped:
      return false;
    case api::Outcome::kSkipped:
      return run.reason != "Suspended";
    case api::Outcome::kFailed:
    case api::Outcome::kVanished:
    case api::Outcome::kMissed:
    case api::Outcome::kNotCreated:
      return true;
  }
  return true;
}

bool needs_attention(const api::Condition& condition) {
  if (condition.type == "Ready") return condition.status == api::ConditionStatus::kFalse;
  if (condition.type == "Suspended" && condition.reason == "Requested") return false;
  return condition.status == api::ConditionStatus::kTrue;
}

void publish(const engine::Report& report, Telemetry& telemetry, Log& log) {
  const api::RecentRun& run = report.run;
  telemetry.record_outcome(api::to_string(run.outcome), run.reason, static_cast<std::uint64_t>(run.count));

  std::vector<LogField> fields = {{"namespace", report.key.namespace_},
                                  {"scheduledJob", report.key.name},
                                  {"scheduledTime", schedule::format_rfc3339(run.scheduled_time)}};
  if (run.count > 1) {
    if (run.through_time) fields.push_back({"throughTime", schedule::format_rfc3339(*run.through_time)});
    fields.push_back({"count", std::to_string(run.count)});
  }
  if (!run.job_name.empty()) fields.push_back({"job", run.job_name});
  if (!run.reason.empty()) fields.push_back({"reason", run.reason});
  if (!run.message.empty()) fields.push_back({"detail", run.message});
  log.write(level(needs_attention(run)), sentence(run.outcome), fields);
}

void publish(const engine::ConditionChanged& change, Log& log) {
  const api::Condition& condition = change.condition;
  const std::vector<LogField> fields = {
      {"namespace", change.key.namespace_},
      {"scheduledJob", change.key.name},
      {"condition", condition.type + "=" + std::string(api::to_string(condition.status))},
      {"reason", condition.reason},
      {"detail", condition.message}};
  log.write(level(needs_attention(condition)), "Condition changed", fields);
}

}  // namespace scheduledjob::runtime
