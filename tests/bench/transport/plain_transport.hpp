// The least that an exchange can cost: a Transport that writes each request to a TLS connection and reads the
// answer, in the thread of its caller, with no library but OpenSSL. For comparison only: it verifies nothing,
// knows no time-outs, and answers without a Content-Length are errors.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "kube/transport.hpp"

namespace scheduledjob::bench {

class PlainTransport final : public kube::Transport {
 public:
  PlainTransport(int port, std::string token);
  ~PlainTransport() override;

  absl::StatusOr<kube::Response> send(const kube::Request& request) override;
  absl::Status stream(const kube::Request&, const ChunkHandler&, kube::Response&, std::stop_token) override;

 private:
  class Connection;
  struct Context;

  std::unique_ptr<Connection> take();

  const int port_;
  const std::string token_;
  std::unique_ptr<Context> context_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace scheduledjob::bench
