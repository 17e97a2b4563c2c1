// Environment variables.
#pragma once

#include <cstdlib>
#include <string>

namespace scheduledjob::kube {

// The variable's value; empty when it is not set. Only while no thread changes the environment.
inline std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value != nullptr ? value : "";
}

}  // namespace scheduledjob::kube
