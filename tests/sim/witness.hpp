// Sees everything, and holds it against the promises. The first that is broken ends the history.
#pragma once

#include <exception>
#include <map>
#include <string>
#include <utility>

#include "engine/effect.hpp"
#include "sim/annals.hpp"
#include "sim/model_server.hpp"
#include "sim/plan.hpp"
#include "sim/trace.hpp"
#include "sim/weather.hpp"

namespace scheduledjob::sim {

// A promise that was broken.
struct Violation : std::exception {
  Violation(std::string broken, std::string how) : promise(std::move(broken)), details(std::move(how)) {}
  const char* what() const noexcept override { return promise.c_str(); }
  std::string promise;
  std::string details;
};

class Witness final : public ServerObserver {
 public:
  Witness(const Plan& plan, Timeline& time, Weather& weather, Trace& trace)
      : plan_(plan), time_(time), weather_(weather), trace_(trace) {}

  // -- In the API server
  void spec_changed(const SharedObject& object) override;
  void object_removed(const SharedObject& object) override;
  void status_written(const SharedObject& before, const SharedObject& after, int actor) override;
  void job_created(const api::Job& job, const api::ScheduledJob* asked_by, int actor) override;
  void job_ended(const api::Job& job) override;
  void job_deleted(const api::Job& job, int actor) override;
  void label_stripped(const api::Job& job) override;

  // -- In the processes
  void process_started(int process) { barrier_[process] = Instant::max(); }
  void barrier_read(int process) { barrier_[process] = time_.now(); }
  void process_learns(int process, const engine::Input& input);
  void process_asks(int process, const engine::Effect& effect, Instant its_now);
  void called(const char* verb, const std::string& uid) { ++objects_[uid].calls[verb]; }

  // -- Now and then
  void audit();
  // Once nothing more should happen; `quiet_since`: since when.
  void judge_the_end(Instant quiet_since);

  std::uint64_t fires() const { return fires_; }

 private:
  void check_creation(const ObjectAnnals& object, NominalTime time, const RunAnnals& run,
                      const RunAnnals& before);
  void check_cap(const ObjectAnnals& object, NominalTime time, const RunAnnals& run);
  bool is_past_counting(const ObjectAnnals& object, NominalTime time, int actor) const;
  void check_deletion(const ObjectAnnals& object, NominalTime time, const RunAnnals& run);
  void audit_starts(const ObjectAnnals& object, Instant from, Instant through);
  void audit_waiting(const ObjectAnnals& object);
  void audit_replaced(const ObjectAnnals& object);
  RunAnnals* run_of(const api::Job& job);
  bool clocks_are_right() const;

  const Plan& plan_;
  Timeline& time_;
  Weather& weather_;
  Trace& trace_;
  std::map<std::string, ObjectAnnals> objects_;  // by uid
  std::map<int, Instant> barrier_;               // process: when its barrier was read
  Instant audited_through_{};
  std::uint64_t fires_ = 0;
  int asked_ = 0;  // creates of runs, first ones
};

// -- The promises about statuses, one file each: they throw Violation.

// What one write of a status, by the process `actor`, may change, given what the stored one said.
void check_status(const ObjectAnnals& object, const api::ScheduledJobStatus& before,
                  const api::ScheduledJobStatus& after, Instant before_written_at, int actor, Instant now);

// What a status must say when nothing more happens.
void check_final_status(const ObjectAnnals& object, NominalTime horizon);

// How many requests the runs may have taken when nothing was disturbed.
void check_calls(const ObjectAnnals& object);

}  // namespace scheduledjob::sim
