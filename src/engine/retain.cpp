#include "engine/retain.hpp"

#include <algorithm>
#include <vector>

#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

using api::JobPhase;

// When the last create of this name must have been dropped by the API server.
Instant settled_at(const Run& run, const Options& options) {
  return std::max(run.last_attempt, Instant(run.job.created)) + options.create_timeout +
         options.settle_margin;
}

std::optional<Instant> expires_at(const Record& record, const Run& run) {
  const api::ScheduledJobSpec* spec = record.spec();
  if (!spec || !spec->ttl_seconds_after_finished || run.state != Run::State::kEnded || !run.job.end_time)
    return std::nullopt;
  return *run.job.end_time + std::chrono::seconds{*spec->ttl_seconds_after_finished};
}

// The times of ended runs that history limits do not keep, over both phases.
std::vector<NominalTime> beyond_limits(const Record& record) {
  std::vector<NominalTime> surplus;
  const api::ScheduledJobSpec* spec = record.spec();
  if (!spec) return surplus;
  std::int32_t succeeded = 0;
  std::int32_t failed = 0;
  for (auto place = record.runs.rbegin(); place != record.runs.rend(); ++place) {
    if (place->second.state != Run::State::kEnded) continue;
    const bool keep = place->second.job.phase == JobPhase::kSucceeded
                          ? ++succeeded <= spec->successful_jobs_history_limit
                          : ++failed <= spec->failed_jobs_history_limit;
    if (!keep) surplus.push_back(place->first);
  }
  return surplus;
}

struct Deletion {
  NominalTime time;
  Instant allowed_at;  // by time; that it is recorded is a condition of its own
  bool recorded;
};

std::vector<Deletion> wanted_deletions(const Record& record, const Options& options) {
  std::vector<Deletion> wanted;
  const std::vector<NominalTime> surplus = beyond_limits(record);
  for (const auto& [time, run] : record.runs) {
    if (run.delete_in_flight) continue;
    Instant at = settled_at(run, options);
    if (run.delete_retry_at) at = std::max(at, *run.delete_retry_at);
    if (run.state == Run::State::kActive && (run.replaced || run.stop_wanted)) {
      wanted.push_back({time, at, is_open(record.stored.open, time)});
    } else if (std::find(surplus.begin(), surplus.end(), time) != surplus.end()) {
      wanted.push_back({time, at, settled(record.stored, time)});
    } else if (const auto expiry = expires_at(record, run)) {
      wanted.push_back({time, std::max(at, *expiry), settled(record.stored, time)});
    }
  }
  return wanted;
}

}  // namespace

void delete_surplus(Record& record, Step& step) {
  for (const Deletion& deletion : wanted_deletions(record, step.options)) {
    if (!deletion.recorded || deletion.allowed_at > step.now) continue;
    Run& run = record.runs.at(deletion.time);
    run.delete_in_flight = true;
    run.delete_requested = true;
    ++step.load.unanswered;
    step.effects.emplace_back(
        DeleteJob{record.uid, record.object->metadata.key.namespace_, run.job_name, run.job.uid,
                  run.stop_wanted && !run.replaced ? DeleteJob::Propagation::kForeground
                                                   : DeleteJob::Propagation::kBackground});
  }
}

void delete_ended(Record& record, const DeleteEnded& answer, Step& step) {
  const auto place = std::find_if(record.runs.begin(), record.runs.end(), [&answer](const auto& entry) {
    return entry.second.job_name == answer.job_name;
  });
  if (place == record.runs.end()) return;
  Run& run = place->second;
  run.delete_in_flight = false;
  // Also after success: if the deletion is not seen within that time, ask again.
  run.delete_retry_at = step.now + step.options.max_backoff;
  if (!answer.error.ok()) run.delete_requested = false;
}

std::optional<Instant> next_deletion(const Record& record, Instant now, const Options& options) {
  std::optional<Instant> next;
  for (const Deletion& deletion : wanted_deletions(record, options)) {
    if (!deletion.recorded || deletion.allowed_at <= now) continue;
    if (!next || deletion.allowed_at < *next) next = deletion.allowed_at;
  }
  return next;
}

}  // namespace scheduledjob::engine
