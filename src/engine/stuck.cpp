#include "engine/stuck.hpp"

#include <utility>

#include "engine/ledger.hpp"

namespace scheduledjob::engine {

std::optional<Instant> fruitless_since(const api::Job& job, const JobFact& before, Instant now) {
  const bool under_way = job.phase == api::JobPhase::kActive && job.start_time && !job.suspended;
  if (!under_way || job.ready > 0 || job.succeeded > 0 || job.failed > 0) return std::nullopt;
  if (before.fruitless_since) return before.fruitless_since;
  // Of a Job that is seen for the first time, or has only just started, the start is all that is known.
  const bool seen_under_way = before.start_time.has_value();
  return seen_under_way ? now : Instant(*job.start_time);
}

void count_stuck_runs(Record& record, Step& step) {
  StuckRuns stuck;
  for (const auto& [time, run] : record.runs) {
    if (run.state != Run::State::kActive || !run.job.fruitless_since) continue;
    const Instant stuck_at = *run.job.fruitless_since + step.options.stuck_after;
    if (stuck_at > step.now) {
      if (!stuck.next || stuck_at < *stuck.next) stuck.next = stuck_at;
    } else if (stuck.count++ == 0) {
      stuck.first_job = run.job_name;
    }
  }
  const bool news = stuck.count != record.stuck.count || stuck.first_job != record.stuck.first_job;
  if (news) touch(record, Urgency::kSoon, step);
  record.stuck = std::move(stuck);
}

}  // namespace scheduledjob::engine
