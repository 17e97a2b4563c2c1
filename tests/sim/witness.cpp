#include "sim/witness.hpp"

#include <algorithm>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "api/compile.hpp"
#include "sim/admission.hpp"

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using api::ConcurrencyPolicy;
using api::JobPhase;

// The rule of runtime/clock.hpp: a local clock is followed this far ahead of the server's.
constexpr Duration kClockTolerance = 2'100ms;
// The largest step of a clock, and what drifting adds to it.
constexpr Duration kClockLag = 3min;

std::string clock(Instant time) {
  return schedule::format_rfc3339_micro(time);
}

bool made_under_replace(const ObjectAnnals& object, const RunAnnals& run) {
  const auto asked = run.asked_for.find(run.created_by);
  return asked != run.asked_for.end() &&
         object.version(asked->second.generation).spec().concurrency_policy == ConcurrencyPolicy::kReplace;
}

}  // namespace

bool Witness::clocks_are_right() const {
  return std::none_of(plan_.disturbances.begin(), plan_.disturbances.end(), [](const Disturbance& each) {
    return each.trouble == Trouble::kClockStep || each.trouble == Trouble::kClockDrift;
  });
}

// -- ScheduledJobs

void Witness::spec_changed(const SharedObject& object) {
  ObjectAnnals& annals = objects_[object->metadata.uid];
  annals.uid = object->metadata.uid;
  annals.name = object->metadata.key.name;
  annals.stored = object;
  SpecVersion version{object->metadata.generation, time_.now(), object, absl::UnknownError(""), "invalid"};
  version.schedule = api::compile_schedule(*object->spec, object->metadata);
  if (version.schedule.ok()) version.basis = api::basis_hash(*object->spec);
  annals.versions.push_back(std::move(version));
}

void Witness::object_removed(const SharedObject& object) {
  objects_[object->metadata.uid].stored = nullptr;
}

void Witness::status_written(const SharedObject& before, const SharedObject& after, int actor) {
  ObjectAnnals& object = objects_[after->metadata.uid];
  trace_.note("{} stored by process {}: {}", object.uid, actor, describe(after->status));
  check_status(object, before->status, after->status, object.status_written_at, actor, time_.now());
  object.stored = after;
  if (object.first_generation == 0) object.first_generation = after->status.observed_generation;
  object.status_written_at = time_.now();
}

// -- Jobs

RunAnnals* Witness::run_of(const api::Job& job) {
  if (job.owner_uid.empty() || !job.scheduled_time) return nullptr;
  const auto object = objects_.find(job.owner_uid);
  if (object == objects_.end()) return nullptr;
  RunAnnals& run = object->second.runs[*job.scheduled_time];
  return run.job_uid == job.metadata.uid ? &run : nullptr;
}

void Witness::job_created(const api::Job& job, const api::ScheduledJob* asked_by, int actor) {
  trace_.note("Job {} is made for process {}", job.metadata.key.name, actor);
  if (job.owner_uid.empty()) return;
  ObjectAnnals& object = objects_[job.owner_uid];
  if (!asked_by) {
    object.by_hand[job.metadata.uid] = {job.metadata.key.name, time_.now(), std::nullopt, {}, false};
    return;
  }
  ++fires_;
  RunAnnals& run = object.runs[*job.scheduled_time];
  const RunAnnals before = run;
  ++run.creations;
  run.job_name = job.metadata.key.name;
  run.job_uid = job.metadata.uid;
  run.created_at = time_.now();
  run.created_by = actor;
  run.time_to_live = job.time_to_live;
  run.ended_at.reset();
  run.deleted_at.reset();
  run.delete_asked_at.clear();
  run.known_to.clear();
  run.end_known_to.clear();
  check_creation(object, *job.scheduled_time, run, before);
  check_cap(object, *job.scheduled_time, run);
  if (before.creations > 0 || is_past_counting(object, *job.scheduled_time, actor)) ++object.blurred;
}

// A frozen leader's request, as docs/guarantees.md has it: it makes the Job of an instant that its successor
// has closed, by an edit for instance, without an entry that could be taken back.
bool Witness::is_past_counting(const ObjectAnnals& object, NominalTime time, int actor) const {
  const Instant barrier = barrier_.at(actor);
  const bool has_successor = std::any_of(barrier_.begin(), barrier_.end(), [barrier](const auto& other) {
    return other.second != Instant::max() && other.second > barrier;
  });
  if (!has_successor || !object.stored) return false;
  const api::ScheduledJobStatus& status = object.stored->status;
  const bool awaited = std::any_of(status.pending.begin(), status.pending.end(),
                                   [time](const auto& run) { return run.scheduled_time == time; }) ||
                       std::find(status.open.begin(), status.open.end(), time) != status.open.end();
  if (awaited || !status.decided_through || *status.decided_through < time) return false;
  return std::none_of(status.recent_runs.begin(), status.recent_runs.end(), [&](const auto& entry) {
    if (!entry.through_time) return entry.scheduled_time == time;
    return status.basis && status.basis->since < entry.scheduled_time && entry.scheduled_time <= time &&
           time <= *entry.through_time;
  });
}

