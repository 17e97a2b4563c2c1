// The resource definition, as it is in crds/.
#pragma once

#include <string_view>

namespace scheduledjob::cli {

extern const std::string_view kResourceDefinition;

}  // namespace scheduledjob::cli
