// What a process does about what its engine asks for, as runtime/effect_carrier and runtime/write_lanes do
// it; and the deliberate bugs that are not a matter of one input or effect.
#include <algorithm>
#include <utility>

#include "sim/admission.hpp"
#include "sim/process.hpp"

namespace scheduledjob::sim {

using namespace std::chrono_literals;
using engine::Kind;

void Process::enqueue(Lane lane, Task task) {
  lanes_[lane].push_back(std::move(task));
  work();
}

void Process::work() {
  while (working_ < world_.plan.workers) {
    const auto lane =
        std::find_if(lanes_.begin(), lanes_.end(), [](const auto& queue) { return !queue.empty(); });
    if (lane == lanes_.end()) return;
    const Task task = std::move(lane->front());
    lane->pop_front();
    ++working_;
    task([this] {
      --working_;
      work();
    });
  }
}

void Process::carry(engine::Effect effect) {
  std::visit([this](const auto& asked) { carry_out(asked); }, effect);
}

void Process::carry_out(const engine::ReadBarrier& effect) {
  enqueue(kCreateLane, [this, kind = effect.kind](const Done& done) { read_barrier(kind, 100ms, done); });
}

void Process::carry_out(const engine::CreateJob& effect) {
  enqueue(kCreateLane, [this, effect](const Done& done) { create(effect, done); });
}

void Process::carry_out(const engine::TryJob& effect) {
  enqueue(kDeleteLane, [this, effect](const Done& done) {
    call<bool>(
        Network::Request::kRead, [effect] { return try_job(effect); },
        [this, effect, done](const Reply<bool>& reply) {
          const api::ObjectMeta& owner = effect.owner->metadata;
          post(engine::JobTried{owner.uid, owner.generation, reply.result.status(), ""});
          done();
        });
  });
}

void Process::carry_out(const engine::FetchJob& effect) {
  enqueue(kDeleteLane, [this, effect](const Done& done) {
    get_job(effect.job_name, [this, effect, done](const absl::StatusOr<std::optional<api::Job>>& job) {
      post(engine::JobFetched{effect.owner_uid, effect.scheduled_time, job});
      done();
    });
  });
}

void Process::carry_out(const engine::DeleteJob& effect) {
  enqueue(kDeleteLane, [this, effect](const Done& done) {
    const auto answer = [this, effect, done](const absl::Status& error) {
      post(engine::DeleteEnded{effect.owner_uid, effect.job_name, error});
      done();
    };
    if (!may_write()) return answer(absl::CancelledError("not leading any more"));
    const bool foreground = effect.propagation == engine::DeleteJob::Propagation::kForeground;
    world_.witness.called("delete", effect.owner_uid);
    call<bool>(
        Network::Request::kWrite,
        [&server = world_.server, effect, foreground, actor = number_]() -> absl::StatusOr<bool> {
          const absl::Status status = server.delete_job(effect.job_name, effect.job_uid, foreground, actor);
          if (status.ok() || absl::IsNotFound(status) || absl::IsAborted(status)) return true;
          return status;
        },
        [answer](const Reply<bool>& reply) { answer(reply.result.status()); });
  });
}

void Process::carry_out(const engine::WriteStatus& effect) {
  enqueue(kStatusLane, [this, effect](const Done& done) { write_status(effect, done); });
}

void Process::read_barrier(Kind kind, Duration backoff, const Done& done) {
  call<ResourceVersion>(
      Network::Request::kRead,
      [&server = world_.server, &witness = world_.witness, kind,
       process = number_]() -> absl::StatusOr<ResourceVersion> {
        if (kind == Kind::kJob) witness.barrier_read(process);
        return server.version();
      },
      [this, kind, backoff, done](const Reply<ResourceVersion>& reply) {
        if (!reply.result.ok()) {
          later(backoff, [this, kind, backoff, done] {
            read_barrier(kind, std::min<Duration>(2 * backoff, 5s), done);
          });
          return;
        }
        stream(kind).hurry();
        post(engine::BarrierRead{kind, *reply.result});
        done();
      });
}

void Process::create(const engine::CreateJob& effect, const Done& done) {
  using Answer = engine::CreateEnded::Answer;
  const auto answer = [this, effect, done](Answer how, std::optional<api::Job> job, absl::Status error) {
    post(engine::CreateEnded{effect.owner->metadata.uid, effect.run.scheduled_time, how, std::move(job),
                             std::move(error)});
    done();
  };
  if (!may_write()) {
    return answer(Answer::kRefused, std::nullopt, absl::CancelledError("not leading any more"));
  }
  const auto ttl_margin = world_.bug == Bug::kTtlByJobAlone ? 0s : kTtlMargin;
  world_.witness.called("create", effect.owner->metadata.uid);
  call<SharedJob>(
      Network::Request::kCreate,
      [&server = world_.server, &weather = world_.weather, effect, ttl_margin, actor = number_] {
        return create_job(server, weather, effect, ttl_margin, actor);
      },
      [this, effect, answer](const Reply<SharedJob>& reply) {
        if (reply.result.ok()) return answer(Answer::kCreated, **reply.result, absl::OkStatus());
        const absl::Status& error = reply.result.status();
        if (!absl::IsAlreadyExists(error)) {
          return answer(reply.outcome_unknown ? Answer::kUnknown : Answer::kRefused, std::nullopt, error);
        }
        get_job(effect.run.job_name, [answer, error](const absl::StatusOr<std::optional<api::Job>>& holder) {
          if (!holder.ok()) return answer(Answer::kUnknown, std::nullopt, holder.status());
          answer(Answer::kExists, *holder, error);
        });
      });
}

void Process::get_job(const std::string& name,
                      const std::function<void(absl::StatusOr<std::optional<api::Job>>)>& then) {
  call<std::optional<api::Job>>(
      Network::Request::kRead,
      [&server = world_.server, name]() -> absl::StatusOr<std::optional<api::Job>> {
        const SharedJob job = server.job(name);
        return job ? std::optional(*job) : std::nullopt;
      },
      [then](const Reply<std::optional<api::Job>>& reply) { then(reply.result); });
}

void Process::write_status(const engine::WriteStatus& effect, const Done& done) {
  const auto answer = [this, effect, done](absl::StatusOr<ResourceVersion> written) {
    post(engine::StatusWriteEnded{effect.owner_uid, std::move(written), nullptr});
    done();
  };
  if (!may_write()) return answer(absl::CancelledError("not leading any more"));
  world_.witness.called("status", effect.owner_uid);
  call<ResourceVersion>(
      Network::Request::kWrite,
      [&server = world_.server, effect, actor = number_, twice = world_.bug == Bug::kWritesTwice] {
        auto written = server.write_status(effect.key.name, effect.version, effect.status, actor);
        if (written.ok() && twice)
          written = server.write_status(effect.key.name, *written, effect.status, actor);
        return written;
      },
      [this, effect, answer, done](const Reply<ResourceVersion>& reply) {
        if (absl::IsAborted(reply.result.status()))
          return settle_conflict(effect, reply.result.status(), done);
        answer(reply.result);
      });
}

void Process::settle_conflict(const engine::WriteStatus& effect, const absl::Status& conflict,
                              const Done& done) {
  const auto answer = [this, effect, done](absl::Status error, SharedObject fresh) {
    post(engine::StatusWriteEnded{effect.owner_uid, std::move(error), std::move(fresh)});
    done();
  };
  call<LeaseState>(
      Network::Request::kLease,
      [&lease = world_.lease]() -> absl::StatusOr<LeaseState> { return lease.read(); },
      [this, effect, conflict, answer](const Reply<LeaseState>& leading) {
        if (!leading.result.ok()) return answer(absl::UnavailableError("cannot tell who leads"), nullptr);
        if (leading.result->holder != number_ && world_.bug != Bug::kNoFence) return end();
        if (world_.bug == Bug::kPlusOneOnConflict) add_one(effect);
        call<SharedObject>(
            Network::Request::kRead,
            [&server = world_.server, name = effect.key.name]() -> absl::StatusOr<SharedObject> {
              return server.object(name);
            },
            [conflict, answer](const Reply<SharedObject>& read) {
              if (!read.result.ok()) return answer(read.result.status(), nullptr);
              answer(conflict, *read.result);
            });
      });
}

// -- Bugs

void Process::mix_up_versions(engine::Input& input) {
  auto* seen = std::get_if<engine::ScheduledJobSeen>(&input);
  if (!seen) return;
  SharedObject& last = last_seen_[seen->object->metadata.uid];
  const SharedObject newest = seen->object;
  if (last && dice_.chance(0.2)) {
    auto old = std::make_shared<api::ScheduledJob>(*last);
    old->metadata.resource_version = newest->metadata.resource_version;
    seen->object = old;
  }
  last = newest;
}

void Process::trim_unrecorded(const engine::Input& input) {
  const auto* seen = std::get_if<engine::JobSeen>(&input);
  if (!seen || !engine_.deciding() || seen->job.phase == api::JobPhase::kActive) return;
  (void)world_.server.delete_job(seen->job.metadata.key.name, seen->job.metadata.uid, false, number_);
}

void Process::add_one(const engine::WriteStatus& effect) {
  const SharedObject fresh = world_.server.object(effect.key.name);
  if (!fresh) return;
  api::ScheduledJobStatus status = fresh->status;
  ++status.run_counts.started;
  (void)world_.server.write_status(effect.key.name, fresh->metadata.resource_version, status, number_);
}

}  // namespace scheduledjob::sim
