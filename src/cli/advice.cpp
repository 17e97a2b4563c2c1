#include "cli/advice.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "api/compile.hpp"
#include "schedule/time_zone.hpp"

namespace scheduledjob::cli {
namespace {

using schedule::NominalTime;
using schedule::Schedule;
using Lines = std::vector<std::string>;

// Every zone that changes its clocks does so within this time.
constexpr std::chrono::days kYearAndMore{400};

// Clocks never jump further.
constexpr std::chrono::hours kAround{25};

constexpr schedule::DaylightSaving kAsCronJob{schedule::SkippedTime::kSkip,
                                              schedule::RepeatedTime::kRunTwice};

// The first instant in (after, through] that one schedule names and the other does not.
std::optional<NominalTime> first_difference(const Schedule& one, const Schedule& other, NominalTime after,
                                            NominalTime through) {
  for (NominalTime time = after; time < through;) {
    const NominalTime next = one.next_after(time).value_or(schedule::kLatestInstant);
    const NominalTime other_next = other.next_after(time).value_or(schedule::kLatestInstant);
    const NominalTime first = std::min(next, other_next);
    if (first > through) break;
    if (next != other_next) return first;
    time = first;
  }
  return std::nullopt;
}

// The first instant on which a CronJob and a ScheduledJob disagree because clocks change. It lies near such a
// change, so only the days around each are looked at.
std::optional<NominalTime> first_disagreement(const api::ScheduledJobSpec& spec, NominalTime now) {
  auto definition = api::define_schedule(spec, api::ObjectMeta{});
  const auto zone = schedule::TimeZone::load(spec.time_zone.value_or("UTC"));
  if (!definition.ok() || !zone.ok()) return std::nullopt;
  const auto ours = Schedule::compile(*definition);
  definition->daylight_saving = kAsCronJob;
  const auto theirs = Schedule::compile(*definition);
  if (!ours.ok() || !theirs.ok()) return std::nullopt;
  for (std::size_t index = zone->stretch_at(now) + 1; index < zone->stretch_count(); ++index) {
    const NominalTime change = zone->stretch(index).begin;
    if (change > now + kYearAndMore) break;
    const auto when = first_difference(*ours, *theirs, std::max(now, change - kAround), change + kAround);
    if (when) return when;
  }
  return std::nullopt;
}

Lines about_spec() {
  return {"What this gains as a ScheduledJob, without another line:",
          "- every instant has a recorded outcome (status.recentRuns), and the next ones are in status;",
          "- an edit or the end of a suspension starts nothing that lies in the past;",
          "- after an outage the latest missed instant is made up for, however many there were; see "
          "missedRunPolicy."};
}

Lines about_schedule(const api::ScheduledJobSpec& spec, NominalTime now) {
  Lines lines;
  if (!spec.time_zone) {
    lines.emplace_back(
        "Read in UTC, as there is no timeZone; a CronJob is read in the control plane's zone.");
  }
  if (const auto when = first_disagreement(spec, now)) {
    lines.push_back(
        fmt::format("Runs once on days when clocks change too (next: {}); as a CronJob it was left out in "
                    "spring and",
                    schedule::format_rfc3339(*when).substr(0, 10)));
    lines.emplace_back(
        "ran twice in autumn, as daylightSaving: {skippedTime: Skip, repeatedTime: RunTwice} still does.");
  }
  return lines;
}

Lines about_deadline(std::chrono::seconds deadline) {
  Lines lines;
  if (deadline < std::chrono::seconds{10}) {
    lines.emplace_back("Kept to the second; a CronJob with less than 10 seconds may never run.");
  }
  lines.emplace_back("From the instant to the creation of the Job; what misses it is recorded as Missed.");
  return lines;
}

Lines about_policy(api::ConcurrencyPolicy policy) {
  switch (policy) {
    case api::ConcurrencyPolicy::kForbid:
      return {
          "As a CronJob: the newest instant that falls into a run is held and starts when the run ends, "
          "before its",
          "deadline and the next instant. Skip drops it at once, Queue keeps all of them in order, up to "
          "maxQueuedRuns."};
    case api::ConcurrencyPolicy::kReplace:
      return {
          "As a CronJob: the new run starts while the old one is being deleted. With replaceTimeout: 2m it "
          "waits",
          "that long for the old pods to be gone."};
    default:
      return {};
  }
}

}  // namespace

std::vector<Advice> advice_on(const Node& object, NominalTime now) {
  const api::ScheduledJobSpec spec = api::decode_spec(to_json(object)).spec;
  std::vector<Advice> all;
  const auto give = [&](std::string_view field, Lines lines) {
    const std::string path = field.empty() ? "spec" : fmt::format("spec.{}", field);
    const std::size_t dot = path.rfind('.');
    const bool there = nearest(object, path).key == (dot == std::string::npos ? path : path.substr(dot + 1));
    if (there && !lines.empty()) all.push_back({path, std::move(lines)});
  };
  give("", about_spec());
  give("schedule", about_schedule(spec, now));
  if (spec.starting_deadline) give("startingDeadlineSeconds", about_deadline(*spec.starting_deadline));
  give("concurrencyPolicy", about_policy(spec.concurrency_policy));
  give("successfulJobsHistoryLimit",
       {"However few Jobs are kept, status.recentRuns tells the last ten outcomes."});
  if (spec.ttl_seconds_after_finished) {
    give("jobTemplate.spec.ttlSecondsAfterFinished",
         {"The operator deletes the Job itself at this time, once its end is recorded."});
  }
  return all;
}

}  // namespace scheduledjob::cli
