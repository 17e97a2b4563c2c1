// Which names are asked of the system's zone data, and what to say about those that are not there.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace scheduledjob::schedule {

// The directory of the zone data: TZDIR, else /usr/share/zoneinfo.
std::string zone_directory();

// Whether `name` is a file of zone data under zone_directory(). Looks at the file system only for names that
// have the form of an IANA name (at most 64 letters, digits and "+-_/"), so that no name leaves the directory
// or reaches data of another kind (leap-second zones, the machine's local time).
bool is_zone(std::string_view name);

// Why `name` is none, and which was perhaps meant.
absl::Status no_such_zone(std::string_view name);

}  // namespace scheduledjob::schedule
