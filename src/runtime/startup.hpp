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

// What is not allowed of writing Events, which the operator can do without: "create events (events.k8s.io) in
// all namespaces; ..."; empty when nothing is missing. Asks the API server.
std::string missing_for_events(kube::Client& client, const Settings& settings);

}  // namespace scheduledjob::runtime
