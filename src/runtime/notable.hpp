// What of that which the engine reports a person should notice beside the object: its Events.
#pragma once

#include <optional>

#include "api/event.hpp"
#include "engine/effect.hpp"

namespace scheduledjob::runtime {

// A run that started or succeeded is none (the status tells of those, and an Event for each would double the
// writes of a short run), nor is what was skipped because the schedule is suspended.
std::optional<api::Event> event_of(const engine::Report& report);

// A change to the worse is a warning. Conditions that only repeat another's news are none.
std::optional<api::Event> event_of(const engine::ConditionChanged& change);

}  // namespace scheduledjob::runtime
