#include "kube/credentials.hpp"

#include <algorithm>

#include "kube/bearer_token.hpp"
#include "kube/exec_credentials.hpp"

namespace scheduledjob::kube {

bool can_be_a_token(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::shared_ptr<Credentials> make_credentials(const ClusterConfig& config) {
  if (!config.exec) return std::make_shared<BearerToken>(config.token, config.token_file);
  return std::make_shared<ExecCredentials>(
      [config](const std::stop_token& stop) { return run_exec_plugin(config, CommandLimits{}, stop); });
}

}  // namespace scheduledjob::kube
