// Short ways to say in tests what schedules are about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "schedule/schedule.hpp"

namespace scheduledjob::schedule {

inline NominalTime utc(std::string_view text) {
  const auto time = parse_rfc3339(text);
  EXPECT_TRUE(time.ok()) << text;
  return time.value_or(kEarliestInstant);
}

inline Entry cron(std::string expression) {
  return {"spec.schedule", Entry::Cron{std::move(expression)}};
}
inline Entry every(std::chrono::seconds interval, NominalTime anchor = kEarliestInstant) {
  return {"spec.schedules[0].every", Entry::Every{interval, anchor}};
}
inline Entry once(std::string time) {
  return {"spec.schedules[0].at", Entry::At{std::move(time)}};
}

inline Definition definition(std::vector<Entry> entries, std::string zone = "",
                             DaylightSaving daylight_saving = {}) {
  Definition result;
  result.entries = std::move(entries);
  result.time_zone = std::move(zone);
  result.daylight_saving = daylight_saving;
  return result;
}

inline Schedule compiled(const Definition& definition) {
  auto schedule = Schedule::compile(definition);
  if (!schedule.ok()) throw std::invalid_argument(schedule.status().ToString());
  return *std::move(schedule);
}

// The message of the error that compiling gives, or "" when there is none.
inline std::string error_of(const Definition& definition) {
  const auto schedule = Schedule::compile(definition);
  return schedule.ok() ? "" : std::string(schedule.status().message());
}

// The instants in (after, through], walked forward.
inline std::vector<std::string> instants_in(const Schedule& schedule, NominalTime after,
                                            NominalTime through) {
  std::vector<std::string> result;
  for (auto time = schedule.next_after(after); time && *time <= through; time = schedule.next_after(*time)) {
    result.push_back(format_rfc3339(*time));
  }
  return result;
}

inline std::vector<std::string> next_instants(const Schedule& schedule, NominalTime after,
                                              std::size_t count) {
  std::vector<std::string> result;
  for (auto time = schedule.next_after(after); time && result.size() < count;
       time = schedule.next_after(*time)) {
    result.push_back(format_rfc3339(*time));
  }
  return result;
}

}  // namespace scheduledjob::schedule
