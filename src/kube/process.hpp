// One child process, from its start to its end.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scheduledjob::kube {

struct Command {
  std::string program;  // a path, or a name that is looked for in $PATH
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // NAME=value; nothing else is passed on
};

struct CommandLimits {
  std::chrono::milliseconds time{60'000};
  std::size_t output = 1 << 20;
};

struct CommandEnd {
  enum class How { kExited, kSignalled, kTooSlow, kTooMuchOutput, kStopped };
  How how = How::kExited;
  int code = 0;        // exit code, or number of the signal
  std::string output;  // standard output
  std::string errors;  // the first 4 KiB of standard error
};

// Runs `command` without a shell, with nothing to read, no descriptor but the standard three, default signals
// and a process group of its own, and waits for its end. When it is slower or says more than the limits
// allow, or `stop` is requested, its whole group is killed. What it leaves behind in the background otherwise
// lives on.
//
// Errors, when it could not be started: kNotFound, kPermissionDenied, kInternal.
absl::StatusOr<CommandEnd> run_command(const Command& command, const CommandLimits& limits,
                                       std::stop_token stop);

}  // namespace scheduledjob::kube
