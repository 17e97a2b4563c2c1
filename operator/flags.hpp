// The command line and its equivalents in the environment.
#pragma once

#include <optional>
#include <string>

#include "runtime/settings.hpp"

namespace scheduledjob::program {

// Either settings to run with, or what to print and end with.
struct ParsedFlags {
  std::optional<runtime::Settings> settings;
  std::string output;  // for stdout with kStopped, for stderr otherwise
  runtime::ExitCode exit_code = runtime::ExitCode::kStopped;  // kStopped (--help, --version) or kBadFlags
};

// A flag wins over its environment variable, which wins over the default. Every value is checked before
// anything starts; the message for a wrong one names flag and variable, what was given, and what is allowed.
ParsedFlags parse_flags(int argc, const char* const* argv);

}  // namespace scheduledjob::program
