#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "kube/base64.hpp"
#include "kube/cluster_config.hpp"
#include "kube/file.hpp"

namespace scheduledjob::kube {
namespace {

constexpr std::size_t kLongestKubeconfig = 1 << 20;

// A place in the document, for messages: `clusters[0].cluster`.
struct Place {
  YAML::Node node;
  std::string path;

  Place child(const char* key) const {
    const std::string below = path.empty() ? key : path + "." + key;
    if (!node.IsMap()) return {YAML::Node(YAML::NodeType::Undefined), below};
    return {std::as_const(node)[key], below};
  }
  bool present() const { return node.IsDefined() && !node.IsNull(); }
};

absl::Status wrong(const Place& place, std::string_view what) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", place.path, what));
}

absl::Status unsupported(const Place& place, std::string_view what) {
  return absl::UnimplementedError(fmt::format("{}: {}", place.path, what));
}

// Absent: empty.
absl::StatusOr<std::string> text(const Place& place) {
  if (!place.present()) return std::string();
  if (!place.node.IsScalar()) return wrong(place, "must be a string");
  return place.node.Scalar();
}

absl::StatusOr<std::string> required_text(const Place& place) {
  absl::StatusOr<std::string> found = text(place);
  if (found.ok() && found->empty()) return wrong(place, "missing");
  return found;
}

// The entry of a list of {name, <kind>} by its name.
absl::StatusOr<Place> named(const Place& list, const std::string& name, const char* kind) {
  if (list.present() && !list.node.IsSequence()) return wrong(list, "must be a list");
  if (list.present()) {
    for (std::size_t i = 0; i < list.node.size(); ++i) {
      const Place entry{list.node[i], fmt::format("{}[{}]", list.path, i)};
      const absl::StatusOr<std::string> found = text(entry.child("name"));
      if (!found.ok()) return found.status();
      if (*found != name) continue;
      Place body = entry.child(kind);
      if (!body.present()) return wrong(body, "missing");
      if (!body.node.IsMap()) return wrong(body, "must be a map");
      return body;
    }
  }
  return absl::NotFoundError(fmt::format("{}: no entry is named {:?}", list.path, name));
}

// PEM text from `<key>-data` (base64) or else from the file at `<key>`.
class PemSource {
 public:
  explicit PemSource(std::filesystem::path directory) : directory_(std::move(directory)) {}

  absl::StatusOr<std::string> read(const Place& owner, const char* key) const {
    const Place data = owner.child((std::string(key) + "-data").c_str());
    absl::StatusOr<std::string> encoded = text(data);
    if (!encoded.ok()) return encoded.status();
    if (!encoded->empty()) {
      std::optional<std::string> decoded = decode_base64(*encoded);
      if (!decoded || decoded->empty()) return wrong(data, "not base64");
      return std::move(*decoded);
    }
    const Place file = owner.child(key);
    absl::StatusOr<std::string> path = text(file);
    if (!path.ok() || path->empty()) return path;
    absl::StatusOr<std::string> pem = read_small_file(absolute(*path), kCredentialLimit);
    if (!pem.ok()) return wrong(file, std::string(pem.status().message()));
    return pem;
  }

  std::string absolute(const std::string& path) const {
    return (directory_ / path).lexically_normal().string();
  }