void Witness::check_creation(const ObjectAnnals& object, NominalTime time, const RunAnnals& run,
                             const RunAnnals& before) {
  const auto describe_run = [&] {
    return fmt::format("{} of {}, created at {} by process {}", clock(time), object.uid, clock(time_.now()),
                       run.created_by);
  };
  const Instant due = run.due.value_or(time);
  const Duration tolerance = clocks_are_right() ? Duration{0} : kClockTolerance;
  if (time_.now() + tolerance < std::max<Instant>(due, time)) {
    throw Violation("never early", fmt::format("{}, due at {}", describe_run(), clock(due)));
  }

  if (before.creations > 0) {
    const bool by_operator = before.deleted_by >= 0 || before.recorded_when_deleted;
    const bool gone_for_long = before.deleted_by == kTtlController && before.ended_at &&
                               *before.deleted_at - *before.ended_at >= kTtlMargin;
    const bool unknowable = !by_operator && (before.deleted_by != kTtlController || gone_for_long) &&
                            !before.known_when_asked(run.created_by);
    if (!unknowable && !before.stripped) {
      throw Violation("no instant starts twice",
                      fmt::format("{}; first by process {} at {}, deleted at {}", describe_run(),
                                  before.created_by, clock(before.created_at), clock(*before.deleted_at)));
    }
  }

  const Duration lag = clocks_are_right() ? Duration{0} : kClockLag;
  // What was edited before any operator took note of the object counts from its creation.
  const auto in_force_since = [&object](const SpecVersion& version) {
    const bool unnoticed = object.first_generation == 0 || version.generation <= object.first_generation;
    return unnoticed ? Instant(object.created()) : version.from;
  };
  const bool in_force =
      std::any_of(object.versions.begin(), object.versions.end(), [&](const SpecVersion& version) {
        return version.names(time) && !version.spec().suspend &&
               time + lag > std::chrono::floor<std::chrono::seconds>(in_force_since(version));
      });
  if (!in_force) throw Violation("no edit fires the past", describe_run());
}

void Witness::check_cap(const ObjectAnnals& object, NominalTime time, const RunAnnals& run) {
  const auto asked = run.asked_for.find(run.created_by);
  if (asked == run.asked_for.end()) return;
  const api::ScheduledJobSpec& spec = object.version(asked->second.generation).spec();
  if (spec.concurrency_policy == ConcurrencyPolicy::kReplace) return;  // audited: it starts, then deletes
  const auto cap = spec.concurrency_policy == ConcurrencyPolicy::kAllow
                       ? api::kMaxOpenRuns
                       : static_cast<std::size_t>(spec.max_concurrent_runs);
  // What the process could know when it gave this run its place: its own runs, and Jobs that were there when
  // it read its barrier. Later ones had theirs by a later spec.
  const Instant barrier = barrier_.at(run.created_by);
  std::size_t active = 0;
  for (const auto& [other, each] : object.runs) {
    const auto place = each.asked_for.find(run.created_by);
    const bool had_place = place != each.asked_for.end() && place->second.order < asked->second.order;
    const bool known = (each.created_by == run.created_by && had_place) || each.created_at < barrier;
    if (made_under_replace(object, each)) continue;  // may be on its way out
    if (other != time && known && !each.stripped && each.active_at(time_.now())) ++active;
  }
  for (const auto& [uid, each] : object.by_hand) {
    const auto known = each.known_to.find(run.created_by);
    const bool in_the_way = known != each.known_to.end() && known->second < asked->second.at;
    if (in_the_way && !each.stripped && each.active_at(time_.now())) ++active;
  }
  if (active >= cap) {
    throw Violation("caps are never exceeded",
                    fmt::format("{} of {} starts beside {} active runs, the cap is {}", clock(time),
                                object.uid, active, cap));
  }
}

void Witness::job_ended(const api::Job& job) {
  trace_.note("Job {} {}", job.metadata.key.name, job.phase == JobPhase::kFailed ? "fails" : "succeeds");
  if (RunAnnals* run = run_of(job)) {
    run->ended_at = time_.now();
    run->failed = job.phase == JobPhase::kFailed;
  } else if (!job.owner_uid.empty()) {
    objects_[job.owner_uid].by_hand[job.metadata.uid].over_at = time_.now();
  }
}

