// Flags, wiring, run. Everything else is in the library.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "flags.hpp"
#include "kube/transport.hpp"
#include "runtime/loop.hpp"
#include "runtime/operator.hpp"
#include "runtime/stream_log.hpp"
#include "runtime/telemetry.hpp"
#include "schedule/zone_data.hpp"
#include "server/health.hpp"
#include "server/metrics.hpp"
#include "server/server.hpp"
#include "stop_signals.hpp"

namespace scheduledjob::program {
namespace {

server::ServerOptions pages(const runtime::Settings& settings, const runtime::Telemetry& telemetry) {
  server::ServerOptions options;
  options.host = settings.listen_host;
  options.port = settings.listen_port;
  options.alive = server::liveness(telemetry, runtime::Loop::kLongestSilence);
  options.ready = server::readiness(telemetry);
  options.metrics = [&telemetry,
                     identity = server::MetricsIdentity{SCHEDULEDJOB_VERSION, settings.lease_name}] {
    return server::metrics_page(telemetry.snapshot(), identity);
  };
  return options;
}

// Without any data the operator is of use to ScheduledJobs in UTC; a directory that was named and holds none
// is a mistake: false then. Sets the environment, so no thread may run yet.
bool find_time_zones(const runtime::Settings& settings, runtime::Log& log) {
  const bool named = !settings.zoneinfo_dir.empty();
  const auto data = named ? schedule::use_zone_data(settings.zoneinfo_dir) : schedule::find_zone_data();
  if (data.ok()) {
    log.info("Found time zone data", {{"directory", data->directory}, {"version", data->version}});
    return true;
  }
  const std::string problem(data.status().message());
  if (named) {
    log.error("Could not start", {{"error", fmt::format("--zoneinfo-dir: {}", problem)}});
  } else {
    log.warning("No time zone but UTC is known; install the package tzdata", {{"error", problem}});
  }
  return !named;
}

runtime::ExitCode run(const runtime::Settings& settings) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto log = runtime::make_stream_log(settings.log_format, settings.log_level, stderr);
  log->info("Starting", {{"version", SCHEDULEDJOB_VERSION}});
  if (!find_time_zones(settings, *log)) return runtime::ExitCode::kStartFailed;

  const StopSignals signals([&log](const char* signal) { log->info("Stopping", {{"signal", signal}}); });
  // After the signals are blocked: the threads that it starts inherit that.
  kube::initialize_http_threads(settings.http_client_threads);

  runtime::Telemetry telemetry;
  const auto server = server::Server::start(pages(settings, telemetry));
  if (!server.ok()) {
    log->error("Could not start", {{"error", std::string(server.status().message())}});
    return runtime::ExitCode::kStartFailed;
  }
  log->info("Serving health and metrics",
            {{"address", fmt::format("{}:{}", settings.listen_host, (*server)->port())}});
  return runtime::run_operator(settings, *log, telemetry, signals.token());
}

}  // namespace
}  // namespace scheduledjob::program

int main(int argc, char** argv) {
  const auto flags = scheduledjob::program::parse_flags(argc, argv);
  if (flags.settings) return static_cast<int>(scheduledjob::program::run(*flags.settings));
  const bool failed = flags.exit_code != scheduledjob::runtime::ExitCode::kStopped;
  std::fputs(flags.output.c_str(), failed ? stderr : stdout);
  return static_cast<int>(flags.exit_code);
}
