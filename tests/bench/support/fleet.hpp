// One engine with any number of ScheduledJobs, in virtual time: an API server that answers at once and Jobs
// that end at once. It keeps no object itself, so that what is held is the engine's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "engine/engine.hpp"

namespace scheduledjob::bench {

// The JSON of a ScheduledJob of usual size (2.6 kB) as an API server sends it, due every day at this second
// of it, UTC. It keeps no finished Job.
std::string scheduled_job_json(std::size_t number, std::chrono::seconds time_of_day);

class Fleet {
 public:
  using Instant = engine::Instant;

  // The first `together` of the schedules are due at kBurst, the others spread over the day, none of them
  // within an hour after the start.
  static constexpr std::chrono::seconds kBurst = std::chrono::minutes{30};
  Fleet(std::size_t schedules, std::size_t together, engine::Options options = {});

  // Lists everything, as a replica does when it starts; the text of each object is decoded on the way.
  void list();
  // Takes the lease, passes the barrier, and writes each object's first status.
  void lead();
  // Lives until everything that is due at kBurst has run, is recorded, and has been deleted.
  void burst();

  // Lives on for so long.
  void live(std::chrono::seconds time);
  // Wakes the engine without reason.
  void wake() { give(engine::TimePassed{}); }

  // Processor time spent in the engine, and in decoding objects, since the last call.
  std::chrono::nanoseconds take_engine_time() { return std::exchange(engine_time_, {}); }
  std::chrono::nanoseconds take_decode_time() { return std::exchange(decode_time_, {}); }
  // How often the engine has asked the heap for memory, likewise.
  std::uint64_t take_engine_allocations() { return std::exchange(engine_allocations_, 0); }
  // Requests to the API server by kind: "create", "status", "delete", "read".
  std::map<std::string, std::uint64_t> calls;

  engine::Engine& engine() { return engine_; }

 private:
  std::shared_ptr<const api::ScheduledJob> object(std::size_t number, api::ScheduledJobStatus status = {});
  void give(engine::Input input);
  void live_until(Instant end);
  void answer(engine::ReadBarrier& effect);
  void answer(engine::CreateJob& effect);
  void answer(engine::WriteStatus& effect);
  void answer(engine::DeleteJob& effect);
  void answer(engine::FetchJob& effect);
  void answer(engine::TryJob&) { ++calls["try"]; }
  void answer(engine::Report&) {}
  void answer(engine::ConditionChanged&) {}

  const std::size_t schedules_;
  const std::size_t together_;
  Instant now_;
  api::ResourceVersion version_ = 1000;
  engine::Engine engine_;
  std::deque<engine::Input> inbox_;
  std::map<std::string, api::Job> jobs_;  // by name, while they exist
  std::chrono::nanoseconds engine_time_{0};
  std::chrono::nanoseconds decode_time_{0};
  std::uint64_t engine_allocations_ = 0;
};

}  // namespace scheduledjob::bench
