#include "engine/engine.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "engine/create.hpp"
#include "engine/observe.hpp"
#include "engine/rest.hpp"
#include "engine/retain.hpp"
#include "engine/status.hpp"
#include "engine/template_check.hpp"
#include "engine/turn.hpp"

namespace scheduledjob::engine {

using std::chrono::milliseconds;

Engine::Engine(Options options) : options_(options) {
  for (std::vector<Cache>& each : caches_) each.resize(options_.scopes);
}
Engine::~Engine() = default;

Effects Engine::handle(Input input, Instant now) {
  Effects effects;
  Step step{now, alone_from_, options_, load_, effects};
  std::visit([&](auto& event) { on(event, step); }, input);
  if (phase_ != Phase::kDraining) roster_.put_to_sleep(options_, step.now);
  return effects;
}

std::optional<Instant> Engine::next_wakeup() const {
  const std::optional<Instant> awake = roster_.next_turn();
  const std::optional<Instant> asleep = deciding() ? roster_.next_wakeup() : std::nullopt;
  return awake && asleep ? std::min(awake, asleep) : awake ? awake : asleep;
}

bool Engine::synced() const {
  return std::all_of(caches_.begin(), caches_.end(), [](const std::vector<Cache>& scopes) {
    return std::all_of(scopes.begin(), scopes.end(), [](const Cache& cache) { return cache.listed; });
  });
}

bool Engine::wound_down() const {
  return phase_ != Phase::kDeciding || load_.unanswered <= options_.drain_backlog;
}

bool Engine::drained() const {
  return phase_ == Phase::kStandby || phase_ == Phase::kBarrier ||
         (phase_ == Phase::kDraining && load_.unanswered == 0 && !roster_.next_turn());
}

std::optional<Handover> Engine::handover(Instant now) const {
  if (phase_ != Phase::kDraining || !drained()) return std::nullopt;
  Handover left;
  const Instant settled_at = std::max(alone_from_, creates_dropped_at_);
  left.grace = std::max(std::chrono::ceil<milliseconds>(settled_at - now), milliseconds{0});
  for (std::size_t kind = 0; kind < kKinds; ++kind) left.versions[kind] = knowledge_[kind].learnt;
  return left;
}

Engine::Summary Engine::summary() const {
  return {sums_.objects,      sums_.active_runs, sums_.stuck_runs,
          sums_.waiting_runs, roster_.size(),    roster_.sleeping()};
}

// -- One object

void Engine::advance(Record& record, Step& step) {
  std::optional<Instant> next_turn;
  if (!is_leading() || !record.object) {
    drop_settled_tombstones(record);
  } else {
    const Course course{winding_down_, phase_ == Phase::kDraining, cache(Kind::kJob, record.scope).reached};
    next_turn = take_turn(record, course, step);
  }
  recount(record);
  roster_.plan(record, next_turn);
}

void Engine::recount(Record& record) {
  sums_ -= record.tally;
  record.tally = record.object
                     ? Tally{1, active_runs(record), record.stuck.count, record.ledger.pending.size()}
                     : Tally{};
  sums_ += record.tally;
}

// A leader cares for it at once, as for all that it took over.
Record* Engine::wake(const std::string& uid, Step& step) {
  Record* const record = roster_.wake(uid);
  if (record && is_leading()) advance(*record, step);
  return record;
}

Record& Engine::record_of(const std::string& uid, Scope scope, Step& step) {
  Record* const known = find(uid, step);
  return known ? *known : roster_.add(uid, scope);
}

Record* Engine::find(const std::string& uid, Step& step) {
  Record* const awake = roster_.awake(uid);
  return awake ? awake : wake(uid, step);
}

void Engine::see(std::shared_ptr<const api::ScheduledJob> object, Scope scope, Step& step) {
  const std::uint64_t list_round = cache(Kind::kScheduledJob, scope).list_round;
  Sleeper* const sleeper = roster_.asleep(object->metadata.uid);
  if (sleeper && object->metadata.resource_version <= sleeper->version) {
    sleeper->list_round = list_round;
    return;
  }
  Record& record = record_of(object->metadata.uid, scope, step);
  record.list_round = list_round;
  if (object->metadata.resource_version < record.version) return;
  record.version = object->metadata.resource_version;
  record.object = std::move(object);
  observe_status(record, step);
  advance(record, step);
}

// An owner that is gone takes its Jobs with it; until the garbage collector has, they are nobody's.
void Engine::forget_if_empty(const std::string& uid) {
  Record* record = roster_.awake(uid);
  if (!record || record->object || !record->unscheduled.empty()) return;
  const bool jobs_left = std::any_of(record->runs.begin(), record->runs.end(), [](const auto& entry) {
    return entry.second.state == Run::State::kActive || entry.second.state == Run::State::kEnded;
  });
  if (jobs_left) return;
  // A Job may come and go before its owner is seen: kept until the owners' watch has got that far.
  const ResourceVersion reached = cache(Kind::kScheduledJob, record->scope).reached;
  const bool owner_may_come =
      std::any_of(record->runs.begin(), record->runs.end(),
                  [reached](const auto& entry) { return entry.second.job.version > reached; });
  if (owner_may_come) {
    ownerless_.push_back(uid);
    return;
  }
  roster_.erase(uid);
}

void Engine::forget_ownerless() {
  const std::vector<std::string> uids = std::exchange(ownerless_, {});
  for (const std::string& uid : uids) forget_if_empty(uid);
}

// -- What the watches see

void Engine::on(ListStarted& event, Step&) {
  Cache& listed = cache(event.kind, event.scope);
  listed.listing = true;
  ++listed.list_round;
}

void Engine::on(ListFinished& event, Step& step) {
  Cache& listed = cache(event.kind, event.scope);
  listed.listed = true;
  listed.listing = false;
  wake_those_missing(event, step);
  for (const std::string& uid : roster_.uids_awake()) {
    Record* const found = roster_.awake(uid);  // what went before may have forgotten it
    if (found == nullptr || found->scope != event.scope) continue;
    Record& record = *found;
    if (event.kind == Kind::kJob) {
      observe_absences(record, listed.list_round, event.version, step);
      advance(record, step);
    } else if (record.object && record.list_round < listed.list_round && record.version <= event.version) {
      ScheduledJobDeleted gone{uid, event.version, event.scope};
      on(gone, step);
      continue;
    }
    forget_if_empty(uid);
  }
  learn(event.kind, event.version);
  reach(event.kind, event.scope, event.version, step);
}

// For those that the list has not shown, or a Job of them, it is news.
void Engine::wake_those_missing(const ListFinished& event, Step& step) {
  const std::uint64_t list_round = cache(event.kind, event.scope).list_round;
  const std::vector<std::string> uids = roster_.uids_asleep([&](const Sleeper& sleeper) {
    if (sleeper.scope != event.scope) return false;
    return event.kind == Kind::kJob ? misses_a_job(sleeper, list_round, event.version)
                                    : sleeper.list_round < list_round && sleeper.version <= event.version;
  });
  for (const std::string& uid : uids) wake(uid, step);
}

void Engine::on(Progressed& event, Step& step) {
  reach(event.kind, event.scope, event.version, step);
}

void Engine::on(ScheduledJobSeen& event, Step& step) {
  const ResourceVersion version = event.object->metadata.resource_version;
  see(std::move(event.object), event.scope, step);
  reach_unless_listing(Kind::kScheduledJob, event.scope, version, step);
}

void Engine::on(ScheduledJobDeleted& event, Step& step) {
  if (Record* record = find(event.uid, step)) {
    record->object = nullptr;
    record->restored = false;
    record->write_in_flight.reset();
    record->flush = Flush{};
    record->stuck = StuckRuns{};
    recount(*record);
    std::erase_if(record->runs, [](const auto& entry) {
      return entry.second.state != Run::State::kActive && entry.second.state != Run::State::kEnded;
    });
    roster_.plan(*record, std::nullopt);
    forget_if_empty(event.uid);
  }
  reach_unless_listing(Kind::kScheduledJob, event.scope, event.version, step);
}

void Engine::on(JobSeen& event, Step& step) {
  // Identity needs both: a Job that lost its label has left our sight, one without our owner was never ours.
  const std::uint64_t list_round = cache(Kind::kJob, event.scope).list_round;
  const bool ours = !event.job.owner_uid.empty() && event.job.owner_uid == event.job.label_uid;
  Sleeper* const sleeper = ours ? roster_.asleep(event.job.owner_uid) : nullptr;
  if (ours && !(sleeper && is_known(*sleeper, event.job, list_round))) {
    Record& record = record_of(event.job.owner_uid, event.scope, step);
    observe_job(record, event.job, list_round, step);
    advance(record, step);
  }
  reach_unless_listing(Kind::kJob, event.scope, event.job.metadata.resource_version, step);
}

void Engine::on(JobDeleted& event, Step& step) {
  if (!event.job.owner_uid.empty()) {
    Record& record = record_of(event.job.owner_uid, event.scope, step);
    observe_deletion(record, event.job, step);
    advance(record, step);
    forget_if_empty(event.job.owner_uid);
  }
  reach_unless_listing(Kind::kJob, event.scope, event.job.metadata.resource_version, step);
}

// -- Leadership

void Engine::on(LeadershipAcquired& event, Step& step) {
  if (phase_ != Phase::kStandby) return;
  phase_ = Phase::kBarrier;
  if (event.handover) {
    step.alone_from = alone_from_ = step.now + event.handover->grace;
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      set_barrier(static_cast<Kind>(kind), event.handover->versions[kind]);
    }
    return pass_barrier_if_reached(step);
  }
  alone_from_ = step.now + options_.takeover_grace;
  step.effects.emplace_back(ReadBarrier{Kind::kScheduledJob});
  step.effects.emplace_back(ReadBarrier{Kind::kJob});
}

