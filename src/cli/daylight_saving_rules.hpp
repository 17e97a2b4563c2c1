// The names of the daylight-saving rules.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "schedule/daylight_saving.hpp"

namespace scheduledjob::cli {

// Each sets one of the rules by its name in the resource. Errors: kInvalidArgument, with the names that there
// are.
absl::Status set_skipped_time(std::string_view name, schedule::DaylightSaving& rules);
absl::Status set_repeated_time(std::string_view name, schedule::DaylightSaving& rules);

// "Skip", "RunTwice", "RunAfterGap,RunOnce": any of them, separated by commas.
absl::Status set_rules(std::string_view names, schedule::DaylightSaving& rules);

}  // namespace scheduledjob::cli
