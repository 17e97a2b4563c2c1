// Something wrong in a file, and where.
#pragma once

#include <cstddef>
#include <string>

namespace scheduledjob::cli {

struct Problem {
  std::size_t line = 0;  // from 1
  std::string path;      // of the field, such as spec.schedules[1].cron; empty for the document itself
  std::string what;

  // "path: what"
  std::string text() const { return path.empty() ? what : path + ": " + what; }
};

}  // namespace scheduledjob::cli
