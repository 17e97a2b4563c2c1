// What the operator counts about itself: the runtime records, the server shows.
//
// Plain counters and gauges behind one mutex. Thread-safe; every call is short and none fails. The number of
// series is bounded: labels beyond kMaxSeries of a metric are counted under "Other".
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/mutex.hpp"

namespace scheduledjob::runtime {

// The write lanes, most important first; also the index of a lane's gauge. With the creates go the deletions
// that a due run may be waiting for.
enum class Lane { kCreate, kStatus, kDelete, kEvent };
inline constexpr std::size_t kLaneCount = 4;
std::string_view lane_name(Lane lane);

inline constexpr std::size_t kMaxSeries = 200;

// A distribution in seconds.
struct Histogram {
  std::vector<double> upper_bounds;    // ascending; the bucket above the last is implied
  std::vector<std::uint64_t> buckets;  // one more than upper_bounds; not cumulative
  std::uint64_t count = 0;
  double sum = 0;

  explicit Histogram(std::vector<double> bounds = {});
  void observe(double seconds);
};

// Which series of the API's requests: the HTTP method and the plural of the resource.
struct ApiCall {
  std::string method;    // "POST"
  std::string resource;  // "jobs"
  friend auto operator<=>(const ApiCall&, const ApiCall&) = default;
};

// What goes through one write lane.
struct LaneFigures {
  std::uint64_t depth = 0;  // waiting, not yet sent
  std::uint64_t added = 0;
  Histogram queued;  // from being posted to being taken
  Histogram worked;  // from being taken to its end
};

struct TelemetrySnapshot {
  std::map<std::pair<std::string, std::string>, std::uint64_t> outcomes;  // by outcome and reason
  Histogram start_lateness;                                               // Job created, minus its due time

  std::map<std::pair<ApiCall, int>, std::uint64_t> api_requests;  // code 0: no answer came
  std::map<ApiCall, Histogram> api_latency;
  std::map<std::string, std::uint64_t> watch_disturbances;  // by resource
  std::uint64_t dropped_events = 0;

  std::uint64_t scheduled_jobs = 0;
  std::uint64_t active_runs = 0;
  std::uint64_t stuck_runs = 0;
  std::uint64_t waiting_runs = 0;
  std::array<LaneFigures, kLaneCount> lanes;
  std::uint64_t requests_in_flight = 0;
  std::uint64_t in_flight_limit = 0;
  bool leader = false;
  bool caches_synced = false;
  std::string start_obstacle;                                // for people; empty: none, or the start is over
  std::string stuck;                                         // for people; empty: nothing is
  std::optional<std::chrono::milliseconds> since_loop_turn;  // absent before the first turn
  std::chrono::microseconds clock_skew{0};                   // as TrustedClock::skew()
};

class Telemetry {
 public:
  Telemetry();

  // `count` instants got this outcome, e.g. ("Skipped", "Overlap"). `reason` may be empty.
  void record_outcome(std::string_view outcome, std::string_view reason, std::uint64_t count = 1);
  void record_start_lateness(std::chrono::microseconds late);

  // `code` is the HTTP status, 0 when no answer came.
  void record_api_request(const ApiCall& call, int code, std::chrono::microseconds latency);
  void record_watch_disturbance(std::string_view resource);
  void record_dropped_event();

  void set_scheduled_jobs(std::uint64_t known);
  void set_active_runs(std::uint64_t active);
  void set_stuck_runs(std::uint64_t stuck);
  void set_waiting_runs(std::uint64_t waiting);
  // `waiting`: how many tasks the lane holds after it.
  void task_added(Lane lane, std::uint64_t waiting);
  void task_taken(Lane lane, std::uint64_t waiting, std::chrono::microseconds queued);
  void task_ended(Lane lane, std::chrono::microseconds worked);
  void lane_cleared(Lane lane);
  void set_requests_in_flight(std::uint64_t requests);
  void set_in_flight_limit(std::uint64_t limit);
  void set_leader(bool leader);
  void set_caches_synced(bool synced);
  void set_clock_skew(std::chrono::microseconds skew);
  void set_start_obstacle(std::string what);
  void set_stuck(std::string what);

  // The loop says that it lives. It must call this at least every few seconds, also when there is nothing to
  // do.
  void loop_turned();

  TelemetrySnapshot snapshot() const;

 private:
  using Steady = std::chrono::steady_clock;

  LaneFigures& figures(Lane lane) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable sync::Mutex mutex_;
  TelemetrySnapshot values_ ABSL_GUARDED_BY(mutex_);  // all but since_loop_turn
  std::optional<Steady::time_point> last_loop_turn_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace scheduledjob::runtime
