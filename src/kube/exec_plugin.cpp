#include "kube/exec_plugin.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kube/base64.hpp"
#include "kube/environment.hpp"
#include "kube/excerpt.hpp"

namespace scheduledjob::kube {
namespace {

using Json = nlohmann::json;

constexpr char kKind[] = "ExecCredential";
constexpr char kInfoName[] = "KUBERNETES_EXEC_INFO";
constexpr std::size_t kShownLines = 3;
constexpr std::size_t kShownErrors = 400;

// The process's own environment, with the plugin's put in its place.
absl::StatusOr<std::vector<std::string>> environment_for(const ClusterConfig& config) {
  absl::StatusOr<std::vector<std::string>> variables = initial_environment();
  if (!variables.ok()) return variables;
  const auto set = [&variables](const std::string& name, const std::string& value) {
    const std::string start = name + "=";
    const auto same = [&start](const std::string& variable) { return variable.rfind(start, 0) == 0; };
    variables->erase(std::remove_if(variables->begin(), variables->end(), same), variables->end());
    variables->push_back(start + value);
  };
  for (const auto& [name, value] : config.exec->environment) set(name, value);
  set(kInfoName, exec_info(config));
  return variables;
}

std::string first_lines(const std::string& errors) {
  std::size_t end = 0;
  for (std::size_t lines = 0; lines < kShownLines && end < errors.size(); ++lines) {
    end = std::min(errors.find('\n', end), errors.size() - 1) + 1;
  }
  const std::string shown = excerpt(std::string_view(errors).substr(0, end), kShownErrors);
  return shown.empty() ? std::string() : fmt::format("; it says: {}", shown);
}

absl::Status failed(const ExecPlugin& plugin, std::string_view why) {
  return absl::UnauthenticatedError(fmt::format("the credential plugin {:?} {}", plugin.command, why));
}

absl::Status not_started(const ExecPlugin& plugin, const absl::Status& error) {
  std::string why = fmt::format("cannot be run: {}", std::string(error.message()));
  if (absl::IsNotFound(error)) {
    why += plugin.install_hint.empty()
               ? std::string(". Install it where the operator runs, or use a token or a client certificate")
               : fmt::format(". {}", plugin.install_hint);
  }
  return failed(plugin, why);
}

absl::Status ended_badly(const ExecPlugin& plugin, const CommandEnd& end, const CommandLimits& limits) {
  const std::string errors = first_lines(end.errors);
  switch (end.how) {
    case CommandEnd::How::kStopped:
      return absl::CancelledError("stopped");
    case CommandEnd::How::kTooSlow:
      return failed(plugin, fmt::format("was killed: it did not end within {:.3g} s{}",
                                        std::chrono::duration<double>(limits.time).count(), errors));
    case CommandEnd::How::kTooMuchOutput:
      return failed(plugin,
                    fmt::format("was killed: it printed more than {} bytes{}", limits.output, errors));
    case CommandEnd::How::kSignalled:
      return failed(plugin, fmt::format("was ended by signal {}{}", end.code, errors));
    case CommandEnd::How::kExited:
      break;
  }
  return failed(plugin, fmt::format("ended with exit code {}{}", end.code, errors));
}

absl::Status wrong(std::string_view what) {
  return absl::InvalidArgumentError(std::string(what));
}

// Absent: empty.
absl::StatusOr<std::string> text_of(const Json& owner, const char* key) {
  const auto found = owner.find(key);
  if (found == owner.end() || found->is_null()) return std::string();
  if (!found->is_string()) return wrong(fmt::format("its {} is not a string", key));
  return found->get<std::string>();
}

absl::StatusOr<PluginAnswer> read_status(const Json& status, absl::Time now) {
  absl::StatusOr<std::string> token = text_of(status, "token");
  if (!token.ok()) return token.status();
  absl::StatusOr<std::string> certificate = text_of(status, "clientCertificateData");
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key = text_of(status, "clientKeyData");
  if (!key.ok()) return key.status();
  const absl::StatusOr<std::string> expires = text_of(status, "expirationTimestamp");
  if (!expires.ok()) return expires.status();

  if (certificate->empty() != key->empty()) {
    return wrong("clientCertificateData and clientKeyData go together, and one is missing");
  }
  if (!can_be_a_token(*token)) return wrong("its token holds characters that no token can have");
  if (token->empty() && certificate->empty())
    return wrong("it holds neither a token nor a client certificate");
  PluginAnswer answer;
  answer.credential.token = *std::move(token);
  answer.credential.client_certificate_pem = *std::move(certificate);
  answer.credential.client_key_pem = *std::move(key);
  if (expires->empty()) return answer;
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, *expires, &time, nullptr)) {
    return wrong("its expirationTimestamp is not a time as RFC 3339 writes it");
  }
  constexpr std::chrono::hours kLongest{24 * 365};
  const absl::Duration lifetime =
      std::clamp(time - now, absl::FromChrono(-kLongest), absl::FromChrono(kLongest));
  answer.lifetime = absl::ToChronoSeconds(lifetime);
  return answer;
}

}  // namespace

