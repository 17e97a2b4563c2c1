#include "server/health.hpp"

#include <fmt/format.h>

namespace scheduledjob::server {

HealthCheck liveness(const runtime::Telemetry& telemetry, std::chrono::milliseconds limit) {
  return [&telemetry, limit]() -> std::optional<std::string> {
    const auto silent = telemetry.snapshot().since_loop_turn;
    if (!silent || *silent <= limit) return std::nullopt;
    return fmt::format("the main loop has not turned for {} ms (limit: {} ms)", silent->count(),
                       limit.count());
  };
}

HealthCheck readiness(const runtime::Telemetry& telemetry) {
  return [&telemetry]() -> std::optional<std::string> {
    if (telemetry.snapshot().caches_synced) return std::nullopt;
    return "the caches are not synced yet";
  };
}

}  // namespace scheduledjob::server
