#include "cli/cluster_options.hpp"

#include "cli/option_set.hpp"

namespace scheduledjob::cli {
namespace {

constexpr const char* kListFooter = R"(Examples:
  kubectl scheduledjob list
  kubectl scheduledjob list -A --context production)";

constexpr const char* kDescribeFooter = R"(Examples:
  kubectl scheduledjob describe nightly -n reports)";

constexpr const char* kWhyFooter = R"(Examples:
  kubectl scheduledjob why nightly --at 2026-03-29T01:00:00Z
  kubectl scheduledjob why nightly --at 2026-03-29T03:00:00     # as clocks show it in its time zone)";

constexpr const char* kRunFooter = R"(Examples:
  kubectl scheduledjob run nightly
  kubectl logs -f $(kubectl scheduledjob run nightly)
  kubectl scheduledjob run nightly --wait && echo succeeded)";

constexpr const char* kSuspendFooter = R"(Examples:
  kubectl scheduledjob suspend nightly)";

constexpr const char* kResumeFooter = R"(Examples:
  kubectl scheduledjob resume nightly)";

constexpr const char* kForecastFooter = R"(Examples:
  kubectl scheduledjob forecast -A
  kubectl scheduledjob forecast -n reports --hours 6)";

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

// A command about one ScheduledJob.
CLI::App& add_command_about_one(CLI::App& app, const char* name, const char* description, const char* footer,
                                ClusterDraft& draft) {
  CLI::App& command = add_command(app, name, description, footer);
  OptionSet(command, "What to look at").required("NAME", "The ScheduledJob", into(draft.name));
  declare_cluster(command, draft.cluster, Scope::kNamespace);
  return command;
}

}  // namespace

void declare_cluster_commands(CLI::App& app, ClusterDraft& draft) {
  declare_cluster(
      add_command(app, "list", "List ScheduledJobs with their next run and what became of the last",
                  kListFooter),
      draft.cluster, Scope::kAnyNamespace);
  add_command_about_one(app, "describe", "Tell one's recent runs, what waits, what comes, and what is wrong",
                        kDescribeFooter, draft);
  OptionSet(add_command_about_one(app, "why", "Say why it ran, or did not, at some time", kWhyFooter, draft),
            "When")
      .required("--at", "RFC 3339, or without an offset in the time zone of the ScheduledJob",
                into(draft.at));
  OptionSet(
      add_command_about_one(app, "run", "Start a run by hand, now; prints the Job's name", kRunFooter, draft),
      "How")
      .flag("--wait", "End when the Job has, with exit code 3 unless it succeeded", draft.wait);
  add_command_about_one(app, "suspend", "Start nothing new until it is resumed", kSuspendFooter, draft);
  add_command_about_one(app, "resume", "End a suspension", kResumeFooter, draft);
  CLI::App& forecast =
      add_command(app, "forecast", "Show how many runs come due, and the busiest minutes", kForecastFooter);
  declare_cluster(forecast, draft.cluster, Scope::kAnyNamespace);
  OptionSet(forecast, "When")
      .value("--hours", "N", "24", "How far ahead, 1 to 48", [&draft](const std::string& text) {
        const absl::StatusOr<std::size_t> hours = whole_number(text, 1, kMostHours);
        if (hours.ok()) draft.hours = *hours;
        return hours.status();
      });
}

std::optional<Command> cluster_command(const std::string& name, const ClusterDraft& draft) {
  if (name == "list") return ListCommand{draft.cluster};
  if (name == "describe") return DescribeCommand{draft.cluster, draft.name};
  if (name == "why") return WhyCommand{draft.cluster, draft.name, draft.at};
  if (name == "run") return RunCommand{draft.cluster, draft.name, draft.wait};
  if (name == "suspend" || name == "resume")
    return SuspendCommand{draft.cluster, draft.name, name == "suspend"};
  if (name == "forecast") return ForecastCommand{draft.cluster, draft.hours};
  return std::nullopt;
}

}  // namespace scheduledjob::cli
