// Request targets: paths below the API root, and queries with every value percent-encoded.
#pragma once

#include <string>
#include <string_view>

namespace scheduledjob::kube {

// Everything but letters, digits and "-._~" as %XX.
std::string percent_encode(std::string_view text);

// Appends ?name=value, or &name=value when there is a query already.
std::string with_query(std::string target, std::string_view name, std::string_view value);

}  // namespace scheduledjob::kube
