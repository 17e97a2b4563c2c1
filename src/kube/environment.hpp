// Environment variables.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scheduledjob::kube {

// The variable's value; empty when it is not set. Only while no thread changes the environment.
inline std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr ? value : "";
}

// NAME=value, as this process was started with: without what initialize_http_threads() has changed since,
// which is not for other programs. Errors as of read_small_file().
absl::StatusOr<std::vector<std::string>> initial_environment();

}  // namespace scheduledjob::kube
