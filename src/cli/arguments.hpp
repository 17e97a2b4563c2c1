// The command line as values.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schedule/daylight_saving.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::cli {

inline constexpr std::size_t kMostInstants = 1000;  // of one answer
inline constexpr std::size_t kMostHours = 48;       // of a forecast

enum class OutputForm { kText, kJson };

// An expression given on the command line, with what else determines its instants.
struct GivenExpression {
  std::string expression;
  std::string time_zone;  // empty: UTC
  schedule::DaylightSaving daylight_saving;
  std::string namespace_ = "default";  // of the object that H is spread by, with `name`
  std::string name;
};

// What to look at: an expression, or the objects in files.
struct Subject {
  std::optional<GivenExpression> expression;
  std::vector<std::string> files;
};

struct NextCommand {
  Subject subject;
  std::optional<schedule::NominalTime> after;  // absent: now
  std::size_t count = 5;                       // 1 to kMostInstants
  OutputForm output = OutputForm::kText;
};

struct BatchCommand {};

struct ExplainCommand {
  Subject subject;
  std::optional<std::chrono::year_month_day> on;  // a date whose change of clocks is to be explained
};

struct ValidateCommand {
  std::vector<std::string> files;
};

struct ConvertCommand {
  std::vector<std::string> files;
};

// Which cluster, and where in it, as kubectl takes them.
struct ClusterChoice {
  std::string kubeconfig;  // empty: as kube::discover_cluster() finds it
  std::string context;     // empty: the current one
  std::string namespace_;  // empty: the context's
  bool all_namespaces = false;
};

struct ListCommand {
  ClusterChoice cluster;
};

struct DescribeCommand {
  ClusterChoice cluster;
  std::string name;
};

struct WhyCommand {
  ClusterChoice cluster;
  std::string name;
  std::string at;  // as written: without an offset it is in the zone of the object
};

struct RunCommand {
  ClusterChoice cluster;
  std::string name;
  bool wait = false;
};

struct SuspendCommand {
  ClusterChoice cluster;
  std::string name;
  bool suspend = true;  // false: resume
};

struct ForecastCommand {
  ClusterChoice cluster;
  std::size_t hours = 24;  // 1 to kMostHours
};

enum class Shell { kBash, kZsh, kFish };

struct CompletionCommand {
  Shell shell = Shell::kBash;
};

using Command =
    std::variant<NextCommand, BatchCommand, ExplainCommand, ValidateCommand, ConvertCommand, ListCommand,
                 DescribeCommand, WhyCommand, RunCommand, SuspendCommand, ForecastCommand, CompletionCommand>;

// Either a command to run, or what to print and end with.
struct Arguments {
  std::optional<Command> command;
  std::string zoneinfo_directory;  // empty: as the machine has it
  std::string output;              // for standard output, or for standard error when `refused`
  bool refused = false;
};

// Checks every value; the message for a wrong one says what is allowed.
Arguments parse_arguments(int argc, const char* const* argv);

// The command line in outline, for those who complete it.
struct OptionOutline {
  std::vector<std::string> names;  // "-n", "--namespace"; the longest last
  std::string description;
  bool takes_value = false;
};
struct CommandOutline {
  std::string name;  // empty: what stands before any command
  std::string description;
  std::vector<OptionOutline> options;
  std::string positional;  // "NAME"; empty where there is none
};

// First what stands before any command, then the commands in the order of the help.
std::vector<CommandOutline> outline();

}  // namespace scheduledjob::cli
