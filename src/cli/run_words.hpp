// What became of an instant, or keeps it waiting, in a person's words.
#pragma once

#include <string>

#include "api/status.hpp"

namespace scheduledjob::cli {

// Both are sentences without their full stop, made of printable characters.
struct Told {
  std::string what;    // "left out: as many runs were active as concurrencyPolicy allows"
  std::string advice;  // what a user can do about it; empty where there is nothing to do
};

Told in_words(const api::RecentRun& run);
Told in_words(const api::PendingRun& run);

}  // namespace scheduledjob::cli
