#include "runtime/telemetry.hpp"

#include <algorithm>

namespace scheduledjob::runtime {
namespace {

constexpr std::string_view kOther = "Other";

// 1 ms, the resolution that is promised, to 5 min, an outage.
std::vector<double> lateness_bounds() {
  return {0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};
}

// The buckets of client-go's metric of the same name.
std::vector<double> api_latency_bounds() {
  return {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60};
}

// The decades of client-go's metrics of the same names that a request can take.
std::vector<double> lane_bounds() {
  return {0.0001, 0.001, 0.01, 0.1, 1, 10, 100};
}

double seconds(std::chrono::microseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

template <typename Map, typename Key>
bool has_room_for(const Map& series, const Key& key) {
  return series.size() < kMaxSeries || series.contains(key);
}

}  // namespace

std::string_view lane_name(Lane lane) {
  switch (lane) {
    case Lane::kCreate:
      return "create";
    case Lane::kStatus:
      return "status";
    case Lane::kDelete:
      return "delete";
    case Lane::kEvent:
      return "event";
  }
  return "unknown";
}

Histogram::Histogram(std::vector<double> bounds)
    : upper_bounds(std::move(bounds)), buckets(upper_bounds.size() + 1, 0) {}

void Histogram::observe(double value) {
  const auto bound = std::lower_bound(upper_bounds.begin(), upper_bounds.end(), value);
  ++buckets[static_cast<std::size_t>(bound - upper_bounds.begin())];
  ++count;
  sum += value;
}

Telemetry::Telemetry() {
  values_.start_lateness = Histogram(lateness_bounds());
  for (LaneFigures& lane : values_.lanes) lane.queued = lane.worked = Histogram(lane_bounds());
}

void Telemetry::record_outcome(std::string_view outcome, std::string_view reason, std::uint64_t count) {
  std::pair key{std::string(outcome), std::string(reason)};
  const sync::MutexLock lock(mutex_);
  if (!has_room_for(values_.outcomes, key)) key = {std::string(kOther), std::string(kOther)};
  values_.outcomes[std::move(key)] += count;
}

void Telemetry::record_start_lateness(std::chrono::microseconds late) {
  const sync::MutexLock lock(mutex_);
  values_.start_lateness.observe(seconds(late));
}

void Telemetry::record_api_request(const ApiCall& call, int code, std::chrono::microseconds latency) {
  const sync::MutexLock lock(mutex_);
  const bool known = has_room_for(values_.api_requests, std::pair(call, code));
  const ApiCall series = known ? call : ApiCall{std::string(kOther), std::string(kOther)};
  ++values_.api_requests[{series, known ? code : 0}];
  values_.api_latency.try_emplace(series, api_latency_bounds()).first->second.observe(seconds(latency));
}

void Telemetry::record_watch_disturbance(std::string_view resource) {
  std::string key(resource);
  const sync::MutexLock lock(mutex_);
  if (!has_room_for(values_.watch_disturbances, key)) key = kOther;
  ++values_.watch_disturbances[std::move(key)];
}

void Telemetry::record_dropped_event() {
  const sync::MutexLock lock(mutex_);
  ++values_.dropped_events;
}

void Telemetry::set_scheduled_jobs(std::uint64_t known) {
  const sync::MutexLock lock(mutex_);
  values_.scheduled_jobs = known;
}

void Telemetry::set_active_runs(std::uint64_t active) {
  const sync::MutexLock lock(mutex_);
  values_.active_runs = active;
}

void Telemetry::set_stuck_runs(std::uint64_t stuck) {
  const sync::MutexLock lock(mutex_);
  values_.stuck_runs = stuck;
}

void Telemetry::set_waiting_runs(std::uint64_t waiting) {
  const sync::MutexLock lock(mutex_);
  values_.waiting_runs = waiting;
}

void Telemetry::task_added(Lane lane, std::uint64_t waiting) {
  const sync::MutexLock lock(mutex_);
  figures(lane).depth = waiting;
  ++figures(lane).added;
}

void Telemetry::task_taken(Lane lane, std::uint64_t waiting, std::chrono::microseconds queued) {
  const sync::MutexLock lock(mutex_);
  figures(lane).depth = waiting;
  figures(lane).queued.observe(seconds(queued));
}

void Telemetry::task_ended(Lane lane, std::chrono::microseconds worked) {
  const sync::MutexLock lock(mutex_);
  figures(lane).worked.observe(seconds(worked));
}

void Telemetry::lane_cleared(Lane lane) {
  const sync::MutexLock lock(mutex_);
  figures(lane).depth = 0;
}

LaneFigures& Telemetry::figures(Lane lane) {
  return values_.lanes.at(static_cast<std::size_t>(lane));
}

void Telemetry::set_requests_in_flight(std::uint64_t requests) {
  const sync::MutexLock lock(mutex_);
  values_.requests_in_flight = requests;
}

void Telemetry::set_in_flight_limit(std::uint64_t limit) {
  const sync::MutexLock lock(mutex_);
  values_.in_flight_limit = limit;
}

void Telemetry::set_leader(bool leader) {
  const sync::MutexLock lock(mutex_);
  values_.leader = leader;
}

void Telemetry::set_caches_synced(bool synced) {
  const sync::MutexLock lock(mutex_);
  values_.caches_synced = synced;
}

void Telemetry::set_start_obstacle(std::string what) {
  const sync::MutexLock lock(mutex_);
  values_.start_obstacle = std::move(what);
}

void Telemetry::set_stuck(std::string what) {
  const sync::MutexLock lock(mutex_);
  values_.stuck = std::move(what);
}

void Telemetry::set_clock_skew(std::chrono::microseconds skew) {
  const sync::MutexLock lock(mutex_);
  values_.clock_skew = skew;
}

void Telemetry::loop_turned() {
  const sync::MutexLock lock(mutex_);
  last_loop_turn_ = Steady::now();
}

TelemetrySnapshot Telemetry::snapshot() const {
  const sync::MutexLock lock(mutex_);
  TelemetrySnapshot snapshot = values_;
  if (last_loop_turn_) {
    snapshot.since_loop_turn =
        std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - *last_loop_turn_);
  }
  return snapshot;
}

}  // namespace scheduledjob::runtime
