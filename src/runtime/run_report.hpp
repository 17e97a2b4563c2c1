// What became of runs and conditions, for people and for metrics.
#pragma once

#include "engine/effect.hpp"
#include "runtime/log.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// One line in the log and one count. What asks for somebody's attention (failed, vanished, skipped, missed,
// not created) is a warning; a run that is skipped because its schedule is suspended is as asked.
void publish(const engine::Report& report, Telemetry& telemetry, Log& log);

// One line in the log, a warning when the condition is not as it should be.
void publish(const engine::ConditionChanged& change, Log& log);

// Whether somebody should look into this run.
bool needs_attention(const api::RecentRun& run);

// Whether somebody should look into this condition.
bool needs_attention(const api::Condition& condition);

}  // namespace scheduledjob::runtime
