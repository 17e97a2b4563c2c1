// When the process counts as alive and as ready.
#pragma once

#include <chrono>

#include "runtime/telemetry.hpp"
#include "server/server.hpp"

namespace scheduledjob::server {

// Alive: the watchdog finds nothing stuck, and the loop has turned within `limit` or has not begun to (a
// start may wait for as long as it takes until the cluster is usable).
HealthCheck liveness(const runtime::Telemetry& telemetry, std::chrono::milliseconds limit);

// Ready: nothing is in the way of the start, and the caches are synced. A standby is ready too, so that a
// rolling update goes on.
HealthCheck readiness(const runtime::Telemetry& telemetry);

}  // namespace scheduledjob::server
