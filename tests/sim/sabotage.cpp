#include "sim/sabotage.hpp"

#include <algorithm>
#include <memory>
#include <variant>

#include <fmt/format.h>

#include "api/compile.hpp"

namespace scheduledjob::sim {
namespace {

using engine::CreateEnded;

std::shared_ptr<api::ScheduledJob> copy_of(const std::shared_ptr<const api::ScheduledJob>& object) {
  return std::make_shared<api::ScheduledJob>(*object);
}

// What is forgotten is missed by the next leader: as long as an engine only watches, it is shown that.
void bend_stored(Bug bug, std::shared_ptr<const api::ScheduledJob>& object) {
  auto bent = copy_of(object);
  switch (bug) {
    case Bug::kPendingForgotten:
      bent->status.pending.clear();
      break;
    case Bug::kOpenCut:
      if (bent->status.open.size() > 1) bent->status.open.resize(1);
      break;
    case Bug::kBasisRewritten:
      if (bent->status.basis) bent->status.basis->hash = api::basis_hash(*bent->spec);
      break;
    default:
      return;
  }
  object = bent;
}

void bend_spec(Bug bug, std::shared_ptr<const api::ScheduledJob>& object) {
  auto bent = copy_of(object);
  switch (bug) {
    case Bug::kForgetsDeadline:
      bent->spec->starting_deadline.reset();
      break;
    case Bug::kCapOffByOne:
      ++bent->spec->max_concurrent_runs;
      break;
    default:
      return;
  }
  object = bent;
}

}  // namespace

const std::vector<BugEntry>& all_bugs() {
  static const std::vector<BugEntry> bugs = {
      {Bug::kNoBarrier, "no-barrier", "decides before its caches have caught up with its leadership", 2000},
      {Bug::kNoFence, "no-fence", "writes after its lease has ended", 2000},
      {Bug::kUntrustedClock, "untrusted-clock", "believes a local clock that is ahead", 500},
      {Bug::kStaleVersionWins, "stale-version-wins", "takes an old object for the newest", 500},
      {Bug::kPlusOneOnConflict, "plus-one", "after a conflict, adds to what is stored", 500},
      {Bug::kUnknownIsRefused, "unknown-is-refused", "takes an unanswered create for one that was not made",
       2000},
      {Bug::kTrimUnrecorded, "trim-unrecorded", "deletes ended Jobs before their end is stored", 500},
      {Bug::kPendingForgotten, "pending-forgotten", "does not store what waits", 500},
      {Bug::kRandomNames, "random-names", "gives Jobs names that do not tell their instant", 500},
      {Bug::kOpenCut, "open-cut", "stores only the first of the open runs", 500},
      {Bug::kDecidedAhead, "decided-ahead", "stores decidedThrough before it has decided", 500},
      {Bug::kBasisRewritten, "edit-ignores-basis", "takes the schedule after an edit for the one before",
       2000},
      {Bug::kTtlByJobAlone, "ttl-by-job-alone", "leaves ended Jobs to their own time to live", 2000},
      {Bug::kStaleRead, "stale-read", "reads a Job from a cache that does not have it", 2000},
      {Bug::kDeafToDeletions, "deaf-to-deletions", "never learns that a Job was deleted", 500},
      {Bug::kHalfList, "half-list", "takes half a list for the whole", 500},
      {Bug::kWritesTwice, "writes-twice", "writes every status again", 500},
      {Bug::kSleepsIn, "sleeps-in", "wakes by its heartbeat only", 500},
      {Bug::kForgetsDeadline, "forgets-deadline", "starts runs after startingDeadlineSeconds", 500},
      {Bug::kCapOffByOne, "cap-off-by-one", "lets one run more than maxConcurrentRuns start", 500},
  };
  return bugs;
}

std::optional<Bug> find_bug(std::string_view name) {
  for (const BugEntry& entry : all_bugs()) {
    if (entry.name == name) return entry.bug;
  }
  return std::nullopt;
}

bool bend(Bug bug, engine::Input& input, bool deciding) {
  if (bug == Bug::kDeafToDeletions && std::holds_alternative<engine::JobDeleted>(input)) return false;
  if (auto* barrier = std::get_if<engine::BarrierRead>(&input); barrier && bug == Bug::kNoBarrier) {
    barrier->version = 0;
  }
  auto* acquired = std::get_if<engine::LeadershipAcquired>(&input);
  if (acquired && acquired->handover && bug == Bug::kNoBarrier) acquired->handover->versions = {};
  if (auto* seen = std::get_if<engine::ScheduledJobSeen>(&input)) {
    bend_spec(bug, seen->object);
    if (!deciding) bend_stored(bug, seen->object);
  }
  if (auto* ended = std::get_if<CreateEnded>(&input); ended && bug == Bug::kUnknownIsRefused) {
    if (ended->answer == CreateEnded::Answer::kUnknown) ended->answer = CreateEnded::Answer::kRefused;
  }
  if (auto* fetched = std::get_if<engine::JobFetched>(&input); fetched && bug == Bug::kStaleRead) {
    if (fetched->job.ok()) fetched->job = std::optional<api::Job>();
  }
  if (auto* written = std::get_if<engine::StatusWriteEnded>(&input); written && written->fresh) {
    bend_spec(bug, written->fresh);
  }
  return true;
}

void bend(Bug bug, engine::Effect& effect, std::uint64_t random) {
  if (auto* create = std::get_if<engine::CreateJob>(&effect); create && bug == Bug::kRandomNames) {
    create->run.job_name = fmt::format("{}-{:08x}", create->owner->metadata.key.name, random & 0xFFFFFFFF);
  }
  auto* write = std::get_if<engine::WriteStatus>(&effect);
  if (!write) return;
  api::ScheduledJobStatus& status = write->status;
  if (bug == Bug::kDecidedAhead && status.decided_through && !status.next_schedule_times.empty()) {
    status.decided_through = status.next_schedule_times.front();
  }
}

}  // namespace scheduledjob::sim
