// Any bytes as one or two kubeconfig files: refused with a message that is safe to show, or a configuration
// that can be connected with.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/invariants.hpp"
#include "kube/kubeconfig.hpp"
#include "kube/proxy.hpp"

namespace scheduledjob::fuzz {
namespace {

// Between two files.
constexpr std::string_view kSeparator = "\n%%%\n";

std::vector<kube::KubeconfigFile> files_of(std::string_view text) {
  const std::size_t end = text.find(kSeparator);
  std::vector<kube::KubeconfigFile> files{{"/nonexistent/one", std::string(text.substr(0, end))}};
  if (end != std::string_view::npos) {
    files.push_back({"/nonexistent/two", std::string(text.substr(end + kSeparator.size()))});
  }
  return files;
}

void require_showable(const absl::Status& error) {
  require(absl::IsInvalidArgument(error) || absl::IsNotFound(error) || absl::IsUnimplemented(error),
          "an error is one that load_kubeconfigs() names");
  const std::string message(error.message());
  require(!message.empty() && message.size() < 1100, "a message has a bound");
  require(
      std::none_of(message.begin(), message.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }),
      "a message is one line");
}

bool fits_a_c_string(const std::string& text) {
  return text.find('\0') == std::string::npos;
}

void require_runnable(const kube::ExecPlugin& plugin) {
  require(!plugin.command.empty() && fits_a_c_string(plugin.command), "a command can be run");
  require(std::all_of(plugin.arguments.begin(), plugin.arguments.end(), fits_a_c_string),
          "arguments can be handed over");
  for (const auto& [name, value] : plugin.environment) {
    require(!name.empty() && name.find('=') == std::string::npos && fits_a_c_string(name) &&
                fits_a_c_string(value),
            "variables can be handed over");
  }
}

void try_files(const std::vector<kube::KubeconfigFile>& files) {
  const auto config = kube::read_kubeconfigs(files, "");
  require(config.status() == kube::read_kubeconfigs(files, "").status(), "files mean the same again");
  if (!config.ok()) return require_showable(config.status());
  require(config->server.rfind("https://", 0) == 0, "nothing is sent in clear");
  require(config->ca_pem.empty() == config->skip_tls_verification,
          "there is an authority, unless none is wanted");
  require(config->warnings.empty() != config->skip_tls_verification, "that none is wanted is said");
  require(config->client_certificate_pem.empty() == config->client_key_pem.empty(),
          "a certificate has its key");
  const bool has_token = !config->token.empty() || !config->token_file.empty();
  require(has_token || config->exec || !config->client_certificate_pem.empty(), "there is a credential");
  require(!(has_token && config->exec), "there is one way to get a token");
  require(config->proxy_url.empty() || kube::parse_proxy(config->proxy_url).ok(), "a proxy can be used");
  if (config->exec) require_runnable(*config->exec);
}

}  // namespace
}  // namespace scheduledjob::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scheduledjob::fuzz::try_files(scheduledjob::fuzz::files_of(scheduledjob::fuzz::text_of(data, size)));
  return 0;
}
