#include "engine/create.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/backoff.hpp"
#include "engine/due.hpp"
#include "engine/edit.hpp"
#include "engine/job_name.hpp"
#include "engine/ledger.hpp"
#include "engine/observe.hpp"

namespace scheduledjob::engine {
namespace {

// The answer AlreadyExists where nobody has the name any more: long enough for the watch to tell whose Job it
// was.
constexpr std::chrono::seconds kVanishedNameDelay{5};

void send(Record& record, NominalTime time, Run& run, Step& step) {
  run.creation->generation = record.object->metadata.generation;
  run.create_in_flight = true;
  run.last_attempt = step.now;
  ++step.load.creates_in_flight;
  ++step.load.unanswered;
  step.effects.emplace_back(
      CreateJob{record.object, {run.job_name, time, run.creation->context}, run.creation->due});
}

std::optional<Instant> give_up_at(const Record& record, NominalTime time, const Creation& creation) {
  if (suspended(record)) return creation.first_attempt;
  const api::ScheduledJobSpec* spec = record.spec();
  if (spec && spec->starting_deadline) return creation.due + *spec->starting_deadline;
  if (!record.schedule.ok()) return std::nullopt;
  const NominalTime from = std::max(time, std::chrono::floor<std::chrono::seconds>(creation.first_attempt));
  const auto next = record.schedule->next_after(from);
  if (!next) return std::nullopt;
  return due_time(record, *next);
}

std::string reason_of(const absl::Status& refusal) {
  if (is_invalid(refusal)) return "Invalid";
  if (is_homeless(refusal)) return "NamespaceTerminating";
  switch (refusal.code()) {
    case absl::StatusCode::kPermissionDenied:
      return "Forbidden";
    case absl::StatusCode::kAlreadyExists:
      return "NameTaken";
    default:
      return "Unavailable";
  }
}

void give_up(Record& record, NominalTime time, Step& step) {
  const auto place = record.runs.find(time);
  const absl::Status refusal = place->second.creation->last_refusal;
  record.runs.erase(place);
  // The books have gone back to what another leader stored: the instant is yet to be decided.
  if (time > record.ledger.decided_through) return;
  if (suspended(record)) {
    enter_no_run(record, Stretch::of(time), api::Outcome::kSkipped, "Suspended",
                 "its Job had not been created when the schedule was suspended", Urgency::kNow, step);
    return;
  }
  enter_no_run(record, Stretch::of(time), api::Outcome::kNotCreated, reason_of(refusal),
               std::string(refusal.message()), Urgency::kSoon, step);
}

// Kubernetes may delete the Job sooner than was asked for: an admission policy has shortened its time to
// live, or given it one.
std::string risk_to_history(const api::Job& created, const Options& options) {
  const std::int64_t asked =
      std::min<std::int64_t>(created.time_to_live.value_or(0) + options.ttl_margin.count(),
                             std::numeric_limits<std::int32_t>::max());
  if (!created.ttl_seconds_after_finished || *created.ttl_seconds_after_finished >= asked) return {};
  return fmt::format(
      "ttlSecondsAfterFinished of Job {} is {}, less than the {} that it was to have at least: while no "
      "operator runs for so long, Jobs vanish before their end is recorded; exempt this operator's Jobs "
      "from the admission policy that sets it",
      created.metadata.key.name, *created.ttl_seconds_after_finished, asked);
}

void take_note_of_risk(Record& record, const api::Job& created, Step& step) {
  std::string risk = risk_to_history(created, step.options);
  if (record.history_risk.value_or("").empty() != risk.empty()) touch(record, Urgency::kSoon, step);
  record.history_risk = std::move(risk);
}

Instant retry_after(const Record& record, Creation& creation, const absl::Status& refusal, const Step& step) {
  const Options& options = step.options;
  const bool hopeless = is_invalid(refusal) || is_homeless(refusal);
  return step.now + grow(creation.backoff, record.uid,
                         hopeless ? options.min_backoff_invalid : options.min_backoff,
                         hopeless ? options.max_backoff_invalid : options.max_backoff);
}

void name_taken(Record& record, NominalTime time, const api::Job& holder, Step& step) {
  record.runs.at(time).creation->last_refusal = absl::AlreadyExistsError(fmt::format(
      "a Job {} exists that this ScheduledJob does not own; rename or delete it", holder.metadata.key.name));
  give_up(record, time, step);
}

Run& begin(Record& record, NominalTime time, api::RunReason reason, const Step& step) {
  Run& run = record.runs[time];
  run.job_name = job_name(record.object->metadata.key.name, record.uid, time);
  run.creation.emplace();
  run.creation->due = due_time(record, time);
  run.creation->first_attempt = step.now;
  run.creation->context = {record.ledger.last_successful_schedule_time,
                           record.schedule->latest_through(time - std::chrono::seconds{1}), reason};
  return run;
}

}  // namespace

void start_run(Record& record, NominalTime time, api::RunReason reason, Step& step) {
  send(record, time, begin(record, time, reason, step), step);
}

void read_before_verdict(Record& record, NominalTime time, api::RunReason reason, const Step& step) {
  Run& run = begin(record, time, reason, step);
  run.create_unanswered = true;  // theirs may be on its way yet
  run.last_attempt = step.now;
  run.creation->maybe_committed = true;
  run.creation->retry_at = step.now;
  run.creation->last_refusal =
      absl::UnavailableError("the operator that had asked for its Job stopped, and no Job was made in time");
}

void create_ended(Record& record, CreateEnded& answer, std::uint64_t list_round, Step& step) {
  const NominalTime time = answer.scheduled_time;
  const auto place = record.runs.find(time);
  if (place == record.runs.end()) return;
  Run& run = place->second;
  run.create_in_flight = false;
  if (answer.answer == CreateEnded::Answer::kUnknown) run.create_unanswered = true;
  run.last_attempt = step.now;
  const bool ours = answer.job && answer.job->owner_uid == record.uid;
  if (ours) {
    record.create_refusal = absl::OkStatus();
    take_note_of_risk(record, *answer.job, step);
    observe_run(record, time, *answer.job, list_round, step.now);
    return;
  }
  if (!run.creation) return;  // a watch has shown the Job already
  Creation& creation = *run.creation;
  creation.refused = answer.answer == CreateEnded::Answer::kRefused;
  switch (answer.answer) {
    case CreateEnded::Answer::kCreated:
    case CreateEnded::Answer::kExists:
      if (answer.job) {
        name_taken(record, time, *answer.job, step);
      } else {
        creation.maybe_committed = true;
        creation.retry_at = step.now + kVanishedNameDelay;
      }
      return;
    case CreateEnded::Answer::kUnknown:
      creation.maybe_committed = true;
      break;
    case CreateEnded::Answer::kRefused:
      if (creation.generation != record.object->metadata.generation) {
        creation.retry_at = step.now;  // it was about a spec that is no more
        return;
      }
      take_note_of_refusal(record, time, answer.error, step);
      break;
  }
  creation.last_refusal = answer.error;
  creation.retry_at = retry_after(record, creation, answer.error, step);
}

void take_note_of_refusal(Record& record, NominalTime time, const absl::Status& refusal, Step& step) {
  if (!record.create_refusal.ok() && time < record.refused_time) return;
  if (!(record.create_refusal == refusal)) touch(record, Urgency::kSoon, step);
  record.create_refusal = refusal;
  record.refused_time = time;
}

void hurry_refused_creates(Record& record, Instant now) {
  for (auto& [time, run] : record.runs) {
    if (!run.creation || run.create_in_flight || !run.creation->refused) continue;
    run.creation->retry_at = now;
    run.creation->backoff = std::chrono::milliseconds{0};
  }
}

bool is_invalid(const absl::Status& refusal) {
  return absl::IsFailedPrecondition(refusal) || absl::IsInvalidArgument(refusal);
}

bool is_homeless(const absl::Status& refusal) {
  return absl::IsNotFound(refusal);
}

void create_fetched(Record& record, NominalTime time, const absl::StatusOr<std::optional<api::Job>>& fetched,
                    std::uint64_t list_round, Step& step) {
  const auto place = record.runs.find(time);
  if (place == record.runs.end() || !place->second.creation) return;
  Creation& creation = *place->second.creation;
  creation.fetching = false;
  if (!fetched.ok()) {
    creation.retry_at = step.now + grow(creation.backoff, record.uid, step.options);
  } else if (!*fetched) {
    creation.maybe_committed = false;
  } else if ((*fetched)->owner_uid == record.uid) {
    observe_run(record, time, **fetched, list_round, step.now);
  } else {
    name_taken(record, time, **fetched, step);
  }
}

Instant dropped_at(Instant attempt, const Options& options) {
  return attempt + options.create_timeout + options.settle_margin;
}

bool may_be_made_again(const Run& run) {
  return run.create_in_flight || run.create_unanswered;
}

std::optional<Instant> next_create_step(const Record& record, NominalTime time, const Run& run,
                                        const Options& options) {
  if (!run.creation || run.create_in_flight || run.creation->fetching) return std::nullopt;
  const Creation& creation = *run.creation;
  const auto limit = give_up_at(record, time, creation);
  if (!limit || creation.retry_at < *limit) return creation.retry_at;
  if (!creation.maybe_committed) return *limit;
  return std::max({*limit, creation.retry_at, dropped_at(run.last_attempt, options)});
}

void resume_creates(Record& record, Step& step) {
  for (auto place = record.runs.begin(); place != record.runs.end();) {
    const NominalTime time = place->first;
    Run& run = place->second;
    ++place;  // giving up erases the run
    if (dropped_at(run.last_attempt, step.options) <= step.now) run.create_unanswered = false;
    const auto due = next_create_step(record, time, run, step.options);
    if (!due || *due > step.now) continue;
    const auto limit = give_up_at(record, time, *run.creation);
    if (!limit || step.now < *limit) {
      send(record, time, run, step);
    } else if (run.creation->maybe_committed) {
      run.creation->fetching = true;
      ++step.load.unanswered;
      step.effects.emplace_back(
          FetchJob{record.uid, time, record.object->metadata.key.namespace_, run.job_name});
    } else {
      give_up(record, time, step);
    }
  }
}

}  // namespace scheduledjob::engine
