// Linked with the operator in the place of cpprest_transport.cpp: the program as it would be without that
// library. For comparison only (plain_transport.hpp).
#include "bench/transport/plain_transport.hpp"

namespace scheduledjob::kube {

absl::StatusOr<std::unique_ptr<Transport>> make_transport(const ClusterConfig& config,
                                                          std::shared_ptr<Credentials> /*credentials*/,
                                                          std::size_t /*connections*/) {
  return std::make_unique<bench::PlainTransport>(config);
}

void initialize_http_threads(std::size_t /*threads*/) {}

}  // namespace scheduledjob::kube
