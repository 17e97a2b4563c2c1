#include "kube/kubeconfig.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "kube/base64.hpp"
#include "kube/excerpt.hpp"
#include "kube/file.hpp"
#include "kube/kubeconfig_document.hpp"
#include "kube/proxy.hpp"

namespace scheduledjob::kube {
namespace {

constexpr std::size_t kLongestKubeconfig = 1 << 20;
constexpr std::size_t kMostKubeconfigs = 32;
constexpr std::size_t kLongestMessage = 1000;

constexpr char kExecV1[] = "client.authentication.k8s.io/v1";
constexpr char kExecV1Beta1[] = "client.authentication.k8s.io/v1beta1";

// PEM text from `<key>-data` (base64) or else from the file at `<key>`.
absl::StatusOr<std::string> read_pem(const Place& owner, const char* key) {
  const Place data = owner.child((std::string(key) + "-data").c_str());
  absl::StatusOr<std::string> encoded = data.text();
  if (!encoded.ok()) return encoded.status();
  if (!encoded->empty()) {
    std::optional<std::string> decoded = decode_base64(*encoded);
    if (!decoded || decoded->empty()) return data.wrong("not base64");
    return std::move(*decoded);
  }
  const Place file = owner.child(key);
  absl::StatusOr<std::string> path = file.text();
  if (!path.ok() || path->empty()) return path;
  absl::StatusOr<std::string> pem = read_small_file(file.beside_file(*path), kCredentialLimit);
  if (!pem.ok()) return file.wrong(std::string(pem.status().message()));
  return pem;
}

absl::Status read_cluster(const Place& cluster, ClusterConfig& config) {
  absl::StatusOr<std::string> server = cluster.child("server").required_text();
  if (!server.ok()) return server.status();
  if (server->rfind("https://", 0) != 0) {
    return cluster.child("server").wrong("must start with https://, credentials are never sent in clear");
  }
  const Place proxy = cluster.child("proxy-url");
  absl::StatusOr<std::string> proxy_url = proxy.text();
  if (!proxy_url.ok()) return proxy_url.status();
  if (const absl::StatusOr<Proxy> parsed = parse_proxy(*proxy_url); !proxy_url->empty() && !parsed.ok()) {
    const std::string why(parsed.status().message());
    return absl::IsUnimplemented(parsed.status()) ? proxy.unsupported(why) : proxy.wrong(why);
  }
  absl::StatusOr<std::string> ca = read_pem(cluster, "certificate-authority");
  if (!ca.ok()) return ca.status();
  const Place insecure = cluster.child("insecure-skip-tls-verify");
  absl::StatusOr<bool> skip = insecure.flag();
  if (!skip.ok()) return skip.status();
  if (*skip && !ca->empty()) {
    return insecure.wrong("not together with certificate-authority(-data): remove one of the two");
  }
  if (*skip) {
    config.skip_tls_verification = true;
    config.warnings.push_back(fmt::format(
        "The certificate of {} is not verified (insecure-skip-tls-verify): whoever is between can "
        "read the credentials and answer in its place",
        *server));
  } else if (ca->empty()) {
    return cluster.child("certificate-authority-data")
        .wrong("missing (and no certificate-authority): without it the server cannot be verified");
  }
  absl::StatusOr<std::string> name = cluster.child("tls-server-name").text();
  if (!name.ok()) return name.status();
  config.server = std::move(*server);
  config.ca_pem = std::move(*ca);
  config.tls_server_name = std::move(*name);
  config.proxy_url = std::move(*proxy_url);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> read_texts(const Place& list) {
  const absl::StatusOr<std::size_t> size = list.size();
  if (!size.ok()) return size.status();
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < *size; ++i) {
    absl::StatusOr<std::string> text = list.item(i).text();
    if (!text.ok()) return text.status();
    texts.push_back(*std::move(text));
  }
  return texts;
}

// C strings carry arguments and variables to the plugin.
bool fits_a_c_string(const std::string& text) {
  return text.find('\0') == std::string::npos;
}

absl::Status read_variables(const Place& list, ExecPlugin& plugin) {
  const absl::StatusOr<std::size_t> size = list.size();
  if (!size.ok()) return size.status();
  for (std::size_t i = 0; i < *size; ++i) {
    const Place variable = list.item(i);
    absl::StatusOr<std::string> name = variable.child("name").required_text();
    if (!name.ok()) return name.status();
    absl::StatusOr<std::string> value = variable.child("value").text();
    if (!value.ok()) return value.status();
    if (name->find('=') != std::string::npos || !fits_a_c_string(*name) || !fits_a_c_string(*value)) {
      return variable.wrong("no environment variable can have this name or value");
    }
    plugin.environment.emplace_back(*std::move(name), *std::move(value));
  }
  return absl::OkStatus();
}

// What a plugin may expect of a terminal: there is none.
absl::Status check_interaction(const Place& exec, const std::string& api_version) {
  const Place place = exec.child("interactiveMode");
  const absl::StatusOr<std::string> mode = place.text();
  if (!mode.ok()) return mode.status();
  if (mode->empty() && api_version == kExecV1Beta1) return absl::OkStatus();
  if (*mode == "Never" || *mode == "IfAvailable") return absl::OkStatus();
  if (*mode == "Always") {
    return place.unsupported(
        "the plugin wants a terminal, and the operator has none; use another credential");
  }
  return place.wrong("must be Never, IfAvailable or Always");
}

absl::Status read_exec(const Place& exec, const Place& cluster, ClusterConfig& config) {
  if (!exec.is_map()) return exec.wrong("must be a map");
  ExecPlugin plugin;
  const Place version = exec.child("apiVersion");
  absl::StatusOr<std::string> api_version = version.required_text();
  if (!api_version.ok()) return api_version.status();
  if (*api_version != kExecV1 && *api_version != kExecV1Beta1) {
    return version.unsupported(fmt::format("must be {} or {}", kExecV1, kExecV1Beta1));
  }
  plugin.api_version = *std::move(api_version);

  const Place command = exec.child("command");
  absl::StatusOr<std::string> program = command.required_text();
  if (!program.ok()) return program.status();
  // As kubectl: only a path is relative to the file.
  plugin.command =
      program->find('/') == std::string::npos ? *std::move(program) : command.beside_file(*program);
  absl::StatusOr<std::vector<std::string>> arguments = read_texts(exec.child("args"));
  if (!arguments.ok()) return arguments.status();
  plugin.arguments = *std::move(arguments);
  if (!fits_a_c_string(plugin.command) ||
      !std::all_of(plugin.arguments.begin(), plugin.arguments.end(), fits_a_c_string)) {
    return exec.wrong("command and args cannot hold a zero byte");
  }
  if (absl::Status error = read_variables(exec.child("env"), plugin); !error.ok()) return error;
  absl::StatusOr<std::string> hint = exec.child("installHint").text();
  if (!hint.ok()) return hint.status();
  plugin.install_hint = *std::move(hint);
  if (absl::Status error = check_interaction(exec, plugin.api_version); !error.ok()) return error;

  const absl::StatusOr<bool> provide = exec.child("provideClusterInfo").flag();
  if (!provide.ok()) return provide.status();
  plugin.provide_cluster_info = *provide;
  if (const Place extensions = cluster.child("extensions"); *provide && extensions.present()) {
    const absl::StatusOr<std::size_t> size = extensions.size();
    if (!size.ok()) return size.status();
    for (std::size_t i = 0; i < *size; ++i) {
      const Place name = extensions.item(i).child("name");
      if (name.text().value_or("") == "client.authentication.k8s.io/exec") {
        return name.unsupported("configuration of the cluster for credential plugins is not handed on");
      }
    }
  }
  config.exec = std::move(plugin);
  return absl::OkStatus();
}

absl::Status refuse_unsupported_credentials(const Place& user) {
  struct Kind {
    const char* key;
    const char* message;
  };
  constexpr Kind kKinds[] = {
      {"auth-provider",
       "auth providers are gone from Kubernetes since 1.26; use a client certificate or a token"},
      {"username", "passwords are gone from Kubernetes since 1.19; use a client certificate or a token"},
      {"as", "impersonation is not supported"},
      {"as-uid", "impersonation is not supported"},
      {"as-groups", "impersonation is not supported"},
      {"as-user-extra", "impersonation is not supported"},
  };
  for (const Kind& kind : kKinds) {
    if (const Place found = user.child(kind.key); found.present()) return found.unsupported(kind.message);
  }
  return absl::OkStatus();
}

absl::Status read_user(const Place& user, const Place& cluster, ClusterConfig& config) {
  if (absl::Status refused = refuse_unsupported_credentials(user); !refused.ok()) return refused;
  absl::StatusOr<std::string> certificate = read_pem(user, "client-certificate");
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key = read_pem(user, "client-key");
  if (!key.ok()) return key.status();
  absl::StatusOr<std::string> token = user.child("token").text();
  if (!token.ok()) return token.status();
  absl::StatusOr<std::string> token_file = user.child("tokenFile").text();
  if (!token_file.ok()) return token_file.status();

  if (certificate->empty() != key->empty()) {
    return user.child(key->empty() ? "client-key" : "client-certificate")
        .wrong("missing: a client certificate and its key go together");
  }
  const Place exec = user.child("exec");
  if (exec.present() && !(token->empty() && token_file->empty())) {
    return exec.wrong("not together with token or tokenFile: remove one of the two");
  }
  if (certificate->empty() && token->empty() && token_file->empty() && !exec.present()) {
    return user.wrong(
        "no credentials: client-certificate(-data) with client-key(-data), token, tokenFile or exec is "
        "needed");
  }
  if (exec.present()) {
    if (absl::Status error = read_exec(exec, cluster, config); !error.ok()) return error;
  }
  config.client_certificate_pem = std::move(*certificate);
  config.client_key_pem = std::move(*key);
  config.token = std::move(*token);
  if (!token_file->empty()) config.token_file = user.beside_file(*token_file);
  return absl::OkStatus();
}

absl::StatusOr<ClusterConfig> read_document(const KubeconfigDocument& document,
                                            const std::string& wanted_context) {
  absl::StatusOr<std::string> context_name = wanted_context;
  if (wanted_context.empty()) {
    context_name = document.first_text(
        "current-context", "missing: name a context, or set one with `kubectl config use-context`");
  }
  if (!context_name.ok()) return context_name.status();
  absl::StatusOr<Place> context = document.entry("contexts", *context_name, "context");
  if (!context.ok()) return context.status();
  absl::StatusOr<std::string> cluster_name = context->child("cluster").required_text();
  if (!cluster_name.ok()) return cluster_name.status();
  absl::StatusOr<std::string> user_name = context->child("user").required_text();
  if (!user_name.ok()) return user_name.status();
  absl::StatusOr<std::string> namespace_ = context->child("namespace").text();
  if (!namespace_.ok()) return namespace_.status();
  absl::StatusOr<Place> cluster = document.entry("clusters", *cluster_name, "cluster");
  if (!cluster.ok()) return cluster.status();
  absl::StatusOr<Place> user = document.entry("users", *user_name, "user");
  if (!user.ok()) return user.status();

  ClusterConfig config;
  if (absl::Status error = read_cluster(*cluster, config); !error.ok()) return error;
  if (absl::Status error = read_user(*user, *cluster, config); !error.ok()) return error;
  if (!namespace_->empty()) config.default_namespace = std::move(*namespace_);
  config.source = fmt::format("kubeconfig {} (context {})", document.paths(), *context_name);
  return config;
}

absl::StatusOr<ClusterConfig> read_files(const std::vector<KubeconfigFile>& files,
                                         const std::string& context) try {
  const absl::StatusOr<KubeconfigDocument> document = KubeconfigDocument::parse(files);
  if (!document.ok()) return document.status();
  return read_document(*document, context);
} catch (const YAML::Exception& e) {
  return absl::InvalidArgumentError(fmt::format("not a kubeconfig: {}", e.what()));
}

absl::StatusOr<KubeconfigFile> read_file(const std::string& path) {
  absl::StatusOr<std::string> yaml = read_small_file(path, kLongestKubeconfig);
  if (!yaml.ok()) {
    return absl::Status(yaml.status().code(), "kubeconfig " + std::string(yaml.status().message()));
  }
  return KubeconfigFile{path, std::move(*yaml)};
}

}  // namespace

absl::StatusOr<ClusterConfig> read_kubeconfigs(const std::vector<KubeconfigFile>& files,
                                               const std::string& context) {
  absl::StatusOr<ClusterConfig> config = read_files(files, context);
  if (config.ok()) return config;
  // Names and paths in it are the file's own words.
  return absl::Status(config.status().code(),
                      excerpt(std::string(config.status().message()), kLongestMessage));
}

absl::StatusOr<ClusterConfig> load_kubeconfig(const std::string& path, const std::string& context) {
  absl::StatusOr<KubeconfigFile> file = read_file(path);
  if (!file.ok()) return file.status();
  return read_kubeconfigs({*std::move(file)}, context);
}

absl::StatusOr<ClusterConfig> load_kubeconfigs(const std::vector<std::string>& paths,
                                               const std::string& context) {
  if (paths.size() > kMostKubeconfigs) {
    return absl::InvalidArgumentError(
        fmt::format("{} kubeconfig files are named; at most {} are merged", paths.size(), kMostKubeconfigs));
  }
  std::vector<KubeconfigFile> files;
  for (const std::string& path : paths) {
    absl::StatusOr<KubeconfigFile> file = read_file(path);
    if (absl::IsNotFound(file.status())) continue;
    if (!file.ok()) return file.status();
    files.push_back(*std::move(file));
  }
  if (files.empty()) {
    return absl::NotFoundError(fmt::format("no such kubeconfig file: {}", fmt::join(paths, ", ")));
  }
  return read_kubeconfigs(files, context);
}

}  // namespace scheduledjob::kube
