#include "api/compile.hpp"

#include <utility>

#include <fmt/format.h>

#include "schedule/time_zone.hpp"

namespace scheduledjob::api {
namespace {

using schedule::Entry;

absl::Status problem(const std::string& field, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", field, what));
}

absl::Status exactly_one_way(const ScheduleEntry& entry, const std::string& field) {
  const int ways = int{entry.cron.has_value()} + int{entry.every.has_value()} + int{entry.at.has_value()};
  if (ways == 0) return problem(field, "must have one of cron, every and at");
  if (ways > 1) return problem(field, "must have only one of cron, every and at; add an entry for each");
  if (entry.anchor && !entry.every) return problem(field + ".anchor", "goes with every only");
  return absl::OkStatus();
}

absl::StatusOr<Entry> compile_interval(const ScheduleEntry& entry, const std::string& field) {
  Entry::Every every{};
  const absl::StatusOr<std::chrono::seconds> interval = schedule::parse_duration(*entry.every);
  if (!interval.ok()) return problem(field + ".every", std::string(interval.status().message()));
  every.interval = *interval;
  if (entry.anchor) {
    const absl::StatusOr<NominalTime> anchor = schedule::parse_rfc3339(*entry.anchor);
    if (!anchor.ok()) return problem(field + ".anchor", std::string(anchor.status().message()));
    every.anchor = *anchor;
  }
  return Entry{field + ".every", every};
}

absl::StatusOr<Entry> compile_entry(const ScheduleEntry& entry, const std::string& field) {
  if (absl::Status status = exactly_one_way(entry, field); !status.ok()) return status;
  if (entry.cron) return Entry{field + ".cron", Entry::Cron{*entry.cron}};
  if (entry.at) return Entry{field + ".at", Entry::At{*entry.at}};
  return compile_interval(entry, field);
}

// One entry for each way to say when, or what is wrong with it.
std::vector<absl::StatusOr<Entry>> compile_entries(const ScheduledJobSpec& spec) {
  std::vector<absl::StatusOr<Entry>> entries;
  if (spec.schedule) entries.push_back(Entry{"spec.schedule", Entry::Cron{*spec.schedule}});
  for (std::size_t i = 0; i < spec.schedules.size(); ++i) {
    entries.push_back(compile_entry(spec.schedules[i], fmt::format("spec.schedules[{}]", i)));
  }
  return entries;
}

absl::Status check_bounds(const ScheduledJobSpec& spec) {
  if (spec.not_before && spec.not_after && *spec.not_after < *spec.not_before) {
    return problem("spec.notAfter", "lies before spec.notBefore");
  }
  return absl::OkStatus();
}

absl::Status check_zone(const ScheduledJobSpec& spec) {
  if (!spec.time_zone || spec.time_zone->empty()) return absl::OkStatus();
  const absl::Status status = schedule::TimeZone::load(*spec.time_zone).status();
  return status.ok() ? status : problem("spec.timeZone", std::string(status.message()));
}

// Whether the entry can be compiled, by whatever clocks and for whatever object.
absl::Status check_entry(const Entry& entry) {
  schedule::Definition alone;
  alone.entries = {entry};
  alone.hash_key = "any/name";
  return schedule::Schedule::compile(alone).status();
}

}  // namespace

absl::StatusOr<schedule::Definition> define_schedule(const ScheduledJobSpec& spec,
                                                     const ObjectMeta& metadata) {
  if (!spec.schedule && spec.schedules.empty()) {
    return problem("spec.schedule", "is required, unless spec.schedules has an entry");
  }
  if (absl::Status status = check_bounds(spec); !status.ok()) return status;

  schedule::Definition definition;
  for (absl::StatusOr<Entry>& entry : compile_entries(spec)) {
    if (!entry.ok()) return entry.status();
    definition.entries.push_back(*std::move(entry));
  }
  definition.time_zone = spec.time_zone.value_or("");
  definition.time_zone_field = "spec.timeZone";
  definition.daylight_saving = spec.daylight_saving;
  definition.not_before = spec.not_before;
  definition.not_after = spec.not_after;
  definition.created = metadata.creation_timestamp;
  definition.hash_key = fmt::format("{}/{}", metadata.key.namespace_, metadata.key.name);
  return definition;
}

absl::StatusOr<schedule::Schedule> compile_schedule(const ScheduledJobSpec& spec,
                                                    const ObjectMeta& metadata) {
  const absl::StatusOr<schedule::Definition> definition = define_schedule(spec, metadata);
  if (!definition.ok()) return definition.status();
  return schedule::Schedule::compile(*definition);
}

std::vector<absl::Status> schedule_problems(const ScheduledJobSpec& spec) {
  std::vector<absl::Status> problems;
  const auto note = [&problems](absl::Status status) {
    if (!status.ok()) problems.push_back(std::move(status));
  };
  const std::vector<absl::StatusOr<Entry>> entries = compile_entries(spec);
  if (entries.empty()) note(problem("spec.schedule", "is required, unless spec.schedules has an entry"));
  for (const absl::StatusOr<Entry>& entry : entries) note(entry.ok() ? check_entry(*entry) : entry.status());
  note(check_zone(spec));
  note(check_bounds(spec));
  return problems;
}

}  // namespace scheduledjob::api
