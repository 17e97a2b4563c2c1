// Jobs seen and gone: facts, whatever the plans were. The existence of a Job beats any verdict.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// A Job as a watch, a list or an answer shows it. An older version than the one known is ignored.
void observe_job(Record& record, const api::Job& job, std::uint64_t list_round, Step& step);

// The same, where the caller knows which instant's Job it is.
void observe_run(Record& record, NominalTime time, const api::Job& job, std::uint64_t list_round,
                 Instant now);

// The Job was deleted; `job` is its last state.
void observe_deletion(Record& record, const api::Job& job, Step& step);

// A list at `version` has shown every Job that exists: what it did not show, and is no newer, is gone.
void observe_absences(Record& record, std::uint64_t list_round, ResourceVersion version, Step& step);

// Answers a FetchJob about a Job that seemed to vanish: nothing there, or the Job (ours or not).
void observe_fetched(Record& record, NominalTime time, const absl::StatusOr<std::optional<api::Job>>& fetched,
                     Step& step);

// Enters in the books what the facts say; those of instants that lie ahead wait for their time. Call while
// the books are restored.
void enter_facts(Record& record, Step& step);

// The same without the ends of Jobs that still exist: those can be seen by whoever comes next. Starts cannot
// be left out: books that have decided an instant, and do not call it open, say that it is over.
void enter_facts_to_leave(Record& record, Step& step);

// When enter_facts() will have more to enter, by time alone.
std::optional<Instant> next_fact(const Record& record, Instant now);

// Asks for the reads that rule 7 wants before a Job counts as stopped.
void verify_vanished(Record& record, Step& step);

// Drops tombstones whose end is stored: nothing can ask for them again.
void drop_settled_tombstones(Record& record);

// True when the stored status alone says that the instant is over: a new leader would neither start it nor
// count it.
bool settled(const api::ScheduledJobStatus& stored, NominalTime time);

// The same of the books that are not stored yet, for an instant that has no run.
bool settled(const Ledger& ledger, NominalTime time);

// The Jobs that take up room under a concurrency cap, creates under way included, replaced ones not.
std::size_t active_runs(const Record& record);

// Those, and the ones that are over as far as is known while a create of theirs may still make another Job.
std::size_t places_taken(const Record& record);

}  // namespace scheduledjob::engine