void Engine::on(BarrierRead& event, Step& step) {
  set_barrier(event.kind, event.version);
  pass_barrier_if_reached(step);
}

void Engine::set_barrier(Kind kind, ResourceVersion version) {
  knowledge(kind).barrier = version;
  learn(kind, version);
}

void Engine::learn(Kind kind, ResourceVersion version) {
  ResourceVersion& learnt = knowledge(kind).learnt;
  learnt = std::max(learnt, version);
}

void Engine::reach(Kind kind, Scope scope, ResourceVersion version, Step& step) {
  Cache& reached = cache(kind, scope);
  reached.reached = std::max(reached.reached, version);
  if (kind == Kind::kScheduledJob && !ownerless_.empty()) forget_ownerless();
  pass_barrier_if_reached(step);
}

// A watch tells of changes in their order, a list of objects in any.
void Engine::reach_unless_listing(Kind kind, Scope scope, ResourceVersion version, Step& step) {
  learn(kind, version);
  if (!cache(kind, scope).listing) reach(kind, scope, version, step);
}

bool Engine::at_barrier(Kind kind) const {
  const auto index = static_cast<std::size_t>(kind);
  const std::optional<ResourceVersion> barrier = knowledge_[index].barrier;
  return barrier && std::all_of(caches_[index].begin(), caches_[index].end(), [&](const Cache& cache) {
           return cache.listed && cache.reached >= *barrier;
         });
}

