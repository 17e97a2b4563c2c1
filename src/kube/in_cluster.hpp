// What a pod knows about its API server.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "kube/cluster_config.hpp"

namespace scheduledjob::kube {

// `host` and `port` as in KUBERNETES_SERVICE_HOST and _PORT; `directory` holds token, ca.crt and namespace.
// Errors: kNotFound when host or port is empty, or the directory has no token; else what is wrong with a
// file.
absl::StatusOr<ClusterConfig> in_cluster_config(const std::string& host, const std::string& port,
                                                const std::string& directory);

}  // namespace scheduledjob::kube