std::string exec_info(const ClusterConfig& config) {
  Json spec = {{"interactive", false}};
  if (config.exec->provide_cluster_info) {
    Json cluster = {{"server", config.server}};
    if (!config.tls_server_name.empty()) cluster["tls-server-name"] = config.tls_server_name;
    if (config.skip_tls_verification) cluster["insecure-skip-tls-verify"] = true;
    if (!config.ca_pem.empty()) cluster["certificate-authority-data"] = encode_base64(config.ca_pem);
    if (!config.proxy_url.empty()) cluster["proxy-url"] = config.proxy_url;
    spec["cluster"] = std::move(cluster);
  }
  const Json info = {{"apiVersion", config.exec->api_version}, {"kind", kKind}, {"spec", std::move(spec)}};
  return info.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<PluginAnswer> read_exec_credential(std::string_view json, std::string_view api_version,
                                                  absl::Time now) {
  const Json answer = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return wrong(fmt::format("it is no {} in JSON", kKind));
  const absl::StatusOr<std::string> kind = text_of(answer, "kind");
  if (!kind.ok()) return kind.status();
  if (*kind != kKind) return wrong(fmt::format("its kind is not {}", kKind));
  const absl::StatusOr<std::string> version = text_of(answer, "apiVersion");
  if (!version.ok()) return version.status();
  if (*version != api_version) {
    return wrong(fmt::format("its apiVersion is not {}, which the kubeconfig asks for", api_version));
  }
  const auto status = answer.find("status");
  if (status == answer.end() || !status->is_object()) return wrong("it has no status");
  return read_status(*status, now);
}

absl::StatusOr<PluginAnswer> run_exec_plugin(const ClusterConfig& config, const CommandLimits& limits,
                                             const std::stop_token& stop) {
  const ExecPlugin& plugin = *config.exec;
  absl::StatusOr<std::vector<std::string>> environment = environment_for(config);
  if (!environment.ok()) return failed(plugin, std::string(environment.status().message()));
  const absl::StatusOr<CommandEnd> end =
      run_command({plugin.command, plugin.arguments, *std::move(environment)}, limits, stop);
  if (!end.ok()) return not_started(plugin, end.status());
  if (end->how != CommandEnd::How::kExited || end->code != 0) return ended_badly(plugin, *end, limits);
  absl::StatusOr<PluginAnswer> answer = read_exec_credential(end->output, plugin.api_version, absl::Now());
  if (!answer.ok()) {
    return failed(plugin, fmt::format("printed what cannot be used: {}{}",
                                      std::string(answer.status().message()), first_lines(end->errors)));
  }
  return answer;
}

}  // namespace scheduledjob::kube
