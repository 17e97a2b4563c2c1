// What must have happened by now, when nothing has been disturbed for a while.
#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "sim/witness.hpp"

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using api::ConcurrencyPolicy;

// A takeover, a barrier, the longest backoff and a lagging watch: after that, no trouble is an excuse.
constexpr Duration kRecovery = 150s;
constexpr Duration kPrompt = 5s;

bool alive(const ObjectAnnals& object) {
  return object.stored && !object.stored->metadata.deletion_timestamp && object.current().schedule.ok() &&
         !object.current().spec().suspend;
}

bool busy_between(const ObjectAnnals& object, Instant from, Instant through) {
  const auto overlaps = [&](const auto& job) {
    return job.created_at <= through && (job.active_at(from) || job.created_at >= from);
  };
  return std::any_of(
             object.runs.begin(), object.runs.end(),
             [&](const auto& entry) { return entry.second.creations > 0 && overlaps(entry.second); }) ||
         std::any_of(object.by_hand.begin(), object.by_hand.end(),
                     [&](const auto& entry) { return overlaps(entry.second); });
}

bool suspended_by_failures(const ObjectAnnals& object) {
  const auto& limit = object.current().spec().suspend_after_failures;
  return limit && object.stored->status.consecutive_failures >= *limit;
}

}  // namespace

void Witness::audit() {
  const Instant now = time_.now();
  const Instant fair = weather_.fair_since() + kRecovery;
  const Instant through = now - kPrompt;
  for (const auto& [uid, object] : objects_) {
    if (object.versions.empty() || !alive(object)) continue;
    const Instant from = std::max({audited_through_, fair, object.current().from + kRecovery});
    if (from >= through) continue;
    // Failures may have held it for a while, until a run that was still under way succeeded.
    if (!object.current().spec().suspend_after_failures) audit_starts(object, from, through);
    audit_waiting(object);
    audit_replaced(object);
  }
  audited_through_ = through;
}

// Every instant that has come due in (from, through] has its Job, if nothing was in its way.
void Witness::audit_starts(const ObjectAnnals& object, Instant from, Instant through) {
  const SpecVersion& version = object.current();
  const api::ScheduledJobSpec& spec = version.spec();
  // A run that waits takes its turn before one that has just come due.
  if (!object.stored->status.pending.empty()) return;
  // The schedule holds from the moment at which an operator saw it.
  const auto& basis = object.stored->status.basis;
  const Instant since = std::max<Instant>(version.from, basis ? basis->since : NominalTime{});
  const NominalTime first = std::chrono::floor<std::chrono::seconds>(from) - spec.jitter - 1s;
  for (auto next = version.schedule->next_after(first); next && *next <= through;
       next = version.schedule->next_after(*next)) {
    const Instant due = version.due(*next);
    if (due <= from || due > through || *next <= since) continue;
    const auto run = object.runs.find(*next);
    if (run != object.runs.end() && run->second.creations > 0) continue;
    const bool pushes_in = spec.concurrency_policy == ConcurrencyPolicy::kAllow ||
                           (spec.concurrency_policy == ConcurrencyPolicy::kReplace && !spec.replace_timeout);
    // By hand: such a Job takes up room that is nobody's to replace.
    if (!object.by_hand.empty() && spec.concurrency_policy == ConcurrencyPolicy::kReplace) continue;
    if (!pushes_in && busy_between(object, due - kPrompt, due + kPrompt)) continue;
    if (object.blurred > 0) continue;  // what is out of sight may take up room
    throw Violation("what is due starts promptly",
                    fmt::format("{} of {} has no Job at {}", schedule::format_rfc3339(*next), object.uid,
                                schedule::format_rfc3339_micro(time_.now())));
  }
}

// What waits, waits for something.
void Witness::audit_waiting(const ObjectAnnals& object) {
  const auto& pending = object.stored->status.pending;
  if (pending.empty() || object.blurred > 0 || suspended_by_failures(object)) return;
  if (busy_between(object, time_.now() - 40s, time_.now())) return;
  if (object.status_written_at > time_.now() - 40s) return;
  if (object.current().due(pending.front().scheduled_time) > time_.now() - 40s) return;
  throw Violation("what waits starts when there is room",
                  fmt::format("{} of {} has waited for nothing until {}",
                              schedule::format_rfc3339(pending.front().scheduled_time), object.uid,
                              schedule::format_rfc3339_micro(time_.now())));
}

// Under Replace, only as many runs as the cap allows stay.
void Witness::audit_replaced(const ObjectAnnals& object) {
  const api::ScheduledJobSpec& spec = object.current().spec();
  if (spec.concurrency_policy != ConcurrencyPolicy::kReplace || object.blurred > 0) return;
  const Instant now = time_.now();
  std::vector<const RunAnnals*> active;
  for (const auto& [time, run] : object.runs) {
    if (run.active_at(now)) active.push_back(&run);
  }
  const auto cap = static_cast<std::size_t>(spec.max_concurrent_runs);
  if (active.size() <= cap) return;
  const Instant too_many_since = active[cap]->created_at;
  if (too_many_since > now - kRecovery || too_many_since < object.current().from) return;
  throw Violation("a replaced run is deleted",
                  fmt::format("{} runs of {} are active at {}, the cap is {}", active.size(), object.uid,
                              schedule::format_rfc3339_micro(now), cap));
}

}  // namespace scheduledjob::sim
