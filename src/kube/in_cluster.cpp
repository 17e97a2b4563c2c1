#include "kube/in_cluster.hpp"

#include <fmt/format.h>

#include "kube/environment.hpp"
#include "kube/file.hpp"

namespace scheduledjob::kube {
namespace {

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

absl::StatusOr<ClusterConfig> in_cluster_config(const std::string& host, const std::string& port,
                                                const std::string& directory) {
  if (host.empty() || port.empty()) {
    return absl::NotFoundError(
        "not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
  }
  ClusterConfig config;
  config.token_file = directory + "/token";
  config.ca_file = directory + "/ca.crt";
  absl::StatusOr<std::string> token = read_small_file(config.token_file, kCredentialLimit);
  if (!token.ok()) {
    return absl::Status(
        token.status().code(),
        fmt::format("the pod's service account token: {}; is automountServiceAccountToken off?",
                    std::string(token.status().message())));
  }
  absl::StatusOr<std::string> ca = read_small_file(config.ca_file, kCredentialLimit);
  if (!ca.ok()) {
    return absl::Status(ca.status().code(), fmt::format("the pod's certificate authority: {}",
                                                        std::string(ca.status().message())));
  }
  config.ca_pem = std::move(*ca);

  config.server = host.find(':') == std::string::npos ? fmt::format("https://{}:{}", host, port)
                                                      : fmt::format("https://[{}]:{}", host, port);
  if (absl::StatusOr<std::string> name = read_small_file(directory + "/namespace", kCredentialLimit);
      name.ok()) {
    if (std::string text = trimmed(*name); !text.empty()) config.default_namespace = std::move(text);
  }
  config.source = "in-cluster service account";
  return config;
}

absl::StatusOr<ClusterConfig> in_cluster_config() {
  return in_cluster_config(environment("KUBERNETES_SERVICE_HOST"), environment("KUBERNETES_SERVICE_PORT"),
                           "/var/run/secrets/kubernetes.io/serviceaccount");
}

}  // namespace scheduledjob::kube
