// The commands that talk to a cluster, on the command line. Private to the reading of it: includes CLI11.
#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "cli/arguments.hpp"

namespace scheduledjob::cli {

// What the command line says about them, while it is being read.
struct ClusterDraft {
  ClusterChoice cluster;
  std::string name;
  std::string at;
  bool wait = false;
  std::size_t hours = 24;
};

// `draft` is filled when `app` parses, and must live until then.
void declare_cluster_commands(CLI::App& app, ClusterDraft& draft);

// Nothing when no command that talks to a cluster has this name.
std::optional<Command> cluster_command(const std::string& name, const ClusterDraft& draft);

}  // namespace scheduledjob::cli
