// Credential plugins, client.authentication.k8s.io: what a command is told, and what it prints.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "kube/cluster_config.hpp"
#include "kube/credentials.hpp"
#include "kube/process.hpp"

namespace scheduledjob::kube {

struct PluginAnswer {
  Credential credential;
  std::optional<std::chrono::seconds> lifetime;  // from now; negative: over. Absent: until it is refused
};

// Runs the command of `config.exec`, which is present, with the environment that this process was started
// with. kUnauthenticated says what went wrong, with the first lines of the command's standard error, and how
// to install it when it is missing; kCancelled. No message shows what the command printed on standard output.
absl::StatusOr<PluginAnswer> run_exec_plugin(const ClusterConfig& config, const CommandLimits& limits,
                                             const std::stop_token& stop);

// The value of KUBERNETES_EXEC_INFO.
std::string exec_info(const ClusterConfig& config);

// What a plugin of this `api_version` has printed. kInvalidArgument says what is wrong with it, without
// showing it.
absl::StatusOr<PluginAnswer> read_exec_credential(std::string_view json, std::string_view api_version,
                                                  absl::Time now);

}  // namespace scheduledjob::kube
