// SHOW: what the runtime publishes, over HTTP. Start reading here.
//
//   server.hpp           the server and its three pages (this file)
//   health.hpp           when the process counts as alive and as ready
//   metrics.hpp          a telemetry snapshot as Prometheus text
//   process_stats.hpp    this process as the kernel sees it
//   bounded_http.hpp     what one connection and all of them together may cost
//
//   GET /healthz   200 "ok" while the process is alive, else 503 and the reason
//   GET /readyz    the same for readiness
//   GET /metrics   Prometheus text format
//
// Another path is a 404, another method a 405. HEAD is answered as GET without the body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace scheduledjob::server {

// What is wrong, in a few words; nullopt: nothing. Called from the server's threads.
using HealthCheck = std::function<std::optional<std::string>()>;

// The page's text. Called from the server's threads.
using MetricsPage = std::function<std::string()>;

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name
  std::uint16_t port = 0;          // 0: any free one
  std::size_t threads = 4;         // requests served at once
  HealthCheck alive;
  HealthCheck ready;
  MetricsPage metrics;
};

// Serves from start() until it is destroyed.
class Server {
 public:
  // Returns once the port is open. Errors: kUnavailable, with the address and what to do.
  static absl::StatusOr<std::unique_ptr<Server>> start(ServerOptions options);

  virtual ~Server() = default;
  virtual std::uint16_t port() const = 0;
};

}  // namespace scheduledjob::server
