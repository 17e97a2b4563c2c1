#include "cli/cli.hpp"

#include <ostream>
#include <string>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "cli/batch.hpp"
#include "cli/completion.hpp"
#include "cli/convert.hpp"
#include "cli/describe.hpp"
#include "cli/explain.hpp"
#include "cli/forecast.hpp"
#include "cli/list.hpp"
#include "cli/next.hpp"
#include "cli/run_now.hpp"
#include "cli/suspend.hpp"
#include "cli/validate.hpp"
#include "cli/why.hpp"
#include "schedule/zone_data.hpp"

namespace scheduledjob::cli {
namespace {

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
  ExitCode operator()(const ExplainCommand& command) const {
    return run_explain(command, in, out, err, surroundings);
  }
  ExitCode operator()(const ValidateCommand& command) const {
    return run_validate(command, in, out, err, surroundings);
  }
  ExitCode operator()(const ConvertCommand& command) const {
    return run_convert(command, in, out, err, surroundings);
  }
  ExitCode operator()(const ListCommand& command) const { return run_list(command, out, err, surroundings); }
  ExitCode operator()(const DescribeCommand& command) const {
    return run_describe(command, out, err, surroundings);
  }
  ExitCode operator()(const WhyCommand& command) const { return run_why(command, out, err, surroundings); }
  ExitCode operator()(const RunCommand& command) const { return run_run(command, out, err, surroundings); }
  ExitCode operator()(const SuspendCommand& command) const {
    return run_suspend(command, out, err, surroundings);
  }
  ExitCode operator()(const ForecastCommand& command) const {
    return run_forecast(command, out, err, surroundings);
  }
  ExitCode operator()(const CompletionCommand& command) const {
    out << completion_script(command.shell);
    return kFine;
  }
};

}  // namespace

int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err,
        const Surroundings& surroundings) {
  if (argc > 1 && std::string_view(argv[1]) == "__complete") {
    return run_complete({argv + 2, argv + argc}, out, surroundings);
  }
  const Arguments arguments = parse_arguments(argc, argv);
  if (!arguments.command) {
    (arguments.refused ? err : out) << arguments.output;
    return arguments.refused ? kWrongUsage : kFine;
  }
  if (const std::string& directory = arguments.zoneinfo_directory; !directory.empty()) {
    if (const auto data = schedule::use_zone_data(directory); !data.ok()) {
      err << fmt::format("--zoneinfo-dir: {}\n", std::string(data.status().message()));
      return kWrongUsage;
    }
  }
  return std::visit(Runner{in, out, err, surroundings}, *arguments.command);
}

}  // namespace scheduledjob::cli
