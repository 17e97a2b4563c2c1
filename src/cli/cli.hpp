// The command line kubectl-scheduledjob: what a schedule means before a cluster sees it, and what became of
// it in one. Start reading here.
//
//   arguments.hpp    the command line as values: one struct for each command
//   next.hpp         next: the instants of an expression or a manifest
//   batch.hpp        next --batch: a stream of questions and answers
//   explain.hpp      explain: a schedule in words
//   validate.hpp     validate: everything that is wrong with a manifest, with its line
//   convert.hpp      convert: a CronJob becomes a ScheduledJob
//   completion.hpp   completion: what can follow on the command line
//   source.hpp       files and the objects in them (yaml_reader.hpp, yaml_scalar.hpp, node.hpp)
//   check.hpp        what is wrong with an object (schema.hpp: its form; api/: its meaning)
//
// Those read files and standard input. These talk to a cluster, through cluster.hpp and nothing else:
//
//   list.hpp         list: all ScheduledJobs in a table
//   describe.hpp     describe: one of them, from its past to its future
//   why.hpp          why: what became of an instant, and why
//   run_now.hpp      run: a run by hand
//   suspend.hpp      suspend and resume
//   forecast.hpp     forecast: the load of the hours to come
//   outlook.hpp      what spec and status of an object come to together
//
// All write to the streams that they are given.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>

#include "cli/connection.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::cli {

// What a command would otherwise find out by itself.
struct Surroundings {
  schedule::NominalTime now;  // what --after means when it is not given
  bool colours = false;       // whether `out` is a terminal that shows them
  Connect connect;            // called at most once
  // Lets time pass between two looks at a run that is waited for.
  std::function<void(std::chrono::milliseconds)> pause;
};

enum ExitCode : int {
  kFine = 0,
  kWrongInput = 1,  // an expression or a manifest is not right, or a file can't be read
  kWrongUsage = 2,  // the command line itself is not understood
  kRefused = 3,     // a cluster cannot be reached, or did not do what it was asked
};

// Runs the program; returns its exit code, one of ExitCode. `out` gets answers, `err` why there is none.
// --zoneinfo-dir sets TZDIR for the process, so no other thread may run then.
int run(int argc, const char* const* argv, std::istream& in, std::ostream& out, std::ostream& err,
        const Surroundings& surroundings);

}  // namespace scheduledjob::cli
