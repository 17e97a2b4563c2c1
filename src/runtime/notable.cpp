#include "runtime/notable.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "runtime/run_report.hpp"

namespace scheduledjob::runtime {
namespace {

using api::Outcome;

std::string_view predicate(Outcome outcome) {
  switch (outcome) {
    case Outcome::kRunning:
      return "started";
    case Outcome::kSucceeded:
      return "succeeded";
    case Outcome::kFailed:
      return "failed";
    case Outcome::kStopped:
      return "was stopped";
    case Outcome::kVanished:
      return "vanished";
    case Outcome::kSkipped:
      return "was skipped";
    case Outcome::kMissed:
      return "was missed";
    case Outcome::kNotCreated:
      return "was not created";
  }
  return "ended";
}

// "The run of 2026-11-26T02:00:00Z (Job nightly-20261126-020000-x7k2p) failed: BackoffLimitExceeded: ..."
std::string sentence(const api::RecentRun& run) {
  std::string text =
      run.count == 1 ? fmt::format("The run of {}", schedule::format_rfc3339(run.scheduled_time))
                     : fmt::format("Each of {} runs from {} to {}", run.count,
                                   schedule::format_rfc3339(run.scheduled_time),
                                   schedule::format_rfc3339(run.through_time.value_or(run.scheduled_time)));
  if (!run.job_name.empty()) text += fmt::format(" (Job {})", run.job_name);
  text += fmt::format(" {}", predicate(run.outcome));
  if (!run.reason.empty()) text += fmt::format(": {}", run.reason);
  if (!run.message.empty()) text += fmt::format(": {}", run.message);
  return text;
}

// The others say the same in other words, or tell of what the Events of runs tell.
constexpr std::array<std::string_view, 5> kAnnounced{"Ready", "Suspended", "RunsStuck", "HistoryAtRisk",
                                                     "FieldsDropped"};

}  // namespace

std::optional<api::Event> event_of(const engine::Report& report) {
  const bool bad = needs_attention(report.run);
  if (!bad && report.run.outcome != Outcome::kStopped) return std::nullopt;
  return api::Event{.regarding = report.key,
                    .regarding_uid = report.owner_uid,
                    .type = bad ? api::EventType::kWarning : api::EventType::kNormal,
                    .reason = fmt::format("Run{}", std::string(api::to_string(report.run.outcome))),
                    .action = report.run.reason.empty() ? "Run" : report.run.reason,
                    .note = sentence(report.run)};
}

std::optional<api::Event> event_of(const engine::ConditionChanged& change) {
  const api::Condition& condition = change.condition;
  if (std::find(kAnnounced.begin(), kAnnounced.end(), condition.type) == kAnnounced.end())
    return std::nullopt;
  return api::Event{.regarding = change.key,
                    .regarding_uid = change.owner_uid,
                    .type = needs_attention(condition) ? api::EventType::kWarning : api::EventType::kNormal,
                    .reason = condition.reason,
                    .action = condition.type,
                    .note = condition.message.empty() ? condition.reason : condition.message};
}

}  // namespace scheduledjob::runtime
