// Where the API server is and who we are: from a kubeconfig file or from inside a pod.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace scheduledjob::kube {

// A command that prints credentials, client.authentication.k8s.io/v1 or v1beta1.
struct ExecPlugin {
  std::string api_version;
  std::string command;  // a path, or a name that is looked for in $PATH
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // beside that of this process
  std::string install_hint;
  bool provide_cluster_info = false;
};

struct ClusterConfig {
  std::string server;   // https://host:port
  std::string ca_pem;   // the only authority that is trusted; empty only with skip_tls_verification
  std::string ca_file;  // in a pod: read again when it changes; empty otherwise
  bool skip_tls_verification = false;  // believe any certificate
  std::string tls_server_name;         // empty: the host of `server`
  std::string client_certificate_pem;
  std::string client_key_pem;
  std::string token;
  std::string token_file;          // read again at least every minute, and after a 401
  std::optional<ExecPlugin> exec;  // instead of a token
  std::string proxy_url;           // empty: none. May hold a password: not for messages
  std::string default_namespace = "default";
  // For messages: "kubeconfig /home/u/.kube/config (context kind)" or "in-cluster service account".
  std::string source;
  std::vector<std::string> warnings;  // what whoever uses this is to be told, a sentence each
};

// Reads one kubeconfig file of at most 1 MiB; relative paths in it are relative to it. `context` empty:
// current-context. Errors: kNotFound (no such file or context), kInvalidArgument (what is wrong, with the
// path in the document), kUnimplemented (a credential kind that is not supported, by name).
absl::StatusOr<ClusterConfig> load_kubeconfig(const std::string& path, const std::string& context);

// Several such files, at most 32, merged as kubectl does: the first that sets a value or has an entry of a
// name wins, each path is relative to the file it stands in, and files that do not exist are left out.
// kNotFound when none exists; other errors as above.
absl::StatusOr<ClusterConfig> load_kubeconfigs(const std::vector<std::string>& paths,
                                               const std::string& context);

// KUBERNETES_SERVICE_HOST and _PORT and the files below /var/run/secrets/kubernetes.io/serviceaccount.
// Errors: kNotFound when not in a pod.
absl::StatusOr<ClusterConfig> in_cluster_config();

// `kubeconfig` if not empty; else the files that $KUBECONFIG names, separated by colons; else in-cluster;
// else ~/.kube/config. A proxy is that of the kubeconfig, or else of HTTPS_PROXY and NO_PROXY, as Go reads
// them. The error when all fail says what was tried and what to do.
absl::StatusOr<ClusterConfig> discover_cluster(const std::string& kubeconfig, const std::string& context);

}  // namespace scheduledjob::kube
