// The two answer headers that this program acts on.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace scheduledjob::kube {

// "Tue, 15 Nov 1994 08:12:31 GMT"; from 1970 to 9999.
std::optional<std::chrono::sys_seconds> parse_http_date(const std::string& text);

// Whole seconds, at most a day. The other form, a date, is not used by Kubernetes and read as absent.
std::optional<std::chrono::seconds> parse_retry_after(const std::string& text);

}  // namespace scheduledjob::kube
