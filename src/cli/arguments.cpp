#include "cli/arguments.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "absl/status/status.h"
#include "cli/cluster_options.hpp"
#include "cli/daylight_saving_rules.hpp"
#include "cli/option_set.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

constexpr const char* kVersionText = "kubectl-scheduledjob " SCHEDULEDJOB_VERSION;

constexpr const char* kDescription =
    "Says what a schedule means before a cluster sees it, of ScheduledJobs and CronJobs, and what became of "
    "ScheduledJobs in a cluster.";

constexpr const char* kOffline = "Commands that need no cluster";

constexpr const char* kFooter =
    R"(Every command has examples: kubectl scheduledjob next --help

Exit codes: 0 fine   1 an expression, a manifest or a file is not right   2 wrong usage
            3 a cluster did not do what it was asked)";

constexpr const char* kNextFooter = R"(Examples:
  kubectl scheduledjob next "0 9 * * MON-FRI" --time-zone Europe/Berlin
  kubectl scheduledjob next "30 2 * * *" --time-zone Europe/Berlin --after 2026-03-28T12:00:00Z --count 3
  kubectl scheduledjob next -f nightly.yaml -o json
  kubectl get schj,cronjob -A -o yaml | kubectl scheduledjob next -f - --count 1
  generate-questions | kubectl scheduledjob next --batch)";

constexpr const char* kExplainFooter = R"(Examples:
  kubectl scheduledjob explain "0 0 13 * FRI"
  kubectl scheduledjob explain "30 2 * * *" --time-zone Europe/Berlin --on 2026-03-29
  kubectl scheduledjob explain -f nightly.yaml)";

constexpr const char* kValidateFooter = R"(Examples:
  kubectl scheduledjob validate -f nightly.yaml
  helm template chart/ | kubectl scheduledjob validate -f -)";

constexpr const char* kCompletionFooter = R"(Examples:
  source <(kubectl-scheduledjob completion bash)
  kubectl-scheduledjob completion fish > ~/.config/fish/completions/kubectl-scheduledjob.fish)";

constexpr const char* kConvertFooter = R"(Examples:
  kubectl scheduledjob convert -f cronjob.yaml > scheduledjob.yaml
  kubectl get cronjobs -o yaml | kubectl scheduledjob convert -f - | kubectl diff -f -)";

absl::Status set_count(const std::string& text, std::size_t& count) {
  const absl::StatusOr<std::size_t> number = whole_number(text, 1, kMostInstants);
  if (number.ok()) count = *number;
  return number.status();
}

absl::Status set_instant(const std::string& text, std::optional<schedule::NominalTime>& instant) {
  const auto time = schedule::parse_rfc3339(text);
  if (time.ok()) instant = *time;
  return time.status();
}

absl::Status set_date(const std::string& text, std::optional<std::chrono::year_month_day>& date) {
  const auto midnight = schedule::parse_rfc3339(text + "T00:00:00Z");
  if (!midnight.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not a date from 1970 to 2199 such as 2026-03-29", schedule::quoted(text)));
  }
  date = std::chrono::floor<std::chrono::days>(*midnight);
  return absl::OkStatus();
}

absl::Status set_shell(const std::string& text, Shell& shell) {
  if (text != "bash" && text != "zsh" && text != "fish") {
    return absl::InvalidArgumentError(
        fmt::format("{} is not one of bash, zsh, fish", schedule::quoted(text)));
  }
  shell = text == "bash" ? Shell::kBash : text == "zsh" ? Shell::kZsh : Shell::kFish;
  return absl::OkStatus();
}

absl::Status set_output(const std::string& text, OutputForm& output) {
  if (text != "text" && text != "json") {
    return absl::InvalidArgumentError(fmt::format("{} is not one of text, json", schedule::quoted(text)));
  }
  output = text == "json" ? OutputForm::kJson : OutputForm::kText;
  return absl::OkStatus();
}

