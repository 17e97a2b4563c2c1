#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "kube/cluster_config.hpp"
#include "kube/environment.hpp"

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

// The one file that $KUBECONFIG names; files of a list that do not exist are left out, as kubectl does.
absl::StatusOr<std::string> file_of_environment(const std::string& list) {
  std::vector<std::string> present;
  const std::vector<std::string> paths = paths_in(list);
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) present.push_back(path);
  }
  if (present.size() > 1) {
    return absl::UnimplementedError(
        fmt::format("KUBECONFIG={}: several files are not merged yet; name one with --kubeconfig", list));
  }
  if (present.size() == 1) return present.front();
  return paths.size() == 1
             ? absl::StatusOr<std::string>(paths.front())
             : absl::NotFoundError(fmt::format("KUBECONFIG={}: none of these files exists", list));
}

}  // namespace

absl::StatusOr<ClusterConfig> discover_cluster(const std::string& kubeconfig, const std::string& context) {
  if (!kubeconfig.empty()) return load_kubeconfig(kubeconfig, context);
  if (const std::string list = environment("KUBECONFIG"); !paths_in(list).empty()) {
    absl::StatusOr<std::string> path = file_of_environment(list);
    if (!path.ok()) return path.status();
    return load_kubeconfig(*path, context);
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

}  // namespace scheduledjob::kube
