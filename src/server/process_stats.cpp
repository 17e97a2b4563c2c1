#include "server/process_stats.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>
#include <system_error>

#include <sys/resource.h>
#include <unistd.h>

namespace scheduledjob::server {
namespace {

std::optional<double> cpu_seconds() {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return std::nullopt;
  const auto in_seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

std::optional<double> resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total_pages = 0;
  double resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return std::nullopt;
  return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::optional<double> open_files() {
  std::error_code error;
  std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  if (error) return std::nullopt;
  const auto count = std::distance(begin(descriptors), end(descriptors));
  return static_cast<double>(count - 1);  // without the one that listed them
}

std::optional<double> boot_time_seconds() {
  std::ifstream stat("/proc/stat");
  for (std::string key; stat >> key; stat.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    double since_epoch = 0;
    if (key == "btime" && stat >> since_epoch) return since_epoch;
  }
  return std::nullopt;
}

// Field 22 of /proc/self/stat: ticks from boot to the start. Field 2, the name in parentheses, may hold
// blanks itself.
std::optional<double> start_time_seconds() {
  std::ifstream file("/proc/self/stat");
  std::string stat;
  if (!std::getline(file, stat)) return std::nullopt;
  const auto end_of_name = stat.rfind(')');
  const auto boot = boot_time_seconds();
  if (end_of_name == std::string::npos || !boot) return std::nullopt;

  std::istringstream fields(stat.substr(end_of_name + 1));
  std::string skipped;
  for (int field = 3; field < 22; ++field) fields >> skipped;
  double ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return *boot + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessStats read_process_stats() {
  return {cpu_seconds(), resident_bytes(), open_files(), start_time_seconds()};
}

}  // namespace scheduledjob::server
