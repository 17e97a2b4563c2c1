#include "cli/cli.hpp"

#include <cstdlib>
#include <ostream>
#include <string>
#include <variant>

#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "cli/batch.hpp"
#include "cli/convert.hpp"
#include "cli/next.hpp"
#include "cli/validate.hpp"
#include "schedule/zone_names.hpp"

namespace scheduledjob::cli {
namespace {

// Makes the process take its zone data from `directory`; false when there is none.
bool use_zone_data(const std::string& directory) {
  ::setenv("TZDIR", directory.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): no other thread runs
  return schedule::is_zone("UTC") || schedule::is_zone("Etc/UTC");
}

// Runs the command that it is called with.
struct Runner {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  const Surroundings& surroundings;

  ExitCode operator()(const NextCommand& command) const {
    return run_next(command, in, out, err, surroundings);
  }
  ExitCode operator()(const BatchCommand&) const {
    run_batch(in, out);
    return kFine;
  }
  ExitCode operator()(const ValidateCommand& command) const {
    return run_validate(command, in, out, err, surroundings);
  }
  ExitCode operator()(const ConvertCommand& command) const {
    return run_convert(command, in, out, err, surroundings);
  }
};

}  // namespace

int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err,
        const Surroundings& surroundings) {
  const Arguments arguments = parse_arguments(argc, argv);
  if (!arguments.command) {
    (arguments.refused ? err : out) << arguments.output;
    return arguments.refused ? kWrongUsage : kFine;
  }
  const std::string& directory = arguments.zoneinfo_directory;
  if (!directory.empty() && !use_zone_data(directory)) {
    err << fmt::format(
        "--zoneinfo-dir: {} holds no time zone data (compiled zones in files such as Etc/UTC)\n", directory);
    return kWrongUsage;
  }
  return std::visit(Runner{in, out, err, surroundings}, *arguments.command);
}

}  // namespace scheduledjob::cli