void Witness::job_deleted(const api::Job& job, int actor) {
  trace_.note("Job {} is deleted by {}", job.metadata.key.name, actor);
  if (job.owner_uid.empty()) return;
  ObjectAnnals& object = objects_[job.owner_uid];
  RunAnnals* run = run_of(job);
  if (!run) {
    JobByHand& by_hand = object.by_hand[job.metadata.uid];
    if (!by_hand.over_at) by_hand.over_at = time_.now();
    return;
  }
  run->deleted_at = time_.now();
  run->deleted_by = actor;
  run->recorded_when_deleted = object.stored && is_recorded(object.stored->status, *job.scheduled_time);
  if (actor >= 0) check_deletion(object, *job.scheduled_time, *run);
  if (!object.stored) return;
  const auto& open = object.stored->status.open;
  const bool is_open = std::find(open.begin(), open.end(), *job.scheduled_time) != open.end();
  const bool settled = run->recorded_when_deleted && !is_open;
  // A replaced run may end before it is deleted, and nobody see it.
  run->end_unrecorded = run->ended_at && is_open;
  if (actor >= 0 ? run->end_unrecorded : !settled) ++object.blurred;
}

// Only what is stored may be forgotten.
void Witness::check_deletion(const ObjectAnnals& object, NominalTime time, const RunAnnals& run) {
  if (!object.stored) return;
  const auto& open = object.stored->status.open;
  const bool is_open = std::find(open.begin(), open.end(), time) != open.end();
  // A running one goes when its start is stored; whoever asked for that may not have seen it end.
  const auto asked = run.delete_asked_at.find(run.deleted_by);
  const auto end_known = run.end_known_to.find(run.deleted_by);
  const bool end_unrecorded = is_open && asked != run.delete_asked_at.end() &&
                              end_known != run.end_known_to.end() && end_known->second < asked->second;
  if (!run.recorded_when_deleted || end_unrecorded) {
    throw Violation("a Job is deleted only after it is recorded",
                    fmt::format("{} of {}, by process {}", clock(time), object.uid, run.deleted_by));
  }
}

void Witness::label_stripped(const api::Job& job) {
  trace_.note("Job {} loses its label", job.metadata.key.name);
  ObjectAnnals& object = objects_[job.owner_uid];
  ++object.blurred;
  if (RunAnnals* run = run_of(job)) {
    run->stripped = true;
  } else {
    object.by_hand[job.metadata.uid].stripped = true;
  }
}

// -- Processes

void Witness::process_learns(int process, const engine::Input& input) {
  const auto learn = [&](const api::Job& job) {
    if (RunAnnals* run = run_of(job)) {
      run->known_to.emplace(process, time_.now());
      if (job.phase != JobPhase::kActive) run->end_known_to.emplace(process, time_.now());
    } else if (const auto object = objects_.find(job.owner_uid); object != objects_.end()) {
      const auto by_hand = object->second.by_hand.find(job.metadata.uid);
      if (by_hand != object->second.by_hand.end()) by_hand->second.known_to.emplace(process, time_.now());
    }
  };
  if (const auto* seen = std::get_if<engine::JobSeen>(&input)) learn(seen->job);
  if (const auto* gone = std::get_if<engine::JobDeleted>(&input)) learn(gone->job);
  if (const auto* ended = std::get_if<engine::CreateEnded>(&input)) {
    if (ended->job) learn(*ended->job);
    if (ended->answer == engine::CreateEnded::Answer::kRefused ||
        ended->answer == engine::CreateEnded::Answer::kUnknown ||
        (ended->job && ended->job->owner_uid.empty())) {
      objects_[ended->owner_uid].runs[ended->scheduled_time].refused = true;
    }
  }
}

void Witness::process_asks(int process, const engine::Effect& effect, Instant its_now) {
  if (const auto* remove = std::get_if<engine::DeleteJob>(&effect)) {
    for (auto& [time, run] : objects_[remove->owner_uid].runs) {
      if (run.job_uid == remove->job_uid) run.delete_asked_at[process] = time_.now();
    }
  }
  if (const auto* write = std::get_if<engine::WriteStatus>(&effect)) {
    objects_[write->owner_uid].write_asked_at[process] = time_.now();
  }
  const auto* create = std::get_if<engine::CreateJob>(&effect);
  if (!create) return;
  ObjectAnnals& object = objects_[create->owner->metadata.uid];
  const NominalTime time = create->run.scheduled_time;
  RunAnnals& run = object.runs[time];
  run.due = create->due;
  const SpecVersion& version = object.version(create->owner->metadata.generation);
  const auto [asked, first_attempt] =
      run.asked_for.emplace(process, Asked{version.generation, time_.now(), ++asked_, time_.now()});
  asked->second.again_at = time_.now();
  const auto describe_run = [&] {
    return fmt::format("{} of {}, by process {}", clock(time), object.uid, process);
  };
  if (first_attempt && version.names(time) && create->due != version.due(time)) {
    throw Violation("a run is due at its instant and its jitter", describe_run());
  }
  if (version.spec().suspend) throw Violation("nothing starts while suspended", describe_run());
  if (version.object->metadata.deletion_timestamp)
    throw Violation("nothing starts while deleted", describe_run());
  const auto& deadline = version.spec().starting_deadline;
  if (deadline && its_now > create->due + *deadline) {
    throw Violation("nothing starts after its deadline",
                    fmt::format("{} at {}, due at {}", describe_run(), clock(its_now), clock(create->due)));
  }
}

}  // namespace scheduledjob::sim
