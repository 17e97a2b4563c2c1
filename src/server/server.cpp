#include "server/server.hpp"

#include <cerrno>
#include <chrono>
#include <exception>
#include <future>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "absl/status/status.h"
#include "server/bounded_http.hpp"

namespace scheduledjob::server {
namespace {

constexpr std::size_t kMaxWaitingConnections = 64;
constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
constexpr std::string_view kPrometheusText = "text/plain; version=0.0.4; charset=utf-8";

void answer(httplib::Response& response, int code, std::string_view text,
            std::string_view type = kPlainText) {
  response.status = code;
  response.set_content(text.data(), text.size(), std::string(type));
}

void answer_health(httplib::Response& response, const HealthCheck& check) {
  const std::optional<std::string> problem = check();
  if (problem) {
    answer(response, 503, *problem + "\n");
  } else {
    answer(response, 200, "ok\n");
  }
}

// Only the address of this process may share its port: httplib's default, SO_REUSEPORT, would let two
// operators open the same port without an error.
void allow_reuse_after_restart(socket_t socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
}

std::string why_not_bound(int error) {
  if (error == EADDRINUSE || error == EACCES || error == EADDRNOTAVAIL)
    return std::generic_category().message(error);
  return "not an address of this machine";
}

class HttpServer final : public Server {
 public:
  explicit HttpServer(ServerOptions options) : options_(std::move(options)), http_(ConnectionLimits{}) {
    http_.new_task_queue = [threads = options_.threads] {
      return new BoundedQueue(threads, kMaxWaitingConnections);  // httplib takes ownership
    };
    http_.set_socket_options(allow_reuse_after_restart);
    http_.set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      respond(request, response);
      return httplib::Server::HandlerResponse::Handled;
    });
  }

  ~HttpServer() override {
    http_.stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status open() {
    errno = 0;
    const int bound = options_.port == 0 ? http_.bind_to_any_port(options_.host)
                      : http_.bind_to_port(options_.host, options_.port) ? options_.port
                                                                         : -1;
    if (bound <= 0) {
      return absl::UnavailableError(
          fmt::format("cannot listen on {}:{}: {}; choose another address with --listen", options_.host,
                      options_.port, why_not_bound(errno)));
    }
    port_ = static_cast<std::uint16_t>(bound);
    std::future<void> ended = serve_in_background();
    // stop() has no effect before listening has begun: a Server that is handed out must be one that can be
    // stopped.
    while (!http_.is_running()) {
      if (ended.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready) {
        return absl::UnavailableError(fmt::format("the server on {}:{} ended at once", options_.host, port_));
      }
    }
    return absl::OkStatus();
  }

  std::uint16_t port() const override { return port_; }

 private:
  std::future<void> serve_in_background() {
    std::promise<void> ended;
    std::future<void> result = ended.get_future();
    thread_ = std::thread([this, ended = std::move(ended)]() mutable {
      http_.listen_after_bind();
      ended.set_value();
    });
    return result;
  }

  void respond(const httplib::Request& request, httplib::Response& response) const {
    const bool known = request.path == "/healthz" || request.path == "/readyz" || request.path == "/metrics";
    if (!known) return answer(response, 404, "there are only /healthz, /readyz and /metrics here\n");
    if (request.method != "GET" && request.method != "HEAD") {
      response.set_header("Allow", "GET, HEAD");
      return answer(response, 405, "only GET and HEAD are served\n");
    }
    try {
      if (request.path == "/healthz") return answer_health(response, options_.alive);
      if (request.path == "/readyz") return answer_health(response, options_.ready);
      answer(response, 200, options_.metrics(), kPrometheusText);
    } catch (const std::exception& error) {
      answer(response, 500, fmt::format("{}\n", error.what()));
    }
  }

  ServerOptions options_;
  BoundedHttpServer http_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  auto server = std::make_unique<HttpServer>(std::move(options));
  if (absl::Status status = server->open(); !status.ok()) return status;
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace scheduledjob::server
