#include "engine/ledger.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace scheduledjob::engine {
namespace {

using api::Outcome;
using api::RecentRun;

auto find_recent(auto& runs, NominalTime time) -> decltype(&runs.front()) {
  const auto found = std::find_if(runs.begin(), runs.end(), [time](const RecentRun& run) {
    return run.scheduled_time == time && run.count == 1;
  });
  return found == runs.end() ? nullptr : &*found;
}

// Newest first by scheduled time; what does not fit falls off the old end.
void add_recent(Ledger& ledger, RecentRun run) {
  const auto place =
      std::find_if(ledger.recent_runs.begin(), ledger.recent_runs.end(),
                   [&run](const RecentRun& other) { return other.scheduled_time <= run.scheduled_time; });
  ledger.recent_runs.insert(place, std::move(run));
  if (ledger.recent_runs.size() > api::kMaxRecentRuns) ledger.recent_runs.pop_back();
}

bool says_no_job(const RecentRun& entry) {
  return entry.outcome == Outcome::kSkipped || entry.outcome == Outcome::kMissed ||
         entry.outcome == Outcome::kNotCreated;
}

bool is_instant(const schedule::Schedule& schedule, NominalTime time) {
  return schedule.latest_through(time) == time;
}

// Between the ends of a stretch, but not part of it: what has an entry of its own, of which none is missing,
// since older entries fall off first; and what is being created, as it was when the stretch was entered.
bool is_left_out(const Record& record, NominalTime time) {
  const auto run = record.runs.find(time);
  const bool creating = run != record.runs.end() && run->second.state == Run::State::kCreating;
  return creating || recent_entry(record.ledger, time);
}

std::int64_t left_out(const Record& record, const RecentRun& stretch) {
  std::set<NominalTime> times;
  for (const RecentRun& entry : record.ledger.recent_runs) times.insert(entry.scheduled_time);
  for (const auto& [time, run] : record.runs) times.insert(time);
  return std::count_if(
      times.lower_bound(stretch.scheduled_time), times.upper_bound(*stretch.through_time),
      [&](NominalTime time) { return is_left_out(record, time) && is_instant(*record.schedule, time); });
}

// The entry of the stretch that this instant is counted in, if the schedule that named it is in force. An
// instant that was being created when the stretch was entered, and whose Job is seen now, is one too many.
const RecentRun* stretch_with(const Record& record, NominalTime time) {
  const Ledger& ledger = record.ledger;
  const auto found =
      std::find_if(ledger.recent_runs.begin(), ledger.recent_runs.end(), [&](const RecentRun& entry) {
        return says_no_job(entry) && entry.through_time && ledger.basis.since < entry.scheduled_time &&
               entry.scheduled_time <= time && time <= *entry.through_time;
      });
  if (found == ledger.recent_runs.end() || is_left_out(record, time)) return nullptr;
  const bool schedule_is_known = record.schedule.ok() && record.basis_hash == ledger.basis.hash;
  if (!schedule_is_known || !is_instant(*record.schedule, time)) return nullptr;
  const auto named = static_cast<std::int64_t>(
      record.schedule->count_between(found->scheduled_time - std::chrono::seconds{1}, *found->through_time));
  return named == found->count + left_out(record, *found) ? &*found : nullptr;
}

// The stretch goes on without the instant; its ends are instants that belong to it, as without_runs() has
// them.
void leave_out(Record& record, const RecentRun& stretch, NominalTime time) {
  Ledger& ledger = record.ledger;
  RecentRun rest = stretch;
  std::erase(ledger.recent_runs, stretch);
  if (--rest.count <= 0) return;
  const auto belongs = [&](NominalTime each) { return each != time && !is_left_out(record, each); };
  NominalTime last = *rest.through_time;
  for (std::optional<NominalTime> first = rest.scheduled_time; first && *first <= last;
       first = record.schedule->next_after(*first)) {
    rest.scheduled_time = *first;
    if (belongs(*first)) break;
  }
  while (last > rest.scheduled_time && !belongs(last)) {
    last = record.schedule->latest_through(last - std::chrono::seconds{1}).value_or(rest.scheduled_time);
  }
  rest.through_time = rest.count > 1 ? std::optional(last) : std::nullopt;
  add_recent(ledger, std::move(rest));
}

RecentRun entry_of(const Run& run, NominalTime time, Outcome outcome) {
  RecentRun entry;
  entry.scheduled_time = time;
  entry.outcome = outcome;
  entry.job_name = run.job_name;
  entry.start_time = run.job.start_time ? run.job.start_time : std::optional(run.job.created);
  return entry;
}

// An instant has one entry: a later one takes the place of the earlier.
void put_recent(Ledger& ledger, const RecentRun& run) {
  if (RecentRun* earlier = find_recent(ledger.recent_runs, run.scheduled_time)) {
    *earlier = run;
  } else {
    add_recent(ledger, run);
  }
}

void report(const Record& record, const RecentRun& run, Step& step) {
  if (record.object) step.effects.emplace_back(Report{record.object->metadata.key, record.uid, run});
}

void take_back_verdict(Record& record, NominalTime time) {
  const RecentRun* own = recent_entry(record.ledger, time);
  const RecentRun* stretch = stretch_with(record, time);
  const RecentRun* verdict = own ? own : stretch;
  if (!verdict || !says_no_job(*verdict)) return;
  api::RunCounts& counts = record.ledger.counts;
  std::int64_t& count = verdict->outcome == Outcome::kSkipped ? counts.skipped : counts.missed;
  count = std::max<std::int64_t>(count - 1, 0);  // somebody may have changed the status
  if (stretch) leave_out(record, RecentRun(*stretch), time);
}

void keep_later(std::optional<NominalTime>& kept, NominalTime time) {
  if (!kept || *kept < time) kept = time;
}

std::chrono::milliseconds delay_of(Urgency urgency, const Options& options) {
  switch (urgency) {
    case Urgency::kNow:
      return std::chrono::milliseconds{0};
    case Urgency::kSoon:
      return options.flush_delay;
    case Urgency::kPatient:
      return options.flush_delay_under_load;
    case Urgency::kLazy:
      return options.flush_delay_lazy;
  }
  return {};
}

}  // namespace

