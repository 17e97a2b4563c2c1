#include "cli/outlook.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/compile.hpp"
#include "schedule/jitter.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::cli {
namespace {

absl::StatusOr<schedule::Schedule> compiled(const api::ScheduledJob& object) {
  if (!object.spec.ok()) return object.spec.status();
  return api::compile_schedule(*object.spec, object.metadata);
}

}  // namespace

Outlook::Outlook(const api::ScheduledJob& object) : object_(object), schedule_(compiled(object)) {
  if (!object.spec.ok()) return;
  const std::string zone = object.spec->time_zone.value_or("");
  if (!zone.empty() && schedule::TimeZone::load(zone).ok()) zone_ = zone;
}

absl::StatusOr<schedule::Definition> Outlook::definition() const {
  if (!object_.spec.ok()) return object_.spec.status();
  return api::define_schedule(*object_.spec, object_.metadata);
}

Suspension Outlook::suspension() const {
  if (object_.spec.ok() && object_.spec->suspend) return Suspension::kRequested;
  const api::Condition* suspended = condition("Suspended");
  const bool by_failures = suspended != nullptr && suspended->status == api::ConditionStatus::kTrue &&
                           suspended->reason == "TooManyFailures";
  return by_failures ? Suspension::kByFailures : Suspension::kNone;
}

std::optional<schedule::NominalTime> Outlook::next_run(schedule::NominalTime time) const {
  if (!schedule_.ok() || suspension() != Suspension::kNone) return std::nullopt;
  return schedule_->next_after(time);
}

schedule::Instant Outlook::due(schedule::NominalTime time) const {
  const std::chrono::seconds jitter = object_.spec->jitter;
  if (jitter.count() == 0) return time;
  return time + schedule::jitter(object_.metadata.uid, time, jitter, schedule_->next_after(time));
}

std::optional<std::chrono::seconds> Outlook::lateness(const api::RecentRun& run) const {
  if (!run.start_time || run.count != 1) return std::nullopt;
  const auto due_at = schedule_.ok() ? due(run.scheduled_time) : schedule::Instant(run.scheduled_time);
  return std::max(std::chrono::seconds{0},
                  *run.start_time - std::chrono::floor<std::chrono::seconds>(due_at));
}

const api::Condition* Outlook::condition(std::string_view type) const {
  const auto& conditions = object_.status.conditions;
  const auto found = std::find_if(conditions.begin(), conditions.end(),
                                  [type](const api::Condition& each) { return each.type == type; });
  return found == conditions.end() ? nullptr : &*found;
}

std::string title_of(const api::ScheduledJob& object) {
  return fmt::format("{} {}/{}", api::kKind, object.metadata.key.namespace_, object.metadata.key.name);
}

}  // namespace scheduledjob::cli
