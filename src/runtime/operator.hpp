// ACT: carries out what the engine decides. Start reading here.
//
//   settings.hpp     everything that can be set from outside
//   clock.hpp        the time, never ahead of the API server's
//   mailbox.hpp      how every thread speaks to the loop
//   write_lanes.hpp  the workers that carry out effects, by importance
//   feed.hpp         from watches to inputs
//   operator.hpp     start-up, the loop, leadership, shutdown (this file)
//   telemetry.hpp    what the server room may show
//   log.hpp          where messages go
#pragma once

#include <stop_token>

#include "runtime/log.hpp"
#include "runtime/settings.hpp"

namespace scheduledjob::runtime {

// The program's exit codes.
enum class ExitCode : int {
  kStopped = 0,  // as asked, after draining
  kStartFailed =
      1,  // no credentials, no API server, no CRD, no permission: the log says which and what to do
  kBadFlags = 2,
  kLeadershipLost = 3,  // another replica goes on
  kStuck = 4,           // a watch or the loop made no progress
};

// Runs the operator until `stop` is requested or it cannot go on. Blocks. Threads that it starts have ended
// when it returns.
ExitCode run_operator(const Settings& settings, Log& log, std::stop_token stop);

}  // namespace scheduledjob::runtime
