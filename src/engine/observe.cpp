#include "engine/observe.hpp"

#include <algorithm>
#include <utility>

#include "engine/create.hpp"
#include "engine/job_name.hpp"
#include "engine/ledger.hpp"
#include "engine/stuck.hpp"

namespace scheduledjob::engine {
namespace {

using api::JobPhase;
using api::Outcome;

// The instant whose run this Job is, if it is one: the name must be the one that this instant has.
std::optional<NominalTime> instant_of(const Record& record, const api::Job& job) {
  if (!job.scheduled_time) return std::nullopt;
  if (job.metadata.key.name != job_name(job.owner_name, record.uid, *job.scheduled_time)) return std::nullopt;
  return job.scheduled_time;
}

JobFact fact_of(const api::Job& job, std::uint64_t list_round) {
  JobFact fact;
  fact.uid = job.metadata.uid;
  fact.version = job.metadata.resource_version;
  fact.list_round = list_round;
  fact.created = job.metadata.creation_timestamp;
  fact.phase = job.phase;
  fact.reason = job.reason;
  fact.message = job.message;
  fact.start_time = job.start_time;
  fact.end_time = job.end_time;
  fact.time_to_live = job.time_to_live;
  return fact;
}

Outcome outcome_of(JobPhase phase) {
  return phase == JobPhase::kSucceeded ? Outcome::kSucceeded : Outcome::kFailed;
}

void enter_end_if_over(Record& record, NominalTime time, Run& run, Step& step) {
  const bool news = !run.end_counted;
  if (run.job.phase != JobPhase::kActive) {
    enter_end(record, time, run, outcome_of(run.job.phase), step);
  } else if (run.state == Run::State::kGone) {
    enter_end(record, time, run, run.vanished ? Outcome::kVanished : Outcome::kStopped, step);
  }
  // Nothing in the cluster remembers a run whose Job is gone.
  if (news && run.state == Run::State::kGone) touch(record, Urgency::kNow, step);
}

bool is_over(const Run& run) {
  return run.state == Run::State::kEnded || run.state == Run::State::kGone;
}

// `books`: a status or a ledger. One that has decided nothing has an empty optional for decidedThrough, which
// is less than any time.
template <class Books>
bool is_over(const Books& books, NominalTime time) {
  return books.decided_through >= time && !is_open(books.open, time) && !is_pending(books.pending, time);
}

// A predecessor whose clock was ahead of ours has started it. What the books say must not reach beyond
// decidedThrough, or a successor would count it again; and that cannot move there before our clock does.
bool lies_ahead(const Record& record, NominalTime time, Instant now) {
  return time > record.ledger.decided_through && time > now;
}

// The Job is no more. `unwatched`: nobody saw it go, so nobody knows how it ended.
void bury(Run& run, bool unwatched) {
  run.state = Run::State::kGone;
  run.verify_at.reset();
  run.delete_in_flight = false;
  run.delete_retry_at.reset();
  run.vanished = unwatched && !run.delete_requested;
  if (run.job.phase == JobPhase::kActive) {
    run.job.reason = run.replaced || run.stop_wanted ? "Replaced" : run.vanished ? "" : "Deleted";
  }
}

}  // namespace

void observe_run(Record& record, NominalTime time, const api::Job& job, std::uint64_t list_round,
                 Instant now) {
  const auto [place, is_new] = record.runs.try_emplace(time);
  Run& run = place->second;
  if (run.job.version > job.metadata.resource_version) return;
  if (run.state == Run::State::kGone && run.job.uid == job.metadata.uid) return;
  run.job_name = job.metadata.key.name;
  run.creation.reset();
  JobFact fact = fact_of(job, std::max(list_round, run.job.list_round));
  fact.fruitless_since = fruitless_since(job, run.job, now);
  run.job = std::move(fact);
  run.state = job.phase == JobPhase::kActive ? Run::State::kActive : Run::State::kEnded;
  run.verify_at.reset();
  // Over according to the books, and unknown here: a Job that was counted before and is seen again.
  if (is_new && record.restored && (settled(*record.stored, time) || settled(record.ledger, time)) &&
      !ended_without_job(record, time)) {
    run.start_counted = run.end_counted = true;
  }
}

void observe_job(Record& record, const api::Job& job, std::uint64_t list_round, Step& step) {
  if (const auto time = instant_of(record, job)) {
    observe_run(record, *time, job, list_round, step.now);
    return;
  }
  const auto [place, is_new] = record.unscheduled.try_emplace(job.metadata.key.name);
  JobFact& fact = place->second;
  if (fact.version > job.metadata.resource_version) return;
  if (record.restored && (is_new || fact.phase != job.phase)) touch(record, Urgency::kSoon, step);
  fact = fact_of(job, list_round);
}

void observe_deletion(Record& record, const api::Job& job, Step& step) {
  const auto time = instant_of(record, job);
  if (!time) {
    const bool known = record.unscheduled.erase(job.metadata.key.name) > 0;
    if (known && record.restored) touch(record, Urgency::kSoon, step);
    return;
  }
  observe_run(record, *time, job, 0, step.now);
  Run& run = record.runs[*time];
  if (run.job.uid != job.metadata.uid || run.state == Run::State::kGone) return;
  if (run.state == Run::State::kEnded || run.delete_requested || run.end_counted || !record.object) {
    bury(run, false);
  } else {
    run.verify_at = step.now;  // taking away our label looks the same to a watch
  }
}

void observe_absences(Record& record, std::uint64_t list_round, ResourceVersion version, Step& step) {
  const auto gone = std::erase_if(record.unscheduled, [&](const auto& entry) {
    return entry.second.list_round < list_round && entry.second.version <= version;
  });
  if (gone > 0 && record.restored) touch(record, Urgency::kSoon, step);
  for (auto& [time, run] : record.runs) {
    const bool exists = run.state == Run::State::kActive || run.state == Run::State::kEnded;
    if (exists && run.job.list_round < list_round && run.job.version <= version) bury(run, true);
  }
}

void observe_fetched(Record& record, NominalTime time, const absl::StatusOr<std::optional<api::Job>>& fetched,
                     Step& step) {
  const auto place = record.runs.find(time);
  if (place == record.runs.end() || !place->second.verifying) return;
  Run& run = place->second;
  run.verifying = false;
  if (run.state == Run::State::kCreating || run.state == Run::State::kGone) return;
  const bool unseen = run.state == Run::State::kUnseen;
  const bool ours = fetched.ok() && *fetched &&
                    (unseen ? (*fetched)->owner_uid == record.uid : (*fetched)->metadata.uid == run.job.uid);
  if (ours) {
    // It lives on where our watch cannot see it: look again until it has ended.
    observe_run(record, time, **fetched, run.job.list_round, step.now);
    run.verify_at =
        run.state == Run::State::kActive ? std::optional(step.now + step.options.max_backoff) : std::nullopt;
  } else if (fetched.ok()) {
    bury(run, unseen);
  } else {
    run.verify_at = step.now + step.options.min_backoff;
  }
}

void enter_facts(Record& record, Step& step) {
  for (auto& [time, run] : record.runs) {
    if (lies_ahead(record, time, step.now)) return;
    if (run.state == Run::State::kCreating) continue;
    enter_start(record, time, run, step);
    enter_end_if_over(record, time, run, step);
  }
}

void enter_facts_to_leave(Record& record, Step& step) {
  for (auto& [time, run] : record.runs) {
    if (lies_ahead(record, time, step.now)) return;
    if (run.state == Run::State::kCreating) continue;
    enter_start(record, time, run, step);
    if (run.state == Run::State::kGone) enter_end_if_over(record, time, run, step);
  }
}

std::optional<Instant> next_fact(const Record& record, Instant now) {
  const auto ahead = record.runs.upper_bound(
      std::max(record.ledger.decided_through, std::chrono::floor<std::chrono::seconds>(now)));
  return ahead == record.runs.end() ? std::nullopt : std::optional<Instant>(ahead->first);
}

void verify_vanished(Record& record, Step& step) {
  for (auto& [time, run] : record.runs) {
    if (!run.verify_at || run.verifying || *run.verify_at > step.now) continue;
    run.verify_at.reset();
    run.verifying = true;
    ++step.load.unanswered;
    step.effects.emplace_back(
        FetchJob{record.uid, time, record.object->metadata.key.namespace_, run.job_name});
  }
}

void drop_settled_tombstones(Record& record) {
  std::erase_if(record.runs, [&record](const auto& entry) {
    const Run& run = entry.second;
    const bool gone = run.state == Run::State::kGone || (run.verify_at && !record.restored);
    return gone && (!record.restored || run.end_counted) && !may_be_made_again(run) && record.stored &&
           settled(*record.stored, entry.first);
  });
}

bool settled(const api::ScheduledJobStatus& stored, NominalTime time) {
  return is_over(stored, time);
}

bool settled(const Ledger& ledger, NominalTime time) {
  return is_over(ledger, time);
}

std::size_t active_runs(const Record& record) {
  const auto takes_room = [](const auto& entry) { return !entry.second.replaced && !is_over(entry.second); };
  const auto unended = [](const auto& entry) { return entry.second.phase == JobPhase::kActive; };
  return static_cast<std::size_t>(
      std::count_if(record.runs.begin(), record.runs.end(), takes_room) +
      std::count_if(record.unscheduled.begin(), record.unscheduled.end(), unended));
}

std::size_t places_taken(const Record& record) {
  const auto may_come_back = [](const auto& entry) {
    return is_over(entry.second) && may_be_made_again(entry.second);
  };
  const auto coming_back = std::count_if(record.runs.begin(), record.runs.end(), may_come_back);
  return active_runs(record) + static_cast<std::size_t>(coming_back);
}

}  // namespace scheduledjob::engine