 private:
  const std::filesystem::path directory_;
};

absl::Status read_cluster(const Place& cluster, const PemSource& files, ClusterConfig& config) {
  absl::StatusOr<std::string> server = required_text(cluster.child("server"));
  if (!server.ok()) return server.status();
  if (server->rfind("https://", 0) != 0) {
    return wrong(cluster.child("server"), "must start with https://, credentials are never sent in clear");
  }
  const Place insecure = cluster.child("insecure-skip-tls-verify");
  absl::StatusOr<std::string> skip = text(insecure);
  if (!skip.ok()) return skip.status();
  if (!skip->empty() && *skip != "false") {
    return unsupported(
        insecure,
        "a server whose certificate is not verified is refused; give certificate-authority(-data) instead");
  }
  if (const Place proxy = cluster.child("proxy-url"); proxy.present()) {
    return unsupported(proxy, "proxies are not supported yet");
  }
  absl::StatusOr<std::string> ca = files.read(cluster, "certificate-authority");
  if (!ca.ok()) return ca.status();
  if (ca->empty()) {
    return wrong(cluster.child("certificate-authority-data"),
                 "missing (and no certificate-authority): without it the server cannot be verified");
  }
  absl::StatusOr<std::string> name = text(cluster.child("tls-server-name"));
  if (!name.ok()) return name.status();
  config.server = std::move(*server);
  config.ca_pem = std::move(*ca);
  config.tls_server_name = std::move(*name);
  return absl::OkStatus();
}

absl::Status refuse_unsupported_credentials(const Place& user) {
  struct Kind {
    const char* key;
    const char* message;
  };
  constexpr Kind kKinds[] = {
      {"exec", "credential plugins are not supported yet; use a client certificate, a token or a tokenFile"},
      {"auth-provider",
       "auth providers are gone from Kubernetes since 1.26; use a client certificate or a token"},
      {"username", "passwords are gone from Kubernetes since 1.19; use a client certificate or a token"},
      {"as", "impersonation is not supported"},
      {"as-uid", "impersonation is not supported"},
      {"as-groups", "impersonation is not supported"},
      {"as-user-extra", "impersonation is not supported"},
  };
  for (const Kind& kind : kKinds) {
    if (const Place found = user.child(kind.key); found.present()) return unsupported(found, kind.message);
  }
  return absl::OkStatus();
}

absl::Status read_user(const Place& user, const PemSource& files, ClusterConfig& config) {
  if (absl::Status refused = refuse_unsupported_credentials(user); !refused.ok()) return refused;
  absl::StatusOr<std::string> certificate = files.read(user, "client-certificate");
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key = files.read(user, "client-key");
  if (!key.ok()) return key.status();
  absl::StatusOr<std::string> token = text(user.child("token"));
  if (!token.ok()) return token.status();
  absl::StatusOr<std::string> token_file = text(user.child("tokenFile"));
  if (!token_file.ok()) return token_file.status();

  if (certificate->empty() != key->empty()) {
    return wrong(user.child(key->empty() ? "client-key" : "client-certificate"),
                 "missing: a client certificate and its key go together");
  }
  if (certificate->empty() && token->empty() && token_file->empty()) {
    return wrong(
        user,
        "no credentials: client-certificate(-data) with client-key(-data), token or tokenFile is needed");
  }
  config.client_certificate_pem = std::move(*certificate);
  config.client_key_pem = std::move(*key);
  config.token = std::move(*token);
  if (!token_file->empty()) config.token_file = files.absolute(*token_file);
  return absl::OkStatus();
}

absl::StatusOr<ClusterConfig> read_document(const YAML::Node& document, const std::string& path,
                                            const std::string& wanted_context) {
  const Place root{document, ""};
  if (!document.IsMap()) return absl::InvalidArgumentError("not a kubeconfig: the document is not a map");

  absl::StatusOr<std::string> context_name = wanted_context;
  if (wanted_context.empty()) context_name = text(root.child("current-context"));
  if (!context_name.ok()) return context_name.status();
  if (context_name->empty()) {
    return wrong(root.child("current-context"),
                 "missing: name a context, or set one with `kubectl config use-context`");
  }
  absl::StatusOr<Place> context = named(root.child("contexts"), *context_name, "context");
  if (!context.ok()) return context.status();
  absl::StatusOr<std::string> cluster_name = required_text(context->child("cluster"));
  if (!cluster_name.ok()) return cluster_name.status();
  absl::StatusOr<std::string> user_name = required_text(context->child("user"));
  if (!user_name.ok()) return user_name.status();
  absl::StatusOr<std::string> namespace_ = text(context->child("namespace"));
  if (!namespace_.ok()) return namespace_.status();
  absl::StatusOr<Place> cluster = named(root.child("clusters"), *cluster_name, "cluster");
  if (!cluster.ok()) return cluster.status();
  absl::StatusOr<Place> user = named(root.child("users"), *user_name, "user");
  if (!user.ok()) return user.status();

  ClusterConfig config;
  const PemSource files(std::filesystem::absolute(path).parent_path());
  if (absl::Status error = read_cluster(*cluster, files, config); !error.ok()) return error;
  if (absl::Status error = read_user(*user, files, config); !error.ok()) return error;
  if (!namespace_->empty()) config.default_namespace = std::move(*namespace_);
  config.source = fmt::format("kubeconfig {} (context {})", path, *context_name);
  return config;
}

absl::Status in_file(const std::string& path, const absl::Status& error) {
  return absl::Status(error.code(), fmt::format("kubeconfig {}: {}", path, std::string(error.message())));
}

}  // namespace

absl::StatusOr<ClusterConfig> load_kubeconfig(const std::string& path, const std::string& context) try {
  absl::StatusOr<std::string> yaml = read_small_file(path, kLongestKubeconfig);
  if (!yaml.ok())
    return absl::Status(yaml.status().code(), "kubeconfig " + std::string(yaml.status().message()));
  absl::StatusOr<ClusterConfig> config = read_document(YAML::Load(*yaml), path, context);
  if (!config.ok()) return in_file(path, config.status());
  return config;
} catch (const std::exception& e) {
  return in_file(path, absl::InvalidArgumentError(fmt::format("not readable as YAML: {}", e.what())));
}

}  // namespace scheduledjob::kube
