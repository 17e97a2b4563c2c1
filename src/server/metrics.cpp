#include "server/metrics.hpp"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "server/process_stats.hpp"

namespace scheduledjob::server {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

ClientMetric counter(double value, Labels labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = value;
  return metric;
}

ClientMetric gauge(double value, Labels labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

ClientMetric histogram(const runtime::Histogram& values, Labels labels = {}) {
  ClientMetric metric;
  metric.label = std::move(labels);
  metric.histogram.sample_count = values.count;
  metric.histogram.sample_sum = values.sum;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < values.buckets.size(); ++i) {
    cumulative += values.buckets[i];
    const double bound =
        i < values.upper_bounds.size() ? values.upper_bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({cumulative, bound});
  }
  return metric;
}

// Turns one snapshot into families, in the order of the page.
class SnapshotCollector final : public prometheus::Collectable {
 public:
  SnapshotCollector(const runtime::TelemetrySnapshot& snapshot, const MetricsIdentity& identity)
      : snapshot_(snapshot), identity_(identity) {}

  std::vector<MetricFamily> Collect() const override {
    std::vector<MetricFamily> families;
    add_runs(families);
    add_api_traffic(families);
    add_leadership(families);
    add_process(families);
    return families;
  }

 private:
  using Families = std::vector<MetricFamily>;

  // A family of one unlabelled gauge.
  static void add_gauge(Families& families, std::string name, std::string help, double value) {
    families.push_back({std::move(name), std::move(help), MetricType::Gauge, {gauge(value)}});
  }

  void add_runs(Families& families) const {
    MetricFamily outcomes{"scheduledjob_run_outcomes_total",
                          "Due instants by what became of them and why.",
                          MetricType::Counter,
                          {}};
    for (const auto& [key, count] : snapshot_.outcomes) {
      outcomes.metric.push_back(
          counter(static_cast<double>(count), {{"outcome", key.first}, {"reason", key.second}}));
    }
    families.push_back(std::move(outcomes));
    families.push_back({"scheduledjob_start_lateness_seconds",
                        "Time from the moment a run was due to the creation of its Job.",
                        MetricType::Histogram,
                        {histogram(snapshot_.start_lateness)}});
    add_gauge(families, "scheduledjob_objects", "ScheduledJobs known.",
              static_cast<double>(snapshot_.scheduled_jobs));
    add_gauge(families, "scheduledjob_active_runs", "Runs whose Job has not ended.",
              static_cast<double>(snapshot_.active_runs));
    add_gauge(families, "scheduledjob_stuck_runs",
              "Runs that have started and for minutes had no pod ready, succeeded or failed; counted by the "
              "leader.",
              static_cast<double>(snapshot_.stuck_runs));
    add_gauge(families, "scheduledjob_waiting_runs",
              "Due runs that wait for room, by concurrencyPolicy or missedRunPolicy; counted by the leader.",
              static_cast<double>(snapshot_.waiting_runs));
  }

  void add_api_traffic(Families& families) const {
    MetricFamily requests{"rest_client_requests_total",
                          "Requests to the Kubernetes API by method, resource and HTTP code.",
                          MetricType::Counter,
                          {}};
    for (const auto& [key, count] : snapshot_.api_requests) {
      const auto& [call, code] = key;
      requests.metric.push_back(
          counter(static_cast<double>(count), {{"code", code == 0 ? "<error>" : std::to_string(code)},
                                               {"method", call.method},
                                               {"resource", call.resource}}));
    }
    families.push_back(std::move(requests));

    MetricFamily latency{"rest_client_request_duration_seconds",
                         "Time a request to the Kubernetes API took, by method and resource.",
                         MetricType::Histogram,
                         {}};
    for (const auto& [call, values] : snapshot_.api_latency) {
      latency.metric.push_back(histogram(values, {{"resource", call.resource}, {"verb", call.method}}));
    }
    families.push_back(std::move(latency));

    add_lanes(families);
    add_gauge(families, "scheduledjob_write_requests_in_flight", "Writes sent and not answered yet.",
              static_cast<double>(snapshot_.requests_in_flight));
    add_gauge(families, "scheduledjob_write_requests_in_flight_limit",
              "How many writes may be under way at once, as found by trying.",
              static_cast<double>(snapshot_.in_flight_limit));

    MetricFamily disturbances{"scheduledjob_watch_disturbances_total",
                              "Lists and watches that failed, by resource.",
                              MetricType::Counter,
                              {}};
    for (const auto& [resource, count] : snapshot_.watch_disturbances) {
      disturbances.metric.push_back(counter(static_cast<double>(count), {{"resource", resource}}));
    }
    families.push_back(std::move(disturbances));
    families.push_back({"scheduledjob_events_dropped_total",
                        "Kubernetes Events that were not written: too many waited, or the attempt failed.",
                        MetricType::Counter,
                        {counter(static_cast<double>(snapshot_.dropped_events))}});
    add_gauge(families, "scheduledjob_caches_synced", "1 once every cache has seen a full list.",
              snapshot_.caches_synced ? 1 : 0);
  }

