// The books of one ScheduledJob: each instant's outcome is entered here, once.
//
// These functions change the books, plan when they are written, and report what a person would want to know.
// They decide nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/record.hpp"

namespace scheduledjob::engine {

// A stretch of consecutive instants, for outcomes that many share.
struct Stretch {
  NominalTime first{};
  NominalTime last{};
  std::int64_t count = 1;
  static Stretch of(NominalTime time) { return {time, time, 1}; }
};

// The instants of `schedule` in (after, through] that have no run, as one stretch; nothing when all have one.
// Its ends are such instants too: a successor knows a stretch by them, and would take a run at an end for one
// that was never started.
std::optional<Stretch> without_runs(const Record& record, const schedule::Schedule& schedule,
                                    NominalTime after, NominalTime through);

// Plans a write of the books. Urgencies add up: the earliest wins.
void touch(Record& record, Urgency urgency, const Step& step);

// The instant's Job exists.
void enter_start(Record& record, NominalTime time, Run& run, Step& step);

// The instant's Job has ended, as its JobFact says (kSucceeded, kFailed), or without a result (kStopped,
// kVanished).
void enter_end(Record& record, NominalTime time, Run& run, api::Outcome outcome, Step& step);

// The instant, or the whole stretch, will have no Job: kSkipped, kMissed or kNotCreated.
void enter_no_run(Record& record, const Stretch& stretch, api::Outcome outcome, std::string reason,
                  std::string message, Urgency urgency, Step& step);

// The entry of this one instant among the recent ones, or null.
const api::RecentRun* recent_entry(const Ledger& ledger, NominalTime time);

// True when the books say of this instant that it has no Job, by an entry of its own or of a stretch.
bool ended_without_job(const Record& record, NominalTime time);

// Whether the instant is in a list as ledgers and statuses keep them. `open` is ascending.
bool is_open(const std::vector<NominalTime>& open, NominalTime time);
bool is_pending(const std::vector<api::PendingRun>& pending, NominalTime time);

void add_pending(Ledger& ledger, const api::PendingRun& run);
void remove_pending(Ledger& ledger, NominalTime time);

}  // namespace scheduledjob::engine
