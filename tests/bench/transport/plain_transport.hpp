// The least that an exchange can cost: a Transport that writes each request to a TLS connection and reads the
// answer, in the thread of its caller, with no library but OpenSSL. For comparison only: it speaks to this
// machine, with the token of its configuration as it is, and by no proxy.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bench/transport/plain_connection.hpp"
#include "kube/transport.hpp"

namespace scheduledjob::bench {

class PlainTransport final : public kube::Transport {
 public:
  // `config.server` is https://127.0.0.1:PORT.
  explicit PlainTransport(const kube::ClusterConfig& config);
  ~PlainTransport() override;

  absl::StatusOr<kube::Response> send(const kube::Request& request) override;
  absl::Status stream(const kube::Request& request, const ChunkHandler& on_chunk, kube::Response& head,
                      std::stop_token stop) override;

 private:
  struct Context;

  std::unique_ptr<PlainConnection> take();
  std::string text_of(const kube::Request& request) const;

  const int port_;
  const std::string token_;
  std::unique_ptr<Context> context_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<PlainConnection>> idle_;
};

}  // namespace scheduledjob::bench