void Engine::pass_barrier_if_reached(Step& step) {
  if (phase_ != Phase::kBarrier || !at_barrier(Kind::kScheduledJob) || !at_barrier(Kind::kJob)) return;
  phase_ = Phase::kDeciding;
  roster_.for_each_awake([&](Record& record) { advance(record, step); });
}

void Engine::on(WindDownRequested&, Step& step) {
  if (phase_ != Phase::kDeciding || winding_down_) return;
  winding_down_ = true;
  roster_.for_each_awake([&](Record& record) { advance(record, step); });
}

void Engine::on(DrainRequested&, Step& step) {
  if (phase_ != Phase::kDeciding) return;
  phase_ = Phase::kDraining;
  winding_down_ = true;
  roster_.for_each_awake([&](Record& record) { advance(record, step); });
}

// -- Answers

void Engine::on(CreateEnded& event, Step& step) {
  load_.note_height(options_, step.now);
  --load_.creates_in_flight;
  --load_.unanswered;
  if (event.answer == CreateEnded::Answer::kUnknown) creates_dropped_at_ = dropped_at(step.now, options_);
  if (event.job) learn(Kind::kJob, event.job->metadata.resource_version);
  if (Record* record = find(event.owner_uid, step)) {
    create_ended(*record, event, cache(Kind::kJob, record->scope).list_round, step);
    advance(*record, step);
  }
}

void Engine::on(JobFetched& event, Step& step) {
  --load_.unanswered;
  if (event.job.ok() && *event.job) learn(Kind::kJob, (*event.job)->metadata.resource_version);
  if (Record* record = find(event.owner_uid, step)) {
    create_fetched(*record, event.scheduled_time, event.job, cache(Kind::kJob, record->scope).list_round,
                   step);
    observe_fetched(*record, event.scheduled_time, event.job, step);
    advance(*record, step);
  }
}

void Engine::on(JobTried& event, Step& step) {
  Record* record = find(event.owner_uid, step);
  if (!record || !record->object) return;
  template_checked(*record, event, step);
  advance(*record, step);
}

void Engine::on(DeleteEnded& event, Step& step) {
  --load_.unanswered;
  if (Record* record = find(event.owner_uid, step)) {
    delete_ended(*record, event, step);
    advance(*record, step);
  }
}

void Engine::on(StatusWriteEnded& event, Step& step) {
  --load_.unanswered;
  if (event.written.ok()) learn(Kind::kScheduledJob, *event.written);
  if (event.fresh) learn(Kind::kScheduledJob, event.fresh->metadata.resource_version);
  Record* record = find(event.owner_uid, step);
  if (!record || !record->object) return;
  status_write_ended(*record, event, step);
  if (event.fresh && event.fresh->metadata.uid == record->uid) {
    see(std::move(event.fresh), record->scope, step);
  } else {
    advance(*record, step);
  }
}

void Engine::on(TimePassed&, Step& step) {
  for (std::size_t taken = 0; taken < options_.due_at_once; ++taken) {
    Record* record = roster_.pop_turn(step.now);
    if (!record && deciding()) record = roster_.wake_due(step.now);
    if (!record) return;
    advance(*record, step);
  }
}

}  // namespace scheduledjob::engine
