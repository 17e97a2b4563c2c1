// DECIDE: the deterministic core. Start reading here.
//
//   input.hpp, effect.hpp   what the engine can learn and what it can ask for
//   engine.hpp              the state machine: one Input in, Effects out (this file)
//   record.hpp              what is known of one ScheduledJob
//   observe.hpp             Jobs seen and gone: facts, whatever the plans were
//   ledger.hpp              the books: each instant's outcome is entered here, once
//   restore.hpp             the books of a new leader, rebuilt from the stored status and the facts
//   decide.hpp              edits, due instants, missed instants, admission by policy
//   dispatch.hpp            accepted instants that wait, started as the policy leaves room
//   create.hpp              a run's Job: asked for, answered, retried, given up
//   retain.hpp              which ended Jobs to delete, and when that is safe
//   stuck.hpp               runs that started and get nowhere
//   status.hpp              the books as a status, and when to write it; conditions.hpp
//   turn.hpp                all these in their order, for one object
//   roster.hpp              everybody there is, awake or asleep, and who is to be woken when; agenda.hpp
//   rest.hpp                objects at rest, of which little is kept; sleepers.hpp, packer.hpp
//
// The engine has no I/O, no clock, no randomness and no threads of its own: the same inputs at the same times
// give the same effects. What must be right is decided here, so that it can be tested in virtual time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/effect.hpp"
#include "engine/input.hpp"
#include "engine/options.hpp"
#include "engine/record.hpp"
#include "engine/roster.hpp"

namespace scheduledjob::engine {

// Not thread-safe: belongs to one thread.
//
// Guarantees, as long as inputs tell the truth and effects are carried out at most once and only while this
// process leads:
//   - no instant is started twice, and none before it is due;
//   - every instant that comes due while the schedule is valid and not suspended ends in exactly one outcome;
//   - nothing is decided before leadership is held and the caches have caught up with it (the barrier);
//   - a Job is deleted only after its outcome is stored.
// Before leadership the engine only keeps facts: a standby needs no list to take over.
class Engine {
 public:
  explicit Engine(Options options = {});
  ~Engine();

  // Takes one input and says what to do about it. `now` must be at or before the true time, and may step
  // back.
  Effects handle(Input input, Instant now);

  // When to call handle(TimePassed) at the latest; nothing while only other inputs can matter.
  std::optional<Instant> next_wakeup() const;

  // True once every watch has shown a complete list.
  bool synced() const;

  // True while leading and past the barrier.
  bool deciding() const { return phase_ == Phase::kDeciding; }

  // After WindDownRequested: true when so little is under way that a drain is over in a moment, or when there
  // is nothing to drain. It may stay false where more comes due than can be written.
  bool wound_down() const;

  // After DrainRequested: true when no effect is unanswered and everything that was known is written. What is
  // seen of Jobs that still exist is left to the next leader.
  bool drained() const;

  // What to leave to the next leader, so that it needs neither a barrier nor a takeover_grace of its own;
  // nothing unless drained() and decisions were made.
  std::optional<Handover> handover(Instant now) const;

  // Kept as things happen: asking costs nothing.
  struct Summary {
    std::size_t objects = 0;
    std::size_t active_runs = 0;
    std::size_t stuck_runs = 0;    // while leading
    std::size_t waiting_runs = 0;  // due, and held back by a policy; while leading
    std::size_t records = 0;       // objects, and owners of which only Jobs are known
    std::size_t asleep = 0;        // of the objects
  };
  Summary summary() const;

 private:
  enum class Phase { kStandby, kBarrier, kDeciding, kDraining };

  // What one watch has shown.
  struct Cache {
    bool listed = false;
    bool listing = false;          // a list is in progress, or broke off: what it shows is in no order
    std::uint64_t list_round = 0;  // marks what the list in progress has shown
    ResourceVersion reached = 0;
  };

  // Of a kind, whichever watch or answer told.
  struct Knowledge {
    ResourceVersion learnt = 0;  // the newest that anything is known of: bookmarks alone do not count
    std::optional<ResourceVersion> barrier;
  };

  void on(ListStarted&, Step&);
  void on(ListFinished&, Step&);
  void on(Progressed&, Step&);
  void on(ScheduledJobSeen&, Step&);
  void on(ScheduledJobDeleted&, Step&);
  void on(JobSeen&, Step&);
  void on(JobDeleted&, Step&);
  void on(LeadershipAcquired&, Step&);
  void on(BarrierRead&, Step&);
  void on(WindDownRequested&, Step&);
  void on(DrainRequested&, Step&);
  void on(CreateEnded&, Step&);
  void on(JobFetched&, Step&);
  void on(JobTried&, Step&);
  void on(DeleteEnded&, Step&);
  void on(StatusWriteEnded&, Step&);
  void on(TimePassed&, Step&);

  Cache& cache(Kind kind, Scope scope) { return caches_[static_cast<std::size_t>(kind)][scope]; }
  Knowledge& knowledge(Kind kind) { return knowledge_[static_cast<std::size_t>(kind)]; }
  bool at_barrier(Kind kind) const;
  bool is_leading() const { return phase_ == Phase::kDeciding || phase_ == Phase::kDraining; }
  Record& record_of(const std::string& uid, Scope scope, Step& step);
  Record* find(const std::string& uid, Step& step);  // wakes it up
  Record* wake(const std::string& uid, Step& step);
  void wake_those_missing(const ListFinished& event, Step& step);
  void set_barrier(Kind kind, ResourceVersion version);
  void learn(Kind kind, ResourceVersion version);
  void reach(Kind kind, Scope scope, ResourceVersion version, Step& step);
  void reach_unless_listing(Kind kind, Scope scope, ResourceVersion version, Step& step);
  void pass_barrier_if_reached(Step& step);
  void see(std::shared_ptr<const api::ScheduledJob> object, Scope scope, Step& step);
  void advance(Record& record, Step& step);
  void recount(Record& record);
  void forget_if_empty(const std::string& uid);
  void forget_ownerless();

  Options options_;
  Phase phase_ = Phase::kStandby;
  bool winding_down_ = false;
  Instant alone_from_{};
  Instant creates_dropped_at_{};                   // by the API server, of those that had no answer
  std::array<std::vector<Cache>, kKinds> caches_;  // by kind and scope
  std::array<Knowledge, kKinds> knowledge_;
  Roster roster_;
  std::vector<std::string> ownerless_;  // UIDs to forget once the owners' watch has passed their last Job
  Tally sums_;
  Load load_;
};

}  // namespace scheduledjob::engine
