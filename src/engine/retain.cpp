#include "engine/retain.hpp"

#include <algorithm>
#include <cstdint>

#include "engine/create.hpp"
#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

using api::JobPhase;

// When the last create of this name must have been dropped by the API server, a predecessor's too.
Instant settled_at(const Run& run, const Step& step) {
  const Instant attempt = std::max(run.last_attempt, Instant(run.job.created));
  return std::max(dropped_at(attempt, step.options), step.alone_from);
}

// Instants fall on whole seconds. A deletion can wait for the second half of one, where it takes neither the
// connection nor the processor from a start.
Instant clear_of_starts(Instant time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  return std::max(time, second + Instant::duration{std::chrono::milliseconds{500}});
}

// By the value that the Job was created with: an edit of the template is about later ones.
std::optional<Instant> expires_at(const Run& run) {
  if (run.state != Run::State::kEnded || !run.job.end_time || !run.job.time_to_live) return std::nullopt;
  return *run.job.end_time + std::chrono::seconds{*run.job.time_to_live};
}

// What the history limits have room for; to be asked about ended runs from the newest on.
class HistoryRoom {
 public:
  explicit HistoryRoom(const api::ScheduledJobSpec* spec) : spec_(spec) {}

  bool takes(const Run& ended) {
    if (!spec_) return true;
    return ended.job.phase == JobPhase::kSucceeded ? ++succeeded_ <= spec_->successful_jobs_history_limit
                                                   : ++failed_ <= spec_->failed_jobs_history_limit;
  }

 private:
  const api::ScheduledJobSpec* spec_;
  std::int32_t succeeded_ = 0;
  std::int32_t failed_ = 0;
};

// When this run's Job is to go, be that safe or not; nothing for one that is to stay.
std::optional<Instant> wanted_gone_at(const Run& run, HistoryRoom& history) {
  constexpr Instant kAtOnce{};
  if (run.state == Run::State::kActive && (run.replaced || run.stop_wanted)) return kAtOnce;
  if (run.state == Run::State::kEnded && !history.takes(run)) return kAtOnce;
  return expires_at(run);
}

bool recorded(const Record& record, NominalTime time, const Run& run) {
  return run.state == Run::State::kActive ? is_open(record.stored->open, time)
                                          : settled(*record.stored, time);
}

void ask_for_deletion(Record& record, Run& run, Step& step) {
  run.delete_in_flight = true;
  run.delete_requested = true;
  ++step.load.unanswered;
  using enum DeleteJob::Propagation;
  step.effects.emplace_back(
      DeleteJob{.owner_uid = record.uid,
                .namespace_ = record.object->metadata.key.namespace_,
                .job_name = run.job_name,
                .job_uid = run.job.uid,
                .propagation = run.stop_wanted && !run.replaced ? kForeground : kBackground,
                .of_active_run = run.state == Run::State::kActive});
}

}  // namespace

std::optional<Instant> delete_surplus(Record& record, Step& step) {
  std::optional<Instant> next;
  HistoryRoom history(record.spec());
  for (auto place = record.runs.rbegin(); place != record.runs.rend(); ++place) {
    auto& [time, run] = *place;
    const std::optional<Instant> wanted = wanted_gone_at(run, history);
    if (!wanted || run.create_in_flight || run.delete_in_flight || !recorded(record, time, run)) continue;
    const Instant at =
        clear_of_starts(std::max({*wanted, settled_at(run, step), run.delete_retry_at.value_or(Instant{})}));
    if (at <= step.now) {
      ask_for_deletion(record, run, step);
    } else if (!next || at < *next) {
      next = at;
    }
  }
  return next;
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

}  // namespace scheduledjob::engine