std::optional<Stretch> without_runs(const Record& record, const schedule::Schedule& schedule,
                                    NominalTime after, NominalTime through) {
  if (through <= after) return std::nullopt;
  auto count = static_cast<std::int64_t>(schedule.count_between(after, through));
  const auto end = record.runs.upper_bound(through);
  for (auto run = record.runs.upper_bound(after); run != end; ++run) {
    if (schedule.latest_through(run->first) == run->first) --count;
  }
  if (count <= 0) return std::nullopt;
  NominalTime first = *schedule.next_after(after);
  while (record.runs.contains(first)) first = *schedule.next_after(first);
  NominalTime last = *schedule.latest_through(through);
  while (record.runs.contains(last)) last = *schedule.latest_through(last - std::chrono::seconds{1});
  return Stretch{first, last, count};
}

void touch(Record& record, Urgency urgency, const Step& step) {
  const Instant at = step.now + delay_of(urgency, step.options);
  if (urgency == Urgency::kNow) record.flush.hard = true;
  const bool may_wait = urgency == Urgency::kSoon || urgency == Urgency::kPatient;
  if (may_wait && !record.flush.soft_since) record.flush.soft_since = step.now;
  if (!record.flush.at || at < *record.flush.at) record.flush.at = at;
}

void enter_start(Record& record, NominalTime time, Run& run, Step& step) {
  if (run.start_counted) return;
  run.start_counted = true;
  Ledger& ledger = record.ledger;
  remove_pending(ledger, time);
  const auto place = std::lower_bound(ledger.open.begin(), ledger.open.end(), time);
  if (place == ledger.open.end() || *place != time) ledger.open.insert(place, time);
  ++ledger.counts.started;
  keep_later(ledger.last_schedule_time, time);

  // A create whose answer came after the verdict, or one of another leader: the Job's existence wins.
  take_back_verdict(record, time);
  const RecentRun entry = entry_of(run, time, Outcome::kRunning);
  put_recent(ledger, entry);
  report(record, entry, step);
  // In a burst, one write for both: its end is not far.
  touch(record, step.load.is_high(step.options, step.now) ? Urgency::kPatient : Urgency::kSoon, step);
}

void enter_end(Record& record, NominalTime time, Run& run, Outcome outcome, Step& step) {
  if (run.end_counted) return;
  run.end_counted = true;
  Ledger& ledger = record.ledger;
  std::erase(ledger.open, time);
  const NominalTime ended = run.job.end_time.value_or(std::chrono::floor<std::chrono::seconds>(step.now));
  if (outcome == Outcome::kSucceeded) {
    ++ledger.counts.succeeded;
    ledger.consecutive_failures = 0;
    keep_later(ledger.last_successful_time, ended);
    keep_later(ledger.last_successful_schedule_time, time);
  } else if (outcome == Outcome::kFailed) {
    ++ledger.counts.failed;
    ++ledger.consecutive_failures;
    keep_later(ledger.last_failure_time, ended);
  }

  RecentRun entry = entry_of(run, time, outcome);
  entry.reason = run.job.reason;
  entry.completion_time = ended;
  entry.message = run.job.message;
  put_recent(ledger, entry);
  report(record, entry, step);
  touch(record, Urgency::kSoon, step);
}

void enter_no_run(Record& record, const Stretch& stretch, Outcome outcome, std::string reason,
                  std::string message, Urgency urgency, Step& step) {
  Ledger& ledger = record.ledger;
  (outcome == Outcome::kSkipped ? ledger.counts.skipped : ledger.counts.missed) += stretch.count;

  RecentRun entry;
  entry.scheduled_time = stretch.first;
  if (stretch.count > 1) entry.through_time = stretch.last;
  entry.count = stretch.count;
  entry.outcome = outcome;
  entry.reason = std::move(reason);
  entry.message = std::move(message);
  add_recent(ledger, entry);
  report(record, entry, step);
  touch(record, urgency, step);
}

const RecentRun* recent_entry(const Ledger& ledger, NominalTime time) {
  return find_recent(ledger.recent_runs, time);
}

bool ended_without_job(const Record& record, NominalTime time) {
  const RecentRun* entry = recent_entry(record.ledger, time);
  return entry ? says_no_job(*entry) : stretch_with(record, time) != nullptr;
}

bool is_open(const std::vector<NominalTime>& open, NominalTime time) {
  return std::binary_search(open.begin(), open.end(), time);
}

bool is_pending(const std::vector<api::PendingRun>& pending, NominalTime time) {
  return std::any_of(pending.begin(), pending.end(),
                     [time](const api::PendingRun& run) { return run.scheduled_time == time; });
}

void add_pending(Ledger& ledger, const api::PendingRun& run) {
  const auto place = std::lower_bound(ledger.pending.begin(), ledger.pending.end(), run,
                                      [](const api::PendingRun& earlier, const api::PendingRun& later) {
                                        return earlier.scheduled_time < later.scheduled_time;
                                      });
  if (place != ledger.pending.end() && place->scheduled_time == run.scheduled_time) return;
  ledger.pending.insert(place, run);
}

void remove_pending(Ledger& ledger, NominalTime time) {
  std::erase_if(ledger.pending, [time](const api::PendingRun& run) { return run.scheduled_time == time; });
}

}  // namespace scheduledjob::engine
