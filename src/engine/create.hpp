// A run's Job: asked for, answered, retried, given up.
//
// What is refused is tried again, ever more slowly, until the starting deadline or, without one, until the
// next instant is due; a suspension ends it at once.
//
// A create whose answer was lost is sent again under the same name, and no verdict is given on its instant
// before a later answer, or a consistent read once the API server must have dropped the request, tells what
// became of it.
#pragma once

#include "engine/record.hpp"

namespace scheduledjob::engine {

// Sends the create of this instant's Job. The caller has checked that it may start. What the run is told
// about itself is settled here, and the same in every retry.
void start_run(Record& record, NominalTime time, api::RunReason reason, Step& step);

// For an instant that is out of time, and whose create another leader has sent and got no answer to: the
// verdict waits for a read.
void read_before_verdict(Record& record, NominalTime time, api::RunReason reason, const Step& step);

void create_ended(Record& record, CreateEnded& answer, std::uint64_t list_round, Step& step);

// Answers the FetchJob that precedes a verdict.
void create_fetched(Record& record, NominalTime time, const absl::StatusOr<std::optional<api::Job>>& fetched,
                    std::uint64_t list_round, Step& step);

// Retries of older creates come in between; what the create of the newest instant was told is what counts.
void take_note_of_refusal(Record& record, NominalTime time, const absl::Status& refusal, Step& step);

// The spec has changed: what was refused because of it may be accepted now.
void hurry_refused_creates(Record& record, Instant now);

// Whether only an edit helps: the API server finds the Job invalid.
bool is_invalid(const absl::Status& refusal);

// Whether the namespace is gone, or is being deleted.
bool is_homeless(const absl::Status& refusal);

// When the API server must have dropped a create that was last known to be under way at `attempt`.
Instant dropped_at(Instant attempt, const Options& options);

// Whether a create of it is on its way, or had no answer and may not have been dropped yet.
bool may_be_made_again(const Run& run);

// Retries what is due to be retried, and gives up what is out of time.
void resume_creates(Record& record, Step& step);

// When resume_creates() has something to do for this run next; nothing while an answer is awaited.
std::optional<Instant> next_create_step(const Record& record, NominalTime time, const Run& run,
                                        const Options& options);

}  // namespace scheduledjob::engine
