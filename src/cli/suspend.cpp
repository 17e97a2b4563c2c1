#include "cli/suspend.hpp"

#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/clock.hpp"
#include "cli/cluster.hpp"
#include "cli/keeper.hpp"
#include "cli/outlook.hpp"

namespace scheduledjob::cli {
namespace {

using api::ScheduledJob;
using schedule::NominalTime;

std::string next_sentence(const Outlook& outlook, NominalTime now, std::string_view wording) {
  if (!outlook.schedule().ok()) return "Nothing runs all the same: its schedule is not valid.";
  const auto next = outlook.schedule()->next_after(now);
  if (!next) return "Its schedule has ended: there is no further instant.";
  return fmt::format("{} {}, in {}.", wording, reading(*next, outlook.zone()), distance(*next - now));
}

SuspensionChange suspending(const ScheduledJob& object, const Outlook& outlook, NominalTime now) {
  if (outlook.suspension() == Suspension::kRequested) return {{}, {"It is suspended already."}};
  SuspensionChange change{R"({"spec":{"suspend":true}})", {"Suspended: nothing new starts."}};
  if (object.status.active_count > 0) {
    change.sentences.push_back(fmt::format("Runs under way ({}) go on.", object.status.active_count));
  }
  if (!object.status.pending.empty()) {
    change.sentences.push_back(fmt::format("Instants that wait ({}) are dropped, as Skipped (Suspended).",
                                           object.status.pending.size()));
  }
  change.sentences.push_back(next_sentence(outlook, now, "The first instant left out is"));
  change.sentences.emplace_back(
      "Instants that pass until it is resumed are recorded as Skipped (Suspended) then, and never made up "
      "for.");
  return change;
}

// Absent where the status does not tell since when.
std::optional<std::uint64_t> passed_while_suspended(const ScheduledJob& object, const Outlook& outlook,
                                                    NominalTime now) {
  const api::ScheduledJobStatus& status = object.status;
  const bool is_seen = status.observed_generation == object.metadata.generation;
  if (!is_seen || !status.decided_through || !outlook.schedule().ok()) return std::nullopt;
  return outlook.schedule()->count_between(*status.decided_through, now);
}

SuspensionChange resuming(const ScheduledJob& object, const Outlook& outlook, NominalTime now) {
  const Suspension suspension = outlook.suspension();
  if (suspension == Suspension::kNone) return {{}, {"It is not suspended."}};
  SuspensionChange change{{}, {"Resumed."}};
  if (suspension == Suspension::kRequested) {
    change.merge_patch = R"({"spec":{"suspend":false}})";
  } else {
    const nlohmann::json annotations{{api::kResumeAnnotation, schedule::format_rfc3339(now)}};
    change.merge_patch = nlohmann::json{{"metadata", {{"annotations", annotations}}}}.dump();
    change.sentences = {fmt::format("Resumed by the annotation {} (failures in a row: {}).",
                                    api::kResumeAnnotation, object.status.consecutive_failures)};
  }
  if (const auto passed = passed_while_suspended(object, outlook, now)) {
    change.sentences.push_back(*passed == 0
                                   ? "No instant has passed meanwhile."
                                   : fmt::format("Instants that have passed meanwhile: {}. They are recorded "
                                                 "as Skipped (Suspended), and not made up for.",
                                                 *passed));
  }
  change.sentences.push_back(next_sentence(outlook, now, "The next instant is"));
  return change;
}

}  // namespace

SuspensionChange plan_suspension(const ScheduledJob& object, bool suspend, NominalTime now) {
  const Outlook outlook(object);
  return suspend ? suspending(object, outlook, now) : resuming(object, outlook, now);
}

ExitCode run_suspend(const SuspendCommand& command, std::ostream& out, std::ostream& err,
                     const Surroundings& surroundings) {
  absl::StatusOr<Cluster> cluster = Cluster::connect(command.cluster, surroundings.connect);
  if (!cluster.ok()) return report(cluster.status(), err);
  const absl::StatusOr<Stored> stored = cluster->scheduled_job(command.name);
  if (!stored.ok()) return report(stored.status(), err);
  const SuspensionChange change = plan_suspension(stored->object, command.suspend, surroundings.now);
  if (!change.merge_patch.empty()) {
    const absl::Status patched = cluster->patch_scheduled_job(command.name, change.merge_patch);
    if (!patched.ok()) return report(patched, err);
  }
  out << title_of(stored->object) << '\n';
  for (const std::string& sentence : change.sentences) out << sentence << '\n';
  if (const auto keeper = keeper_of(stored->json); keeper && !change.merge_patch.empty()) {
    err << fmt::format("Warning: it is managed by {}: {}.\n", keeper->name, keeper->warning);
  }
  return kFine;
}

}  // namespace scheduledjob::cli
