// This process as the kernel sees it, under the names Prometheus clients agree on.
#pragma once

#include <optional>

namespace scheduledjob::server {

// A value that the kernel did not tell is absent.
struct ProcessStats {
  std::optional<double> cpu_seconds;  // user and system
  std::optional<double> resident_bytes;
  std::optional<double> open_files;
  std::optional<double> start_time_seconds;  // since 1970
};

ProcessStats read_process_stats();

}  // namespace scheduledjob::server