// What the command line says, while it is being read.
struct Draft {
  GivenExpression given;
  NextCommand next;
  ExplainCommand explain;
  bool batch = false;
  std::vector<std::string> files;
  ClusterDraft in_cluster;
  CompletionCommand completion;
  std::string zoneinfo_directory;
};

void declare_subject(CLI::App& command, Draft& draft) {
  command.add_option("EXPR", draft.given.expression, "A cron expression or @every DURATION, in quotes")
      ->type_name("")
      ->group("What to look at");
  OptionSet what(command, "What to look at");
  what.files("ScheduledJobs and CronJobs in YAML or JSON; - for standard input", draft.files);
  what.text("--time-zone", "ZONE", "IANA zone in which EXPR is read (default UTC)", draft.given.time_zone);
  what.value("--daylight-saving", "RULES", "RunAfterGap,RunOnce",
             "What becomes of skipped (RunAfterGap or Skip) and of repeated times (RunOnce or RunTwice)",
             [&draft](const std::string& text) { return set_rules(text, draft.given.daylight_saving); });
  what.text("--namespace", "NAME", "Namespace of the object, by which H is spread", draft.given.namespace_);
  what.text("--name", "NAME", "Name of the object, by which H is spread", draft.given.name);
}

void declare_next(CLI::App& app, Draft& draft) {
  CLI::App& command = *app.add_subcommand("next", "List the instants to come");
  command.group(kOffline);
  command.footer(kNextFooter);
  declare_subject(command, draft);
  OptionSet which(command, "Which instants");
  which.value("--after", "TIME", "now", "RFC 3339 with an offset; instants later than this are listed",
              [&draft](const std::string& text) { return set_instant(text, draft.next.after); });
  which.value("--count", "N", "5", "How many, 1 to 1000",
              [&draft](const std::string& text) { return set_count(text, draft.next.count); });
  OptionSet output(command, "How");
  output.value("-o,--output", "text|json", "text", "Form of the answer",
               [&draft](const std::string& text) { return set_output(text, draft.next.output); });
  command
      .add_flag("--batch", draft.batch,
                "Answer questions from standard input, one JSON object a line; see docs/cli.md")
      ->group("How");
}

void declare_explain(CLI::App& app, Draft& draft) {
  CLI::App& command = *app.add_subcommand("explain", "Say in words when something runs, and what surprises");
  command.group(kOffline);
  command.footer(kExplainFooter);
  declare_subject(command, draft);
  OptionSet(command, "How")
      .value("--on", "DATE", "", "Tell what clocks that change on this local date do",
             [&draft](const std::string& text) { return set_date(text, draft.explain.on); });
}

void declare_validate(CLI::App& app, Draft& draft) {
  CLI::App& command = *app.add_subcommand("validate", "Find everything that is wrong with manifests");
  command.group(kOffline);
  command.footer(kValidateFooter);
  OptionSet(command, "What to look at").files("Manifests in YAML or JSON; - for standard input", draft.files);
}

void declare_convert(CLI::App& app, Draft& draft) {
  CLI::App& command = *app.add_subcommand("convert", "Turn CronJobs into ScheduledJobs");
  command.group(kOffline);
  command.footer(kConvertFooter);
  OptionSet(command, "What to look at").files("CronJobs in YAML or JSON; - for standard input", draft.files);
}

void declare_completion(CLI::App& app, Draft& draft) {
  CLI::App& command = *app.add_subcommand("completion", "Print a script that completes this command line");
  command.group(kOffline);
  command.footer(kCompletionFooter);
  OptionSet(command, "For which shell")
      .required("SHELL", "bash, zsh or fish",
                [&draft](const std::string& text) { return set_shell(text, draft.completion.shell); });
}

