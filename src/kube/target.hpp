// Request targets: paths below the API root, and queries with every value percent-encoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scheduledjob::kube {

// Everything but letters, digits and "-._~" as %XX.
std::string percent_encode(std::string_view text);

// Absent when a % is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

// Appends ?name=value, or &name=value when there is a query already.
std::string with_query(std::string target, std::string_view name, std::string_view value);

}  // namespace scheduledjob::kube
