// What became of a run, for people and for metrics.
#pragma once

#include "engine/effect.hpp"
#include "runtime/log.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// One line in the log and one count. What asks for somebody's attention (failed, vanished, skipped, missed,
// not created) is a warning; a run that is skipped because its schedule is suspended is as asked.
void publish(const engine::Report& report, Telemetry& telemetry, Log& log);

}  // namespace scheduledjob::runtime
