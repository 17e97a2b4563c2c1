#include "server/health.hpp"

#include <fmt/format.h>

namespace scheduledjob::server {

HealthCheck liveness(const runtime::Telemetry& telemetry, std::chrono::milliseconds limit) {
  return [&telemetry, limit]() -> std::optional<std::string> {
    const runtime::TelemetrySnapshot state = telemetry.snapshot();
    if (!state.stuck.empty()) return state.stuck;
    const auto silent = state.since_loop_turn;
    if (!silent || *silent <= limit) return std::nullopt;
    return fmt::format("the main loop has not turned for {} ms (limit: {} ms)", silent->count(),
                       limit.count());
  };
}

HealthCheck readiness(const runtime::Telemetry& telemetry) {
  return [&telemetry]() -> std::optional<std::string> {
    const runtime::TelemetrySnapshot state = telemetry.snapshot();
    if (!state.start_obstacle.empty()) return fmt::format("cannot start yet: {}", state.start_obstacle);
    if (!state.caches_synced) return "the caches are not synced yet";
    return std::nullopt;
  };
}

}  // namespace scheduledjob::server
