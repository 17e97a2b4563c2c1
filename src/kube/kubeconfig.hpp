// Kubeconfig text, wherever it came from.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kube/cluster_config.hpp"

namespace scheduledjob::kube {

struct KubeconfigFile {
  std::string path;  // paths in the text are relative to it
  std::string yaml;
};

// As load_kubeconfigs(), of files that have been read already. What they name (certificates, keys) is read.
absl::StatusOr<ClusterConfig> read_kubeconfigs(const std::vector<KubeconfigFile>& files,
                                               const std::string& context);

}  // namespace scheduledjob::kube
