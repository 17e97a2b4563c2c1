#include "cli/connection.hpp"

#include <utility>

#include "kube/cluster_config.hpp"

namespace scheduledjob::cli {
namespace {

// A command asks one thing after the other.
constexpr std::size_t kConnections = 1;

}  // namespace

absl::StatusOr<Connection> connect_to_cluster(const ClusterChoice& choice) {
  absl::StatusOr<kube::ClusterConfig> config = kube::discover_cluster(choice.kubeconfig, choice.context);
  if (!config.ok()) return config.status();
  kube::initialize_http_threads(1);
  absl::StatusOr<std::unique_ptr<kube::Transport>> transport = kube::make_transport(*config, kConnections);
  if (!transport.ok()) return transport.status();
  return Connection{*std::move(transport), config->default_namespace, config->source};
}

}  // namespace scheduledjob::cli
