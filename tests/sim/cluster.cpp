#include "sim/cluster.hpp"

#include <chrono>

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using api::JobPhase;

}  // namespace

Cluster::Cluster(const Plan& plan, Timeline& time, ModelServer& server)
    : plan_(plan), time_(time), server_(server) {
  server.on_job = [this](const api::Job& job) {
    if (job.owner_uid.empty()) return;
    if (!server_.uid_exists(job.owner_uid)) return collect_later(job.metadata.key.name, job.metadata.uid);
    run(job);
  };
  server.on_orphans = [this](const std::string& uid) {
    for (const std::string& name :
         server_.job_names([&uid](const api::Job& job) { return job.owner_uid == uid; })) {
      collect_later(name, server_.job(name)->metadata.uid);
    }
  };
  server.on_terminating = [this](const api::Job& job) {
    Dice dice = dice_of(job).fork("termination");
    time_.after(dice.spread(100ms, 30s), [this, name = job.metadata.key.name, uid = job.metadata.uid] {
      server_.finish_termination(name, uid);
    });
  };
  server.on_end = [this](const api::Job& job) {
    if (!job.ttl_seconds_after_finished) return;
    time_.at(*job.end_time + std::chrono::seconds{*job.ttl_seconds_after_finished} + 50ms,
             [this, name = job.metadata.key.name, uid = job.metadata.uid] {
               (void)server_.delete_job(name, uid, false, kTtlController);
             });
  };
}

// The same Job behaves the same in every history of this seed, whatever else is left out.
Dice Cluster::dice_of(const api::Job& job) const {
  return Dice(plan_.seed).fork(job.metadata.key.name);
}

const JobProfile& Cluster::profile_of(const api::Job& job) const {
  for (const ObjectPlan& object : plan_.objects) {
    if (object.name == job.owner_name) return object.jobs;
  }
  return plan_.objects.front().jobs;
}

void Cluster::run(const api::Job& job) {
  Dice dice = dice_of(job);
  const JobProfile& profile = profile_of(job);
  const std::string name = job.metadata.key.name;
  const std::string uid = job.metadata.uid;
  const Duration start = dice.between(5ms, profile.longest_start);
  const Duration length = dice.between(profile.shortest_run, profile.longest_run);
  const bool fails = dice.chance(profile.failing);
  if (winding_down_) {
    time_.after(200ms, [this, name, uid, fails] { end(name, uid, fails); });
    return;
  }
  if (dice.chance(profile.never_starting)) return;
  time_.after(start, [this, name, uid] {
    const SharedJob present = server_.job(name);
    if (!present || present->metadata.uid != uid || present->phase != JobPhase::kActive) return;
    server_.change_job(name, [this](api::Job& started) { started.start_time = time_.now_in_seconds(); });
  });
  if (dice.chance(profile.endless)) return;
  time_.after(start + length, [this, name, uid, fails] { end(name, uid, fails); });
}

void Cluster::end(const std::string& name, const std::string& uid, bool fails) {
  const SharedJob present = server_.job(name);
  const bool running = present && present->metadata.uid == uid && present->phase == JobPhase::kActive &&
                       !present->metadata.deletion_timestamp;
  if (!running) return;
  server_.change_job(name, [&](api::Job& ended) {
    if (!ended.start_time) ended.start_time = time_.now_in_seconds();
    ended.phase = fails ? JobPhase::kFailed : JobPhase::kSucceeded;
    ended.reason = fails ? "BackoffLimitExceeded" : "";
    ended.end_time = time_.now_in_seconds();
  });
}

void Cluster::collect_later(const std::string& name, const std::string& uid) {
  Dice dice = Dice(plan_.seed).fork(uid);
  time_.after(dice.spread(50ms, 20s),
              [this, name, uid] { (void)server_.delete_job(name, uid, false, kGarbageCollector); });
}

void Cluster::wind_down() {
  winding_down_ = true;
  const auto running = [](const api::Job& job) {
    return !job.owner_uid.empty() && job.phase == JobPhase::kActive && !job.metadata.deletion_timestamp;
  };
  Duration delay{0};
  for (const std::string& name : server_.job_names(running)) {
    time_.after(delay += 100ms, [this, name, uid = server_.job(name)->metadata.uid] {
      const SharedJob present = server_.job(name);
      if (present) end(name, uid, dice_of(*present).fork("end").chance(profile_of(*present).failing));
    });
  }
}

}  // namespace scheduledjob::sim
