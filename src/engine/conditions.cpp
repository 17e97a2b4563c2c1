#include "engine/conditions.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/create.hpp"
#include "engine/edit.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

using api::Condition;
using api::ConditionStatus;
using api::Outcome;

struct Verdict {
  ConditionStatus status;
  std::string reason;
  std::string message;
};

ConditionStatus truth(bool value) {
  return value ? ConditionStatus::kTrue : ConditionStatus::kFalse;
}

Verdict readiness(const Record& record) {
  if (!record.object->spec.ok())
    return {ConditionStatus::kFalse, "InvalidSpec", std::string(record.object->spec.status().message())};
  if (!record.schedule.ok()) {
    return {ConditionStatus::kFalse, "InvalidSchedule", std::string(record.schedule.status().message())};
  }
  const std::string refusal(record.create_refusal.message());
  if (is_invalid(record.create_refusal)) return {ConditionStatus::kFalse, "InvalidJobTemplate", refusal};
  if (is_homeless(record.create_refusal)) return {ConditionStatus::kFalse, "NamespaceTerminating", refusal};
  if (record.create_refusal.code() == absl::StatusCode::kPermissionDenied)
    return {ConditionStatus::kFalse, "CreateForbidden", refusal};
  if (!record.create_refusal.ok()) return {ConditionStatus::kFalse, "CreateRefused", refusal};
  if (active_runs(record) >= api::kMaxOpenRuns) {
    return {ConditionStatus::kTrue, "RunLimitReached",
            fmt::format("{} runs are active, the most there can be; instants are skipped until one ends",
                        active_runs(record))};
  }
  if (!record.schedule->next_after(record.ledger.decided_through)) {
    return {ConditionStatus::kTrue, "ScheduleEnded", "no further instant"};
  }
  return {ConditionStatus::kTrue, "Scheduled", "the schedule is in force"};
}

Verdict suspension(const Record& record) {
  const api::ScheduledJobSpec* spec = record.spec();
  if (spec && spec->suspend) return {ConditionStatus::kTrue, "Requested", "spec.suspend is true"};
  if (suspended_by_failures(record)) {
    return {
        ConditionStatus::kTrue, "TooManyFailures",
        fmt::format("{} runs failed in a row; to go on, edit the spec or give the annotation {} a new value",
                    record.ledger.consecutive_failures, api::kResumeAnnotation)};
  }
  return {ConditionStatus::kFalse, "NotSuspended", ""};
}

Verdict last_run(const Ledger& ledger) {
  const auto ended =
      std::find_if(ledger.recent_runs.begin(), ledger.recent_runs.end(), [](const api::RecentRun& run) {
        return run.outcome == Outcome::kSucceeded || run.outcome == Outcome::kFailed;
      });
  const std::string job = ended == ledger.recent_runs.end() ? "" : fmt::format("Job {}", ended->job_name);
  if (ledger.consecutive_failures > 0) {
    const bool told = ended != ledger.recent_runs.end() && !ended->reason.empty();
    return {ConditionStatus::kFalse, told ? ended->reason : "Failed", job};
  }
  return {ConditionStatus::kTrue, "Succeeded", job};
}

Verdict stuck_runs(const Record& record) {
  const StuckRuns& stuck = record.stuck;
  if (stuck.count == 0) return {ConditionStatus::kFalse, "NoneStuck", ""};
  const std::string others = stuck.count == 1 ? "" : fmt::format(" (and {} more)", stuck.count - 1);
  return {
      ConditionStatus::kTrue, "NoPodReady",
      fmt::format("Job {}{} started long ago and has no pod that is ready or has ended; its events tell why: "
                  "kubectl -n {} describe job {}",
                  stuck.first_job, others, record.object->metadata.key.namespace_, stuck.first_job)};
}

const Condition* earlier_condition(const Record& record, std::string_view type) {
  const auto& conditions = record.stored->conditions;
  const auto found = std::find_if(conditions.begin(), conditions.end(),
                                  [type](const Condition& condition) { return condition.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

// What this leader has not learned yet is as its predecessor knew it.
Verdict learned(const Record& record, const char* type, const std::optional<std::string>& finding,
                const char* reason_if_found, const char* reason_if_not) {
  const Condition* earlier = earlier_condition(record, type);
  if (!finding && earlier) return {earlier->status, earlier->reason, earlier->message};
  const std::string found = finding.value_or("");
  if (found.empty()) return {ConditionStatus::kFalse, reason_if_not, ""};
  return {ConditionStatus::kTrue, reason_if_found, found};
}

}  // namespace

std::vector<Condition> conditions_of(const Record& record, NominalTime now) {
  std::vector<Condition> conditions;
  const auto add = [&](const char* type, Verdict verdict) {
    Condition condition{type,
                        verdict.status,
                        record.folded_generation(),
                        now,
                        std::move(verdict.reason),
                        std::move(verdict.message)};
    const Condition* earlier = earlier_condition(record, type);
    if (earlier && earlier->status == condition.status)
      condition.last_transition_time = earlier->last_transition_time;
    conditions.push_back(std::move(condition));
  };
  const auto add_advice = [&](const char* type, const Verdict& verdict) {
    if (verdict.status == ConditionStatus::kTrue || earlier_condition(record, type)) add(type, verdict);
  };
  const Verdict ready = readiness(record);
  const bool permanent = !record.schedule.ok() || is_invalid(record.create_refusal);
  const bool trying = ready.status == ConditionStatus::kFalse && !permanent;
  add("Ready", ready);
  add("Reconciling", {truth(trying), trying ? ready.reason : "Settled", ""});
  add("Stalled",
      {truth(permanent), permanent ? ready.reason : "Progressing", permanent ? ready.message : ""});
  add("Suspended", suspension(record));
  if (record.ledger.counts.succeeded + record.ledger.counts.failed > 0)
    add("LastRunSucceeded", last_run(record.ledger));
  add_advice("RunsStuck", stuck_runs(record));
  add_advice("HistoryAtRisk",
             learned(record, "HistoryAtRisk", record.history_risk, "TimeToLiveCut", "TimeToLiveKept"));
  add_advice("FieldsDropped",
             learned(record, "FieldsDropped", record.dropped_fields, "UnknownFields", "AllFieldsKnown"));
  return conditions;
}

}  // namespace scheduledjob::engine
