// The way of a create through the API server: quota, validation, names.
#pragma once

#include "absl/status/statusor.h"
#include "engine/effect.hpp"
#include "sim/model_server.hpp"
#include "sim/weather.hpp"

namespace scheduledjob::sim {

// How much longer a Job lives by its own time to live than its owner asks for.
inline constexpr std::chrono::seconds kTtlMargin{7 * 24 * 3600};

// A template that holds this text is refused.
inline constexpr char kRefusedTemplate[] = R"({"spec":{"template":"refused"}})";
inline constexpr char kRefused[] = R"("refused")";  // what it is known by

absl::StatusOr<SharedJob> create_job(ModelServer& server, Weather& weather, const engine::CreateJob& effect,
                                     std::chrono::seconds ttl_margin, int actor);

// What a dry run would be told.
absl::StatusOr<bool> try_job(const engine::TryJob& effect);

}  // namespace scheduledjob::sim
