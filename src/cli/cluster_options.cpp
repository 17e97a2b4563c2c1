#include "cli/cluster_options.hpp"

#include "cli/option_set.hpp"

namespace scheduledjob::cli {
namespace {

constexpr const char* kListFooter = R"(Examples:
  kubectl scheduledjob list
  kubectl scheduledjob list -A --context production)";

enum class Scope { kNamespace, kAnyNamespace };

CLI::App& add_command(CLI::App& app, const char* name, const char* description, const char* footer) {
  CLI::App& command = *app.add_subcommand(name, description);
  command.group("Commands that talk to a cluster");
  command.footer(footer);
  return command;
}

void declare_cluster(CLI::App& command, ClusterChoice& cluster, Scope scope) {
  OptionSet where(command, "Which cluster");
  where.text("--kubeconfig", "FILE", "Credentials (default: $KUBECONFIG, in a pod its own, ~/.kube/config)",
             cluster.kubeconfig);
  where.text("--context", "NAME", "Context of the kubeconfig (default: the current one)", cluster.context);
  where.text("-n,--namespace", "NAME", "Namespace (default: the context's)", cluster.namespace_);
  if (scope == Scope::kAnyNamespace) {
    where.flag("-A,--all-namespaces", "In all namespaces", cluster.all_namespaces);
  }
}

}  // namespace

void declare_cluster_commands(CLI::App& app, ClusterDraft& draft) {
  declare_cluster(
      add_command(app, "list", "List ScheduledJobs with their next run and what became of the last",
                  kListFooter),
      draft.cluster, Scope::kAnyNamespace);
}

std::optional<Command> cluster_command(const std::string& name, const ClusterDraft& draft) {
  if (name == "list") return ListCommand{draft.cluster};
  return std::nullopt;
}

}  // namespace scheduledjob::cli
