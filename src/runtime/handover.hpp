// What one leader leaves to the next, as the note beside a released Lease.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/input.hpp"

namespace scheduledjob::runtime {

// "scheduledjobs=17 jobs=18", and " grace=9000ms" where there is some left.
std::string format_handover(const engine::Handover& handover);

// Nothing when the text is no such note, or has a grace of more than an hour.
std::optional<engine::Handover> parse_handover(std::string_view note);

}  // namespace scheduledjob::runtime
