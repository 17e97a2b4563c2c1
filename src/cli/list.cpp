#include "cli/list.hpp"

#include <algorithm>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "cli/clock.hpp"
#include "cli/cluster.hpp"
#include "cli/outlook.hpp"
#include "cli/table.hpp"
#include "cli/terminal_text.hpp"

namespace scheduledjob::cli {
namespace {

using api::Outcome;
using api::RecentRun;
using api::ScheduledJob;
using schedule::NominalTime;

constexpr std::size_t kWidestSchedule = 24;

std::string schedule_in_short(const ScheduledJob& object) {
  if (!object.spec.ok()) return "?";
  std::string first = object.spec->schedule.value_or("");
  std::size_t others = object.spec->schedules.size();
  if (first.empty() && others > 0) {
    const api::ScheduleEntry& entry = object.spec->schedules.front();
    first = entry.cron    ? *entry.cron
            : entry.every ? fmt::format("every {}", *entry.every)
                          : fmt::format("at {}", entry.at.value_or("?"));
    --others;
  }
  first = shortened(printable(first), kWidestSchedule);
  return others == 0 ? first : fmt::format("{} (+{})", first, others);
}

std::string next_run(const Outlook& outlook, NominalTime now) {
  if (!outlook.schedule().ok()) return "never: not valid";
  if (outlook.suspension() != Suspension::kNone) return "-";
  const auto next = outlook.next_run(now);
  return next ? fmt::format("in {}", distance(*next - now)) : "schedule ended";
}

std::string last_result(const ScheduledJob& object, NominalTime now) {
  const auto& runs = object.status.recent_runs;
  const auto last = std::find_if(runs.begin(), runs.end(),
                                 [](const RecentRun& run) { return run.outcome != Outcome::kRunning; });
  if (last == runs.end()) return "-";
  const NominalTime since = last->completion_time.value_or(last->through_time.value_or(last->scheduled_time));
  std::string result(api::to_string(last->outcome));
  if (last->outcome != Outcome::kSucceeded && !last->reason.empty()) {
    result += fmt::format(" ({})", printable(last->reason));
  }
  return fmt::format("{} {} ago", result, distance(std::max(now - since, std::chrono::seconds{0})));
}

std::string last_lateness(const ScheduledJob& object, const Outlook& outlook) {
  for (const RecentRun& run : object.status.recent_runs) {
    if (const auto late = outlook.lateness(run)) return distance(*late);
  }
  return "-";
}

std::string suspended(const Outlook& outlook) {
  switch (outlook.suspension()) {
    case Suspension::kNone:
      return "no";
    case Suspension::kRequested:
      return "yes";
    case Suspension::kByFailures:
      return "by failures";
  }
  return {};
}

}  // namespace

void write_list(const std::vector<ScheduledJob>& objects, bool with_namespaces, NominalTime now,
                std::ostream& out) {
  std::vector<std::string> headings{"NAME",        "SCHEDULE", "TIME ZONE", "NEXT RUN",
                                    "LAST RESULT", "LATE",     "SUSPENDED", "ACTIVE"};
  if (with_namespaces) headings.insert(headings.begin(), "NAMESPACE");
  Table table(std::move(headings));
  for (const ScheduledJob& object : objects) {
    const Outlook outlook(object);
    std::vector<std::string> row{object.metadata.key.name,
                                 schedule_in_short(object),
                                 object.spec.ok() ? printable(object.spec->time_zone.value_or("UTC")) : "?",
                                 next_run(outlook, now),
                                 last_result(object, now),
                                 last_lateness(object, outlook),
                                 suspended(outlook),
                                 std::to_string(object.status.active_count)};
    if (with_namespaces) row.insert(row.begin(), object.metadata.key.namespace_);
    table.add(std::move(row));
  }
  table.write(out);
}

ExitCode run_list(const ListCommand& command, std::ostream& out, std::ostream& err,
                  const Surroundings& surroundings) {
  absl::StatusOr<Cluster> cluster = Cluster::connect(command.cluster, surroundings.connect);
  if (!cluster.ok()) return report(cluster.status(), err);
  const auto objects = cluster->scheduled_jobs();
  if (!objects.ok()) return report(objects.status(), err);
  if (objects->empty()) {
    err << fmt::format("There are no ScheduledJobs in {}.\n", cluster->place());
    return kFine;
  }
  write_list(*objects, cluster->all_namespaces(), surroundings.now, out);
  return kFine;
}

}  // namespace scheduledjob::cli
