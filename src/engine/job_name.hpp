// The name of a run's Job: its identity.
#pragma once

#include <string>
#include <string_view>

#include "schedule/instant.hpp"

namespace scheduledjob::engine {

// "<owner>-20260329-013000-<hash>": the owner's name (dots replaced, cut to 30 characters), the nominal time
// in UTC, and five characters from a hash of the owner's UID, so that an object deleted and created anew
// never meets its predecessor's Jobs.
//
// At most 52 characters and a DNS label: the pods of an Indexed Job append '-' and up to ten digits to it,
// and host names end at 63. A pure function that must never change between releases: the name is what keeps a
// run from starting twice.
std::string job_name(std::string_view owner_name, std::string_view owner_uid,
                     schedule::NominalTime scheduled_time);

}  // namespace scheduledjob::engine