// What `draft` is filled from when `app` parses.
void declare_all(CLI::App& app, Draft& draft) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();
  app.set_help_flag("-h,--help", "Print this and exit")->group("Other");
  app.set_version_flag("--version", kVersionText, "Print the version and exit")->group("Other");
  OptionSet(app, "Other")
      .text("--zoneinfo-dir", "DIR", "Time zone data to use, like TZDIR (default: the machine's)",
            draft.zoneinfo_directory);
  declare_next(app, draft);
  declare_explain(app, draft);
  declare_validate(app, draft);
  declare_convert(app, draft);
  declare_completion(app, draft);
  declare_cluster_commands(app, draft.in_cluster);
}

CommandOutline outline_of(const CLI::App& app) {
  CommandOutline command{app.get_parent() == nullptr ? "" : app.get_name(), app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      command.positional = option->get_name(true);
      continue;
    }
    std::vector<std::string> names;
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    command.options.push_back(
        {std::move(names), option->get_description(), option->get_items_expected_max() > 0});
  }
  return command;
}

Arguments refused(const std::string& command, std::string_view reason) {
  Arguments arguments;
  arguments.refused = true;
  arguments.output =
      fmt::format("{}\nSee kubectl scheduledjob {}--help.\n", reason, command.empty() ? "" : command + " ");
  return arguments;
}

// The command, or why there is none.
absl::StatusOr<Command> made_of(const std::string& name, Draft draft) {
  if (name == "completion") return draft.completion;
  if (auto command = cluster_command(name, draft.in_cluster)) return *std::move(command);
  const bool has_expression = !draft.given.expression.empty();
  if (name == "next" && draft.batch) {
    if (has_expression || !draft.files.empty()) {
      return absl::InvalidArgumentError(
          "--batch takes its questions from standard input, without EXPR and -f");
    }
    return BatchCommand{};
  }
  if (name == "next" || name == "explain") {
    if (has_expression == !draft.files.empty()) {
      return absl::InvalidArgumentError("Give either EXPR, in quotes, or -f FILE");
    }
    Subject subject;
    if (has_expression) subject.expression = std::move(draft.given);
    subject.files = std::move(draft.files);
    (name == "next" ? draft.next.subject : draft.explain.subject) = std::move(subject);
    if (name == "next") return std::move(draft.next);
    return std::move(draft.explain);
  }
  if (draft.files.empty()) return absl::InvalidArgumentError("-f FILE is required; - means standard input");
  if (name == "validate") return ValidateCommand{std::move(draft.files)};
  return ConvertCommand{std::move(draft.files)};
}

}  // namespace

Arguments parse_arguments(int argc, const char* const* argv) {
  Draft draft;
  CLI::App app(kDescription);
  declare_all(app, draft);

  const auto command_name = [&app] {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? std::string() : chosen.front()->get_name();
  };
  Arguments arguments;
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion&) {
    arguments.output = fmt::format("{}\n", kVersionText);
    return arguments;
  } catch (const CLI::CallForHelp&) {
    arguments.output = app.help();
    return arguments;
  } catch (const CLI::ExtrasError& error) {
    const auto chosen = app.get_subcommands();
    const bool takes_expression = !chosen.empty() && chosen.front()->get_option_no_throw("EXPR") != nullptr;
    return refused(command_name(), fmt::format("{}{}", error.what(),
                                               takes_expression ? " (an expression must be in quotes)" : ""));
  } catch (const CLI::Error& error) {
    return refused(command_name(), error.what());
  }
  arguments.zoneinfo_directory = draft.zoneinfo_directory;
  absl::StatusOr<Command> command = made_of(command_name(), std::move(draft));
  if (!command.ok()) return refused(command_name(), std::string(command.status().message()));
  arguments.command = *std::move(command);
  return arguments;
}

std::vector<CommandOutline> outline() {
  Draft draft;
  CLI::App app(kDescription);
  declare_all(app, draft);
  std::vector<CommandOutline> commands{outline_of(app)};
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(outline_of(*command));
  return commands;
}

}  // namespace scheduledjob::cli
