#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "kube/cluster_config.hpp"
#include "kube/environment.hpp"
#include "kube/proxy.hpp"

namespace scheduledjob::kube {
namespace {

std::vector<std::string> paths_in(const std::string& list) {
  std::vector<std::string> paths;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(':', start), list.size());
    if (end > start) paths.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return paths;
}

absl::StatusOr<ClusterConfig> find_cluster(const std::string& kubeconfig, const std::string& context) {
  if (!kubeconfig.empty()) return load_kubeconfig(kubeconfig, context);
  if (const std::vector<std::string> paths = paths_in(environment("KUBECONFIG")); !paths.empty()) {
    return load_kubeconfigs(paths, context);
  }
  absl::StatusOr<ClusterConfig> pod = in_cluster_config();
  if (pod.ok() || !absl::IsNotFound(pod.status())) return pod;

  const std::string home = environment("HOME");
  const std::string usual = home.empty() ? std::string() : home + "/.kube/config";
  if (!usual.empty()) {
    absl::StatusOr<ClusterConfig> config = load_kubeconfig(usual, context);
    if (config.ok() || std::filesystem::exists(usual)) return config;
  }
  return absl::NotFoundError(
      fmt::format("no cluster is known. Tried: --kubeconfig (not given), $KUBECONFIG (not set), the pod's "
                  "service account ({}), "
                  "{} (does not exist). Name a kubeconfig file with --kubeconfig or $KUBECONFIG.",
                  std::string(pod.status().message()), usual.empty() ? "$HOME/.kube/config" : usual));
}

}  // namespace

absl::StatusOr<ClusterConfig> discover_cluster(const std::string& kubeconfig, const std::string& context) {
  absl::StatusOr<ClusterConfig> config = find_cluster(kubeconfig, context);
  if (!config.ok() || !config->proxy_url.empty()) return config;
  config->proxy_url = proxy_of_environment(config->server);
  if (config->proxy_url.empty()) return config;
  if (const absl::StatusOr<Proxy> proxy = parse_proxy(config->proxy_url); !proxy.ok()) {
    return absl::Status(proxy.status().code(),
                        fmt::format("HTTPS_PROXY: {}; NO_PROXY can except {}",
                                    std::string(proxy.status().message()), config->server));
  }
  return config;
}

}  // namespace scheduledjob::kube
