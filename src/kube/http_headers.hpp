// The answer headers that this program acts on.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace scheduledjob::kube {

// "Tue, 15 Nov 1994 08:12:31 GMT"; from 1970 to 9999.
std::optional<std::chrono::sys_seconds> parse_http_date(const std::string& text);

// Whole seconds, at most a day. The other form, a date, is not used by Kubernetes and read as absent.
std::optional<std::chrono::seconds> parse_retry_after(const std::string& text);

// The texts of a Warning header, or of several that were joined by commas: `299 - "text"`, the form that
// Kubernetes gives them. At most kMostWarnings, each cut to kLongestWarning bytes; nothing from where it is
// no such header on.
inline constexpr std::size_t kMostWarnings = 10;
inline constexpr std::size_t kLongestWarning = 256;
std::vector<std::string> parse_warnings(std::string_view text);

}  // namespace scheduledjob::kube
