// What spec and status of a ScheduledJob come to together: the questions that several commands ask.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::cli {

enum class Suspension { kNone, kRequested, kByFailures };

// One object, its schedule compiled. Keeps a reference to the object.
class Outlook {
 public:
  explicit Outlook(const api::ScheduledJob& object);

  // Errors: what is wrong with the spec or its schedules, with the path of the field.
  const absl::StatusOr<schedule::Schedule>& schedule() const { return schedule_; }

  // What it is compiled from. Errors: the same.
  absl::StatusOr<schedule::Definition> definition() const;

  // The zone in which its times are told; empty for UTC, and for one that nobody knows.
  const std::string& zone() const { return zone_; }

  Suspension suspension() const;

  // The first instant after `time`; nothing at the end of the schedule, while suspended, and without a valid
  // schedule.
  std::optional<schedule::NominalTime> next_run(schedule::NominalTime time) const;

  // When the run of an instant of the schedule is due, jitter included. Requires a valid schedule.
  schedule::Instant due(schedule::NominalTime time) const;

  // How long after that its Job started, in whole seconds, as Kubernetes tells them; nothing for what did not
  // start.
  std::optional<std::chrono::seconds> lateness(const api::RecentRun& run) const;

  // Its condition of that type, or null.
  const api::Condition* condition(std::string_view type) const;

 private:
  const api::ScheduledJob& object_;
  absl::StatusOr<schedule::Schedule> schedule_;
  std::string zone_;
};

// "ScheduledJob reports/nightly"
std::string title_of(const api::ScheduledJob& object);

}  // namespace scheduledjob::cli
