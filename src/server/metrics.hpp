// A telemetry snapshot as a page for Prometheus.
#pragma once

#include <string>

#include "runtime/telemetry.hpp"

namespace scheduledjob::server {

// What names this process in its metrics.
struct MetricsIdentity {
  std::string version;     // of the program
  std::string lease_name;  // the `name` of leader_election_master_status
};

// Prometheus text format 0.0.4, the numbers of this process (process_*) included.
std::string metrics_page(const runtime::TelemetrySnapshot& snapshot, const MetricsIdentity& identity);

}  // namespace scheduledjob::server
