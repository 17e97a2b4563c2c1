// ACT: carries out what the engine decides. Start reading here.
//
//   settings.hpp            everything that can be set from outside
//   clock.hpp               the time, never ahead of the API server's
//   clock_watch.hpp         warns when the clocks differ
//   mailbox.hpp             how every thread speaks to the loop
//   feed.hpp                from watches to inputs
//   loop.hpp                the thread that owns the engine
//   effect_carrier.hpp      from effects to API calls, and their answers to inputs
//   write_lanes.hpp         the workers that make those calls, by importance
//   leadership.hpp          whether this replica acts or stands by
//   handover.hpp            what one leader leaves to the next
//   burst_watch.hpp         tells when a burst is over, and its memory can go
//   watchdog.hpp            notices what hangs
//   startup.hpp             what is checked before anything starts
//   start_wait.hpp          waiting until nothing is in the way of it
//   operator.hpp            wires all of it; start-up and shutdown (this file)
//   measured_transport.hpp, run_report.hpp, resources.hpp
//   telemetry.hpp           what the server room may show
//   log.hpp, stream_log.hpp where messages go
#pragma once

#include <stop_token>

#include "runtime/log.hpp"
#include "runtime/settings.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// Runs the operator until `stop` is requested or it cannot go on, and keeps `telemetry` up to date for
// whoever shows it. Blocks, also while the API server cannot be reached, lacks the kind or refuses what is
// needed. Threads that it starts have ended when it returns; where one never will, the process ends with
// ExitCode::kStuck. What is in the way of the start is in the log, with what to do about it. Call
// kube::initialize_http_threads() before.
ExitCode run_operator(const Settings& settings, Log& log, Telemetry& telemetry, const std::stop_token& stop);

}  // namespace scheduledjob::runtime
