#include "unit/engine/life.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/codec.hpp"
#include "engine/job_name.hpp"
#include "schedule/instant.hpp"
#include "schedule/stable_hash.hpp"

namespace scheduledjob::engine {

api::NominalTime at(std::string_view rfc3339) {
  return schedule::parse_rfc3339(rfc3339).value();
}

namespace {

std::string clock_of(api::NominalTime time) {
  return schedule::format_rfc3339(time).substr(11, 8);
}

// As it would have been read.
void name_time_to_live_in_template(api::ScheduledJobSpec& spec) {
  if (!spec.ttl_seconds_after_finished) return;
  spec.job_template = fmt::format(R"({{"spec":{{"ttlSecondsAfterFinished":{},"template":{{}}}}}})",
                                  *spec.ttl_seconds_after_finished);
}

}  // namespace

Life::Life(std::string_view start) : now_(at(start)) {
  start_standby();
  lead();
}

// -- Users

std::string Life::uid_of(const std::string& name) const {
  const auto incarnation = incarnations_.find(name);
  const int number = incarnation == incarnations_.end() ? 1 : incarnation->second;
  return fmt::format("{:08x}-0000-4000-8000-{:012x}", std::max(number, 1), schedule::fnv1a(name) >> 16U);
}

void Life::add(const std::string& name, const SpecEdit& spec) {
  ++incarnations_[name];
  auto object = std::make_shared<api::ScheduledJob>();
  object->metadata.key = {"default", name};
  object->metadata.uid = uid_of(name);
  object->metadata.resource_version = ++version;
  object->metadata.generation = 1;
  object->metadata.creation_timestamp = std::chrono::floor<std::chrono::seconds>(now_);
  api::ScheduledJobSpec fresh;
  fresh.job_template = R"({"spec":{"template":{}}})";
  spec(fresh);
  name_time_to_live_in_template(fresh);
  object->spec = fresh;
  server_.objects[name] = object;
  give(ScheduledJobSeen{object});
}

void Life::store(const std::string& name, const std::function<void(api::ScheduledJob&)>& change) {
  auto object = std::make_shared<api::ScheduledJob>(*server_.objects.at(name));
  change(*object);
  object->metadata.resource_version = ++version;
  server_.objects[name] = object;
  give(ScheduledJobSeen{object});
}

void Life::edit(const std::string& name, const SpecEdit& change) {
  store(name, [&change](api::ScheduledJob& object) {
    ++object.metadata.generation;
    change(*object.spec);
    name_time_to_live_in_template(*object.spec);
  });
}

void Life::edit_template(const std::string& name) {
  edit(name, [](api::ScheduledJobSpec& spec) { spec.job_template = R"({"spec":{"template":{"spec":{}}}})"; });
}

void Life::annotate_resume(const std::string& name, const std::string& value) {
  store(name, [&value](api::ScheduledJob& object) { object.metadata.resume = value; });
}

void Life::start_deleting(const std::string& name) {
  store(name, [this](api::ScheduledJob& object) {
    object.metadata.deletion_timestamp = std::chrono::floor<std::chrono::seconds>(now_);
  });
}

void Life::remove(const std::string& name) {
  const auto object = server_.objects.at(name);
  server_.objects.erase(name);
  give(ScheduledJobDeleted{object->metadata.uid, ++version});
  std::vector<std::string> orphans;
  for (const auto& [job_name, job] : server_.jobs) {
    if (job.owner_uid == object->metadata.uid) orphans.push_back(job_name);
  }
  for (const std::string& orphan : orphans) erase_job(orphan);
}

void Life::delete_job(const std::string& name, std::string_view scheduled_time) {
  erase_job(job(name, scheduled_time).metadata.key.name);
}

void Life::strip_label(const std::string& name, std::string_view scheduled_time) {
  api::Job& stripped = job(name, scheduled_time);
  stripped.metadata.resource_version = ++version;
  api::Job last_seen = stripped;
  stripped.label_uid.clear();
  give(JobDeleted{last_seen});
}

void Life::erase_job(const std::string& job_name) {
  api::Job last = server_.jobs.at(job_name);
  server_.jobs.erase(job_name);
  last.metadata.resource_version = ++version;
  if (engine_ && !last.label_uid.empty()) give(JobDeleted{last});
}

// -- Cluster

void Life::finish(const std::string& name, std::string_view scheduled_time, api::JobPhase phase) {
  api::Job& ended = job(name, scheduled_time);
  ended.phase = phase;
  ended.end_time = std::chrono::floor<std::chrono::seconds>(now_);
  ended.reason = phase == api::JobPhase::kFailed ? "BackoffLimitExceeded" : "";
  ended.metadata.resource_version = ++version;
  if (engine_) give(JobSeen{ended});
}

void Life::change_job(const std::string& name, std::string_view scheduled_time,
                      const std::function<void(api::Job&)>& change) {
  api::Job& changed = job(name, scheduled_time);
  change(changed);
  changed.metadata.resource_version = ++version;
  if (engine_) give(JobSeen{changed});
}

// -- Operators

void Life::crash() {
  engine_.reset();
  answers_.clear();
  held.clear();
}

void Life::start_standby() {
  Options options;
  // The same lives, with every object packed as soon as it is at rest: see CMakeLists.txt.
  if (std::getenv("LIFE_PACKS_ALL") != nullptr) options.resting_awake = 0;
  engine_ = std::make_unique<Engine>(options);
  give(ListStarted{Kind::kScheduledJob});
  for (const auto& [name, object] : server_.objects) give(ScheduledJobSeen{object});
  give(ListFinished{Kind::kScheduledJob, version});
  give(ListStarted{Kind::kJob});
  for (const auto& [name, job] : server_.jobs) {
    if (!job.label_uid.empty()) give(JobSeen{job});
  }
  give(ListFinished{Kind::kJob, version});
}

void Life::lead(std::optional<Handover> handover) {
  give(LeadershipAcquired{std::move(handover)});
}

std::optional<Handover> Life::drain() {
  give(DrainRequested{});
  if (!engine_->drained()) throw std::logic_error("the engine does not drain");
  std::optional<Handover> left = engine_->handover(now_);
  crash();
  return left;
}

// -- Time

void Life::run_until(std::string_view rfc3339) {
  const Instant end = at(rfc3339);
  int wakeups_now = 0;
  while (engine_) {
    const auto wakeup = engine_->next_wakeup();
    if (!wakeup || *wakeup > end) break;
    wakeups_now = *wakeup > now_ ? 0 : wakeups_now + 1;
    if (wakeups_now > 50)
      throw std::logic_error("the engine asks to be woken again and again at " +
                             clock_of(std::chrono::floor<std::chrono::seconds>(now_)));
    now_ = std::max(now_, *wakeup);
    give(TimePassed{});
  }
  now_ = std::max(now_, end);
}

void Life::run_for(std::chrono::milliseconds time) {
  const Instant end = now_ + time;
  while (engine_ && engine_->next_wakeup() && *engine_->next_wakeup() <= end) {
    now_ = std::max(now_, *engine_->next_wakeup());
    give(TimePassed{});
  }
  now_ = end;
}

void Life::jump_to(std::string_view rfc3339) {
  now_ = at(rfc3339);
}

// -- Effects

void Life::give(Input input) {
  if (!engine_) return;
  answers_.push_back(std::move(input));
  if (carrying_out_) return;
  carrying_out_ = true;
  while (!answers_.empty() && engine_) {
    Input next = std::move(answers_.front());
    answers_.erase(answers_.begin());
    carry_out(engine_->handle(std::move(next), now_));
  }
  carrying_out_ = false;
}

void Life::carry_out(Effects effects) {
  for (const Effect& effect : effects) {
    std::visit([this](const auto& each) { carry_out(each); }, effect);
  }
}

void Life::carry_out(const ReadBarrier& effect) {
  give(BarrierRead{effect.kind, version});
  give(Progressed{effect.kind, version});
}

CreateEnded Life::commit(const CreateJob& effect) {
  ++calls["create"];
  CreateEnded ended{effect.owner->metadata.uid,
                    effect.run.scheduled_time,
                    CreateEnded::Answer::kCreated,
                    {},
                    absl::OkStatus()};
  if (const auto taken = server_.jobs.find(effect.run.job_name); taken != server_.jobs.end()) {
    ended.answer = CreateEnded::Answer::kExists;
    ended.job = taken->second;
    return ended;
  }
  creations_.push_back({effect.owner->metadata.uid, effect.run.scheduled_time, now_});
  EXPECT_GE(now_, std::max<Instant>(effect.run.scheduled_time, effect.due)) << "created early";
  api::Job job;
  job.metadata.key = {"default", effect.run.job_name};
  job.metadata.uid = fmt::format("job-{}", creations_.size());
  job.metadata.resource_version = ++version;
  job.metadata.creation_timestamp = std::chrono::floor<std::chrono::seconds>(now_);
  job.owner_uid = job.label_uid = effect.owner->metadata.uid;
  job.owner_name = effect.owner->metadata.key.name;
  job.scheduled_time = effect.run.scheduled_time;
  job.start_time = job.metadata.creation_timestamp;
  job.ready = pods_get_ready ? 1 : 0;
  if (const auto ttl = effect.owner->spec->ttl_seconds_after_finished) {
    job.time_to_live = *ttl;
    job.ttl_seconds_after_finished = *ttl + static_cast<std::int32_t>(Options{}.ttl_margin.count());
  }
  if (admission) admission(job);
  server_.jobs[effect.run.job_name] = job;
  ended.job = job;
  return ended;
}

void Life::create_elsewhere(const std::string& name, std::string_view scheduled_time) {
  CreateJob create;
  create.owner = server_.objects.at(name);
  create.run.scheduled_time = at(scheduled_time);
  create.run.job_name = job_name(name, create.owner->metadata.uid, create.run.scheduled_time);
  commit(create);
}

void Life::carry_out(const CreateJob& effect) {
  creates_sent_.push_back(effect);
  CreateEnded lost{effect.owner->metadata.uid,
                   effect.run.scheduled_time,
                   CreateEnded::Answer::kUnknown,
                   {},
                   absl::DeadlineExceededError("no answer")};
  switch (create_fate ? create_fate(effect) : Fate::kDone) {
    case Fate::kDone: {
      const CreateEnded ended = commit(effect);
      give(JobSeen{*ended.job});
      give(ended);
      return;
    }
    case Fate::kRefused:
      ++calls["create"];
      lost.answer = CreateEnded::Answer::kRefused;
      lost.error = refusal;
      give(lost);
      return;
    case Fate::kLostRequest:
      give(lost);
      return;
    case Fate::kLostAnswer:
      commit(effect);
      give(lost);
      return;
    case Fate::kHeld:
      held.push_back(effect);
      return;
  }
}

void Life::carry_out(const TryJob& effect) {
  ++calls["try"];
  if (trial) give(trial(effect));
}

void Life::carry_out(const FetchJob& effect) {
  ++calls["get"];
  const auto found = server_.jobs.find(effect.job_name);
  std::optional<api::Job> job;
  if (found != server_.jobs.end()) job = found->second;
  give(JobFetched{effect.owner_uid, effect.scheduled_time, job});
}

void Life::carry_out(const DeleteJob& effect) {
  ++calls["delete"];
  if (effect.propagation == DeleteJob::Propagation::kForeground) ++delete_foreground;
  if (effect.of_active_run) ++delete_active;
  if (server_.jobs.contains(effect.job_name)) erase_job(effect.job_name);
  give(DeleteEnded{effect.owner_uid, effect.job_name, absl::OkStatus()});
}

void Life::carry_out(const WriteStatus& effect) {
  const Fate fate = status_fate ? status_fate(effect) : Fate::kDone;
  if (fate == Fate::kHeld) {
    held.push_back(effect);
    return;
  }
  if (fate == Fate::kLostRequest) {
    give(StatusWriteEnded{effect.owner_uid, absl::UnavailableError("no answer"), nullptr});
    return;
  }
  ++calls["status"];
  const auto found = server_.objects.find(effect.key.name);
  if (found == server_.objects.end()) {
    give(StatusWriteEnded{effect.owner_uid, absl::NotFoundError("gone"), nullptr});
    return;
  }
  if (found->second->metadata.resource_version != effect.version) {
    give(StatusWriteEnded{effect.owner_uid, absl::AbortedError("conflict"), found->second});
    return;
  }
  EXPECT_FALSE(found->second->status == effect.status) << "a write that changes nothing";
  auto object = std::make_shared<api::ScheduledJob>(*found->second);
  object->status = effect.status;
  object->metadata.resource_version = ++version;
  found->second = object;
  if (fate == Fate::kLostAnswer) {
    give(StatusWriteEnded{effect.owner_uid, absl::DeadlineExceededError("no answer"), nullptr});
  } else {
    give(StatusWriteEnded{effect.owner_uid, version, nullptr});
  }
  give(ScheduledJobSeen{object});
}

void Life::release_held_answers() {
  for (const Effect& effect : std::exchange(held, {})) {
    if (const auto* create = std::get_if<CreateJob>(&effect)) give(commit(*create));
    if (const auto* write = std::get_if<WriteStatus>(&effect)) carry_out(*write);
  }
}

// -- What can be seen

std::vector<std::string> Life::created(const std::string& name) const {
  std::vector<std::string> times;
  for (const Creation& creation : creations_) {
    if (creation.owner_uid == uid_of(name)) times.push_back(clock_of(creation.time));
  }
  return times;
}

std::vector<std::string> Life::existing(const std::string& name) const {
  std::vector<std::string> times;
  for (const auto& [job_name, job] : server_.jobs) {
    if (job.owner_uid == uid_of(name)) times.push_back(clock_of(*job.scheduled_time));
  }
  return times;
}

const api::ScheduledJobStatus& Life::status(const std::string& name) const {
  return server_.objects.at(name)->status;
}

const api::Condition& Life::condition(const std::string& name, std::string_view type) const {
  for (const api::Condition& condition : status(name).conditions) {
    if (condition.type == type) return condition;
  }
  throw std::out_of_range(fmt::format("no condition {}", type));
}

std::vector<std::string> Life::outcomes(const std::string& name) const {
  std::vector<std::string> texts;
  const auto& recent = status(name).recent_runs;
  for (auto run = recent.rbegin(); run != recent.rend(); ++run) {
    std::string text = clock_of(run->scheduled_time);
    if (run->through_time) text += ".." + clock_of(*run->through_time);
    text += fmt::format(" {}", api::to_string(run->outcome));
    if (!run->reason.empty()) text += "/" + run->reason;
    if (run->count > 1) text += fmt::format(" x{}", run->count);
    texts.push_back(text);
  }
  return texts;
}

api::Job* Life::find_job(const std::string& name, std::string_view scheduled_time) {
  for (auto& [job_name, job] : server_.jobs) {
    if (job.owner_uid == uid_of(name) && clock_of(*job.scheduled_time) == scheduled_time) return &job;
  }
  return nullptr;
}

api::Job& Life::job(const std::string& name, std::string_view scheduled_time) {
  api::Job* found = find_job(name, scheduled_time);
  if (!found) throw std::out_of_range(fmt::format("{} has no Job for {}", name, scheduled_time));
  return *found;
}

std::vector<api::RunContext> Life::contexts(const std::string& name, std::string_view scheduled_time) const {
  std::vector<api::RunContext> contexts;
  for (const CreateJob& create : creates_sent_) {
    if (create.owner->metadata.uid == uid_of(name) && clock_of(create.run.scheduled_time) == scheduled_time) {
      contexts.push_back(create.run.context);
    }
  }
  return contexts;
}

}  // namespace scheduledjob::engine
