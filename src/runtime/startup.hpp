// What is checked before anything starts.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "kube/client.hpp"
#include "kube/cluster_config.hpp"
#include "runtime/settings.hpp"

namespace scheduledjob::runtime {

// Where this process's Lease lives.
std::string lease_namespace(const Settings& settings, const kube::ClusterConfig& cluster);

// Whether the operator could do its work on this cluster: the API server answers, the ScheduledJob kind is
// installed, and everything that will be asked is allowed. The message of an error says what is wrong and
// what to do, for people. kFailedPrecondition: it stays wrong as long as this process runs; everything else
// may be mended meanwhile.
absl::Status check_cluster(kube::Client& client, const kube::ClusterConfig& cluster,
                           const Settings& settings);

}  // namespace scheduledjob::runtime
