// Measures what a request costs its sender: bench_transport [REQUESTS]
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
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
        [&answer](kube::testing::TlsServer::Connection& connection, const kube::testing::ReceivedRequest&) {
          connection.write_response(201, answer);
        });
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

// One line of the table.
void measure(const char* name, kube::Transport& transport, std::size_t requests, std::size_t width) {
  kube::Request request;
  request.method = kube::Method::kPost;
  request.target = "/apis/batch/v1/namespaces/team-1/jobs?timeout=3s&fieldValidation=Ignore";
  request.content_type = "application/json";
  request.body = scheduled_job_json(1, std::chrono::seconds{0});
  send_all(transport, request, width * 4, width);  // connections are made
  const Allocations before = allocations();
  const auto used = processor_time();
  const auto begun = std::chrono::steady_clock::now();
  send_all(transport, request, requests, width);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const Allocations made = allocations() - before;
  const auto count = static_cast<double>(requests);
  fmt::print("{:<10}  {:>9}  {:>9.0f}  {:>11.1f}  {:>10.1f}  {:>9.0f}\n", name, width,
             static_cast<double>((processor_time() - used).count()) / count,
             static_cast<double>(made.count) / count, static_cast<double>(made.bytes) / count,
             count / took.count());
  std::fflush(stdout);
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
  fmt::print("{:<10}  {:>9}  {:>9}  {:>11}  {:>10}  {:>9}\n", "", "in flight", "CPU µs", "allocations",
             "bytes", "per s");
  for (const std::size_t width : {1, 8, 32}) {
    const auto transport = kube::make_transport(config, width);
    if (!transport.ok()) throw std::runtime_error(std::string(transport.status().message()));
    measure("cpprestsdk", **transport, requests, width);
    PlainTransport plain(config);
    measure("plain", plain, requests, width);
  }
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
