// Where the IANA time zone data of this process comes from.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace scheduledjob::schedule {

struct ZoneData {
  std::string directory;
  std::string version;  // as the database numbers its releases, "2026b"; "unknown" where the data doesn't say
};

// The directory named by TZDIR, else /usr/share/zoneinfo. Errors: kNotFound when there is no data; then every
// name but UTC is refused.
absl::StatusOr<ZoneData> find_zone_data();

// Makes `directory` the one that zones are read from, by setting TZDIR. To be called before threads run and
// before a zone is loaded, since a zone is read once in the life of a process. Errors: kNotFound when there
// is no zone data in it; then nothing has changed.
absl::StatusOr<ZoneData> use_zone_data(const std::string& directory);

}  // namespace scheduledjob::schedule