  // Under the names that client-go gives to work queues.
  void add_lanes(Families& families) const {
    MetricFamily depth{"workqueue_depth", "Writes that wait in each lane.", MetricType::Gauge, {}};
    MetricFamily added{
        "workqueue_adds_total", "Writes that each lane has been given.", MetricType::Counter, {}};
    MetricFamily queued{"workqueue_queue_duration_seconds",
                        "Time a write waited in its lane until it was begun.",
                        MetricType::Histogram,
                        {}};
    MetricFamily worked{"workqueue_work_duration_seconds",
                        "Time a write took from its begin to its end.",
                        MetricType::Histogram,
                        {}};
    for (std::size_t lane = 0; lane < runtime::kLaneCount; ++lane) {
      const runtime::LaneFigures& figures = snapshot_.lanes[lane];
      const Labels name{{"name", std::string(runtime::lane_name(static_cast<runtime::Lane>(lane)))}};
      depth.metric.push_back(gauge(static_cast<double>(figures.depth), name));
      added.metric.push_back(counter(static_cast<double>(figures.added), name));
      queued.metric.push_back(histogram(figures.queued, name));
      worked.metric.push_back(histogram(figures.worked, name));
    }
    for (MetricFamily* family : {&depth, &added, &queued, &worked}) families.push_back(std::move(*family));
  }

  void add_leadership(Families& families) const {
    families.push_back({"leader_election_master_status",
                        "1 while this process leads.",
                        MetricType::Gauge,
                        {gauge(snapshot_.leader ? 1 : 0, {{"name", identity_.lease_name}})}});
  }

  void add_process(Families& families) const {
    add_gauge(families, "scheduledjob_clock_skew_seconds",
              "By how much the local clock is ahead of the API server's, at least; negative: behind it.",
              std::chrono::duration<double>(snapshot_.clock_skew).count());
    families.push_back({"scheduledjob_build_info",
                        "Always 1; the label tells the program's version.",
                        MetricType::Gauge,
                        {gauge(1, {{"version", identity_.version}})}});
    const ProcessStats stats = read_process_stats();
    if (stats.cpu_seconds) {
      families.push_back({"process_cpu_seconds_total",
                          "User and system CPU time spent, in seconds.",
                          MetricType::Counter,
                          {counter(*stats.cpu_seconds)}});
    }
    if (stats.resident_bytes) {
      add_gauge(families, "process_resident_memory_bytes", "Resident memory in bytes.",
                *stats.resident_bytes);
    }
    if (stats.open_files) {
      add_gauge(families, "process_open_fds", "Open file descriptors.", *stats.open_files);
    }
    if (stats.start_time_seconds) {
      add_gauge(families, "process_start_time_seconds", "Start of the process in seconds since 1970.",
                *stats.start_time_seconds);
    }
  }

  const runtime::TelemetrySnapshot& snapshot_;
  const MetricsIdentity& identity_;
};

}  // namespace

std::string metrics_page(const runtime::TelemetrySnapshot& snapshot, const MetricsIdentity& identity) {
  const prometheus::Serializer& serializer = prometheus::TextSerializer();
  return serializer.Serialize(SnapshotCollector(snapshot, identity).Collect());
}

}  // namespace scheduledjob::server
