// Measures what a request costs its sender, and an event its watcher: bench_transport [REQUESTS]
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/support/allocations.hpp"
#include "bench/support/fleet.hpp"
#include "bench/transport/plain_transport.hpp"
#include "kube/transport.hpp"
#include "unit/kube/tls_server.hpp"

namespace scheduledjob::bench {
namespace {

// What a server is asked for, beside what any other path is answered with.
constexpr std::string_view kWatch = "/watch";
constexpr std::string_view kAndClose = "/and-close";

constexpr std::size_t kEvents = 1000;
// So that each event comes by itself, as those of a cluster do that is not in a hurry.
constexpr std::chrono::milliseconds kBetweenEvents{2};

void send_events(kube::testing::TlsServer::Connection& connection, const std::string& object) {
  connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string event = fmt::format(R"({{"type":"MODIFIED","object":{}}})", object) + "\n";
  const std::string chunk = fmt::format("{:x}\r\n{}\r\n", event.size(), event);
  for (std::size_t i = 0; i < kEvents && connection.write(chunk); ++i)
    std::this_thread::sleep_for(kBetweenEvents);
  connection.write("0\r\n\r\n");
}

void respond(kube::testing::TlsServer::Connection& connection, const kube::testing::ReceivedRequest& request,
             const std::string& answer) {
  if (request.target == kWatch) return send_events(connection, answer);
  const bool closes = request.target == kAndClose;
  connection.write_response(201, answer, closes ? "Connection: close\r\n" : "");
  if (closes) connection.close();
}

// A server in a process of its own, so that what this process uses is the client's.
class Server {
 public:
  Server(const kube::testing::Authority& authority, std::string answer) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) serve(authority, answer, ends[1]);
    if (child_ < 0 || ::read(ends[0], &port_, sizeof port_) != sizeof port_)
      throw std::runtime_error("no server");
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~Server() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const { return port_; }

 private:
  [[noreturn]] static void serve(const kube::testing::Authority& authority, const std::string& answer,
                                 int told) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const kube::testing::TlsServer server(
        authority.issue("kube-apiserver", "IP:127.0.0.1"),
        [&answer](auto& connection, const auto& request) { respond(connection, request, answer); });
    const int port = server.port();
    if (::write(told, &port, sizeof port) != sizeof port) std::abort();
    while (true) ::pause();
  }

  pid_t child_ = -1;
  int port_ = 0;
};

std::chrono::microseconds processor_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return std::chrono::seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

void send_all(kube::Transport& transport, const kube::Request& request, std::size_t requests,
              std::size_t width) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < width; ++i) {
      workers.emplace_back([&] {
        while (next.fetch_add(1) < requests && !failed) {
          const auto answer = transport.send(request);
          if (!answer.ok() || answer->status != 201) failed = true;
        }
      });
    }
  }
  if (failed) throw std::runtime_error("a request failed");
}

kube::Request creation(std::string target) {
  kube::Request request;
  request.method = kube::Method::kPost;
  request.target = std::move(target);
  request.content_type = "application/json";
  request.body = scheduled_job_json(1, std::chrono::seconds{0});
  return request;
}

// One line of the table: what it costs to do `how_many` of `what`.
void measure(const char* name, const std::string& what, std::size_t how_many,
             const std::function<void()>& do_them) {
  const Allocations before = allocations();
  const auto used = processor_time();
  const auto begun = std::chrono::steady_clock::now();
  do_them();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const Allocations made = allocations() - before;
  const auto count = static_cast<double>(how_many);
  fmt::print("{:<10}  {:<27}  {:>6.0f}  {:>11.1f}  {:>8.1f}  {:>6.0f}\n", name, what,
             static_cast<double>((processor_time() - used).count()) / count,
             static_cast<double>(made.count) / count, static_cast<double>(made.bytes) / count,
             count / took.count());
  std::fflush(stdout);
}

void measure_requests(const char* name, kube::Transport& transport, std::size_t requests, std::size_t width) {
  const kube::Request request =
      creation("/apis/batch/v1/namespaces/team-1/jobs?timeout=3s&fieldValidation=Ignore");
  send_all(transport, request, width * 4, width);  // connections are made
  measure(name, fmt::format("request, {} in flight", width), requests,
          [&] { send_all(transport, request, requests, width); });
}

void receive_stream(kube::Transport& transport, const kube::Request& request) {
  kube::Response head;
  const absl::Status ended = transport.stream(request, [](std::string_view) { return true; }, head, {});
  if (!ended.ok() || head.status / 100 != 2) throw std::runtime_error("a stream failed");
}

// A stream has a connection of its own. One of the requests before has left a TLS session to go on with.
void measure_new_connections(const char* name, kube::Transport& transport, std::size_t requests) {
  const kube::Request request = creation(std::string(kAndClose));
  measure(name, "request on a new connection", requests, [&] {
    for (std::size_t i = 0; i < requests; ++i) receive_stream(transport, request);
  });
}

void measure_events(const char* name, kube::Transport& transport) {
  kube::Request request;
  request.target = kWatch;
  measure(name, "event of a watch", kEvents, [&] { receive_stream(transport, request); });
}

void run(std::size_t requests) {
  const kube::testing::Authority authority("bench");
  // Before there are threads.
  const Server server(authority, scheduled_job_json(1, std::chrono::seconds{0}));
  kube::initialize_http_threads(1);
  kube::ClusterConfig config;
  config.server = fmt::format("https://127.0.0.1:{}", server.port());
  config.ca_pem = authority.pem();
  config.token = std::string(900, 't');  // as long as a service account's
  config.source = "bench";
  fmt::print("{:<10}  {:<27}  {:>6}  {:>11}  {:>8}  {:>6}\n", "", "", "CPU µs", "allocations", "bytes",
             "per s");
  constexpr std::size_t kWidest = 32;
  const auto transport = kube::make_transport(config, kWidest);
  if (!transport.ok()) throw std::runtime_error(std::string(transport.status().message()));
  PlainTransport plain(config);
  for (const std::size_t width : {std::size_t{1}, std::size_t{8}, kWidest}) {
    measure_requests("cpprestsdk", **transport, requests, width);
    measure_requests("plain", plain, requests, width);
  }
  measure_new_connections("cpprestsdk", **transport, requests / 5);
  measure_new_connections("plain", plain, requests / 5);
  measure_events("cpprestsdk", **transport);
  measure_events("plain", plain);
}

}  // namespace
}  // namespace scheduledjob::bench

int main(int argc, char** argv) {
  const std::size_t requests = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 5000;
  if (requests == 0 || argc > 2) {
    fmt::print(stderr, "usage: bench_transport [REQUESTS]\n");
    return 2;
  }
  try {
    scheduledjob::bench::run(requests);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_transport: {}\n", error.what());
    return 1;
  }
  return 0;
}
