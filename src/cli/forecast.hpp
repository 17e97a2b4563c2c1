// forecast: how many runs come due in each minute, over all schedules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

#include "api/scheduled_job.hpp"
#include "cli/arguments.hpp"
#include "cli/cli.hpp"

namespace scheduledjob::cli {

struct Forecast {
  struct Share {
    std::string name;  // "reports/nightly"
    std::uint64_t runs = 0;
  };
  struct BusyMinute {
    std::size_t minute = 0;
    std::vector<Share> shares;  // the largest first
  };

  schedule::NominalTime begin{};          // a whole minute
  std::vector<std::uint64_t> per_minute;  // runs due, jitter included
  std::size_t schedules = 0;              // with at least one run
  std::size_t suspended = 0;              // left out
  std::size_t not_valid = 0;              // left out
  std::vector<BusyMinute> busiest;        // at most five, with two runs or more, the busiest first
};

// Of `minutes` minutes from the first whole minute after `now`. Jitter is not looked at in a schedule with
// more than one run a minute, where it makes no difference to speak of.
Forecast forecast(const std::vector<api::ScheduledJob>& objects, schedule::NominalTime now,
                  std::size_t minutes);

// A bar for each quarter or half of an hour, at most 80 columns wide, and the busiest minutes. Times are UTC.
void write_forecast(const Forecast& forecast, std::ostream& out);

ExitCode run_forecast(const ForecastCommand& command, std::ostream& out, std::ostream& err,
                      const Surroundings& surroundings);

}  // namespace scheduledjob::cli
