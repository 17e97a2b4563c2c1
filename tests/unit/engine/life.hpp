// A cluster in virtual time around one engine: an API server that keeps objects, Jobs and resource versions,
// and answers every effect at once unless a test wants otherwise. Tests read as what happened to a
// ScheduledJob.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"

namespace scheduledjob::engine {

api::NominalTime at(std::string_view rfc3339);

class Life {
 public:
  using SpecEdit = std::function<void(api::ScheduledJobSpec&)>;

  // Starts with a leader that has synced its caches and passed the barrier.
  explicit Life(std::string_view start = "2026-03-10T12:00:00Z");

  // -- What users do. Every object is in namespace "default".
  void add(const std::string& name, const SpecEdit& spec);
  void edit(const std::string& name, const SpecEdit& change);
  void edit_template(const std::string& name);
  void annotate_resume(const std::string& name, const std::string& value);
  void start_deleting(const std::string& name);
  void remove(const std::string& name);
  void delete_job(const std::string& name, std::string_view scheduled_time);
  void strip_label(const std::string& name, std::string_view scheduled_time);

  // -- What the cluster does.
  void finish(const std::string& name, std::string_view scheduled_time,
              api::JobPhase phase = api::JobPhase::kSucceeded);
  void change_job(const std::string& name, std::string_view scheduled_time,
                  const std::function<void(api::Job&)>& change);

  // Another replica creates the Job, and no watch has shown it yet.
  void create_elsewhere(const std::string& name, std::string_view scheduled_time);

  bool pods_get_ready = true;                // at once
  std::function<void(api::Job&)> admission;  // a policy that changes what is created

  // -- What operators do.
  void crash();          // the engine is gone, and with it every answer that was on its way
  void start_standby();  // a new engine lists everything
  // It acquires the lease and passes the barrier.
  void lead(std::optional<Handover> handover = {});
  // It writes down what it knows and is gone; what it leaves.
  std::optional<Handover> drain();
  void restart() { crash(), start_standby(), lead(); }

  // -- Time.
  void run_until(std::string_view rfc3339);  // wakes the engine whenever it asks for it
  void run_for(std::chrono::milliseconds time);
  void jump_to(std::string_view rfc3339);  // while nobody runs
  Instant now() const { return now_; }

  // -- Faults. Each is consulted once per effect; by default everything is carried out and answered.
  enum class Fate { kDone, kRefused, kLostRequest, kLostAnswer, kHeld };
  std::function<Fate(const CreateJob&)> create_fate;
  absl::Status refusal = absl::PermissionDeniedError("quota exceeded");
  std::function<Fate(const WriteStatus&)> status_fate;
  void release_held_answers();

  // -- What can be seen.
  std::string uid_of(const std::string& name) const;  // another one when it is recreated
  std::vector<std::string> created(
      const std::string& name) const;  // scheduled times of all Jobs ever created, in order of creation
  std::vector<std::string> existing(const std::string& name) const;  // of those that exist now
  const api::ScheduledJobStatus& status(const std::string& name) const;
  const api::Condition& condition(const std::string& name, std::string_view type) const;
  // "12:05:00 Skipped/Overlap", "12:00:00..12:04:00 Missed/NotCaughtUp x5": oldest first.
  std::vector<std::string> outcomes(const std::string& name) const;
  api::Job& job(const std::string& name, std::string_view scheduled_time);
  // What each create of this instant's Job that was sent told the run about itself, lost ones included.
  std::vector<api::RunContext> contexts(const std::string& name, std::string_view scheduled_time) const;

  Engine& engine() { return *engine_; }
  void give(Input input);  // straight to the engine; its effects are carried out
  std::map<std::string, int>
      calls;                 // "create", "status", "delete", "get": requests that reached the API server
  std::vector<Effect> held;  // effects whose answer is held back
  std::vector<ConditionChanged> conditions_changed;
  // What the API server makes of a template; without it, trials are not answered.
  std::function<JobTried(const TryJob&)> trial;
  api::ResourceVersion version = 100;
  int delete_foreground = 0;
  int delete_active = 0;

 private:
  struct Server {
    std::map<std::string, std::shared_ptr<const api::ScheduledJob>> objects;  // by name
    std::map<std::string, api::Job> jobs;                                     // by Job name
  };

  void store(const std::string& name, const std::function<void(api::ScheduledJob&)>& change);
  void carry_out(Effects effects);
  void carry_out(const ReadBarrier& effect);
  void carry_out(const CreateJob& effect);
  void carry_out(const TryJob& effect);
  void carry_out(const FetchJob& effect);
  void carry_out(const DeleteJob& effect);
  void carry_out(const WriteStatus& effect);
  void carry_out(const Report&) {}
  void carry_out(const ConditionChanged& effect) { conditions_changed.push_back(effect); }
  CreateEnded commit(const CreateJob& effect);
  api::Job* find_job(const std::string& name, std::string_view scheduled_time);
  void erase_job(const std::string& job_name);

  Instant now_;
  std::unique_ptr<Engine> engine_;
  Server server_;
  std::map<std::string, int> incarnations_;
  struct Creation {
    std::string owner_uid;
    api::NominalTime time;
    Instant at;
  };
  std::vector<Creation> creations_;
  std::vector<CreateJob> creates_sent_;
  std::vector<Input> answers_;
  bool carrying_out_ = false;
};

}  // namespace scheduledjob::engine
