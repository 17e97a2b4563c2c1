#include "cli/completion.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include "cli/cluster.hpp"
#include "cli/terminal_text.hpp"

namespace scheduledjob::cli {
namespace {

constexpr std::string_view kBash = R"SCRIPT(# bash completion of kubectl-scheduledjob
__kubectl_scheduledjob() {
  local IFS=$'\n' line
  COMPREPLY=()
  for line in $(kubectl-scheduledjob __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); do
    [[ $line == :* ]] || COMPREPLY+=("${line%%$'\t'*}")
  done
}
complete -o default -F __kubectl_scheduledjob kubectl-scheduledjob
)SCRIPT";

constexpr std::string_view kZsh = R"SCRIPT(#compdef kubectl-scheduledjob
_kubectl_scheduledjob() {
  local -a candidates
  local line
  for line in ${(f)"$(kubectl-scheduledjob __complete "${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
    [[ $line == :* ]] || candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  _describe kubectl-scheduledjob candidates || _files
}
compdef _kubectl_scheduledjob kubectl-scheduledjob
)SCRIPT";

constexpr std::string_view kFish = R"SCRIPT(# fish completion of kubectl-scheduledjob
function __kubectl_scheduledjob
  set -l words (commandline -opc) (commandline -ct)
  kubectl-scheduledjob __complete $words[2..] 2>/dev/null | string match -v ':*'
end
complete -c kubectl-scheduledjob -a '(__kubectl_scheduledjob)'
)SCRIPT";

// Of kubectl's protocol: whether the shell may offer files where nothing else fits.
constexpr std::string_view kFilesToo = ":0";
constexpr std::string_view kNoFiles = ":4";

const OptionOutline* option_named(const CommandOutline& command, std::string_view name) {
  const auto found =
      std::find_if(command.options.begin(), command.options.end(), [name](const OptionOutline& option) {
        return std::find(option.names.begin(), option.names.end(), name) != option.names.end();
      });
  return found == command.options.end() ? nullptr : &*found;
}

// The words before the last one, as far as they matter.
class Before {
 public:
  Before(const std::vector<std::string>& words, const std::vector<CommandOutline>& commands)
      : command_(&commands.front()) {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) read(words[i], commands);
  }

  const CommandOutline& command() const { return *command_; }
  bool has_command() const { return has_command_; }
  bool has_positional() const { return has_positional_; }
  // The option whose value comes next, or null.
  const OptionOutline* awaiting() const { return awaiting_; }
  const ClusterChoice& cluster() const { return cluster_; }

 private:
  void read(const std::string& word, const std::vector<CommandOutline>& commands) {
    if (awaiting_ != nullptr) {
      take_value(*std::exchange(awaiting_, nullptr), word);
    } else if (word.starts_with('-')) {
      const std::size_t equals = word.find('=');
      const OptionOutline* option = option_named(*command_, word.substr(0, equals));
      if (option == nullptr || !option->takes_value) return;
      if (equals == std::string::npos) {
        awaiting_ = option;
      } else {
        take_value(*option, word.substr(equals + 1));
      }
    } else if (has_command_) {
      has_positional_ = true;
    } else {
      const auto found =
          std::find_if(commands.begin() + 1, commands.end(),
                       [&word](const CommandOutline& command) { return command.name == word; });
      if (found != commands.end()) command_ = &*found;
      has_command_ = true;
    }
  }

  void take_value(const OptionOutline& option, const std::string& value) {
    const std::string& name = option.names.back();
    if (name == "--kubeconfig") cluster_.kubeconfig = value;
    if (name == "--context") cluster_.context = value;
    if (name == "--namespace") cluster_.namespace_ = value;
  }

  const CommandOutline* command_;
  const OptionOutline* awaiting_ = nullptr;
  bool has_command_ = false;
  bool has_positional_ = false;
  ClusterChoice cluster_;
};

std::vector<Candidate> all_candidates(const Before& before, const std::vector<CommandOutline>& commands,
                                      std::string_view last, const NamesOf& names_of) {
  std::vector<Candidate> all;
  const CommandOutline& command = before.command();
  if (before.awaiting() != nullptr) return all;
  if (last.starts_with('-')) {
    for (const OptionOutline& option : command.options)
      all.push_back({option.names.back(), option.description});
  } else if (!before.has_command()) {
    for (auto each = commands.begin() + 1; each != commands.end(); ++each) {
      all.push_back({each->name, each->description});
    }
  } else if (command.positional == "NAME" && !before.has_positional()) {
    for (const std::string& name : names_of(before.cluster())) all.push_back({name, "ScheduledJob"});
  } else if (command.positional == "SHELL" && !before.has_positional()) {
    for (const char* shell : {"bash", "zsh", "fish"}) all.push_back({shell, "shell"});
  }
  return all;
}

}  // namespace

std::vector<Candidate> candidates(const std::vector<std::string>& words, const NamesOf& names_of) {
  const std::vector<CommandOutline> commands = outline();
  const std::string last = words.empty() ? std::string() : words.back();
  std::vector<Candidate> all = all_candidates(Before(words, commands), commands, last, names_of);
  std::erase_if(all, [&last](const Candidate& candidate) { return !candidate.word.starts_with(last); });
  return all;
}

ExitCode run_complete(const std::vector<std::string>& words, std::ostream& out,
                      const Surroundings& surroundings) {
  const auto names_of = [&surroundings](const ClusterChoice& choice) {
    std::vector<std::string> names;
    absl::StatusOr<Cluster> cluster = Cluster::connect(choice, surroundings.connect);
    if (!cluster.ok()) return names;
    const auto objects = cluster->scheduled_jobs();
    if (!objects.ok()) return names;
    for (const api::ScheduledJob& object : *objects) names.push_back(printable(object.metadata.key.name));
    return names;
  };
  const std::vector<Candidate> found = candidates(words, names_of);
  for (const Candidate& candidate : found) out << candidate.word << '\t' << candidate.description << '\n';
  out << (found.empty() ? kFilesToo : kNoFiles) << '\n';
  return kFine;
}

std::string_view completion_script(Shell shell) {
  switch (shell) {
    case Shell::kBash:
      return kBash;
    case Shell::kZsh:
      return kZsh;
    case Shell::kFish:
      return kFish;
  }
  return {};
}

}  // namespace scheduledjob::cli
