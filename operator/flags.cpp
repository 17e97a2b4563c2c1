#include "flags.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "flag_values.hpp"

namespace scheduledjob::program {
namespace {

using runtime::ExitCode;
using runtime::Settings;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kVersionText =
    "scheduledjob-operator " SCHEDULEDJOB_VERSION " (" SCHEDULEDJOB_BUILD ")";

constexpr const char* kDescription =
    "Runs ScheduledJobs (scheduledjob.dev/v1): creates their Jobs at their time, and records what became of "
    "each.";

constexpr const char* kFooter =
    R"(A flag wins over its environment variable. Periods are whole numbers with a unit: 500ms, 15s, 2m, 1h, 7d.

Exit codes: 0 stopped as asked (SIGTERM, SIGINT)    1 cannot start, and waiting would not help
            2 wrong flags                           3 leadership lost
            4 stuck: something hung, or not everything was written in time
A second signal ends the process at once, with 128 + its number.)";

// "--lease-name" → "SCHEDULEDJOB_LEASE_NAME"
std::string variable_of(std::string_view flag) {
  std::string variable = "SCHEDULEDJOB_";
  for (const char c : flag.substr(2)) {
    variable += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return variable;
}

// Two columns; what is optional, default and environment variable included, is part of the description.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(34); }
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: scheduledjob-operator [FLAGS]\n";
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return type.empty() ? "" : " " + type;
  }
  std::string make_option_desc(const CLI::Option* option) const override {
    std::string text = option->get_description();
    if (!option->get_default_str().empty()) text += fmt::format(" (default {})", option->get_default_str());
    if (!option->get_envname().empty()) text += fmt::format("\n${}", option->get_envname());
    return text;
  }
};

// Declares flags, group by group. Each converts by itself, so that a value from the environment is checked as
// one from the command line is (CLI11's own validators drop a bad variable silently).
class FlagSet {
 public:
  explicit FlagSet(CLI::App& app) : app_(app) {}

  void group(std::string name) { group_ = std::move(name); }

  using Convert = std::function<absl::Status(const std::string&)>;
  void value(const std::string& flag, const char* type, const std::string& shown_default,
             const char* description, Convert convert) {
    const std::string variable = variable_of(flag);
    const auto checked = [flag, variable, convert = std::move(convert)](const std::string& text) {
      if (const absl::Status status = convert(text); !status.ok()) {
        throw CLI::ValidationError(
            fmt::format("{} (${})", flag, variable),
            fmt::format("\"{}\" is not allowed: {}", text.substr(0, 200), std::string(status.message())));
      }
    };
    app_.add_option_function<std::string>(flag, checked, description)
        ->type_name(type)
        ->default_str(shown_default)
        ->envname(variable)
        ->group(group_);
  }

  void text(const std::string& flag, const char* type, const char* description, std::string& target) {
    value(flag, type, target, description, [&target](const std::string& text) {
      if (text.empty() || text.size() > 4096)
        return absl::InvalidArgumentError("must have 1 to 4096 characters");
      target = text;
      return absl::OkStatus();
    });
  }

  void name(const std::string& flag, const char* description, bool dots, std::string& target) {
    value(flag, "NAME", target, description, [dots, &target](const std::string& text) {
      const auto name = parse_object_name(text, dots);
      if (name.ok()) target = *name;
      return name.status();
    });
  }

  template <typename Number>
  void number(const std::string& flag, const char* description, std::int64_t least, std::int64_t most,
              Number& target) {
    value(flag, "NUMBER", std::to_string(target), description,
          [least, most, &target](const std::string& text) {
            const auto number = parse_number(text, least, most);
            if (number.ok()) target = static_cast<Number>(*number);
            return number.status();
          });
  }

  // A period in whole units of `Duration`.
  template <typename Duration>
  void period(const std::string& flag, const char* description, Duration least, Duration most,
              Duration& target) {
    value(flag, "PERIOD", format_period(target), description,
          [least, most, &target](const std::string& text) {
            const auto period = parse_period(text, least, most);
            if (!period.ok()) return period.status();
            target = std::chrono::duration_cast<Duration>(*period);
            if (target != *period) return absl::InvalidArgumentError("must be whole seconds");
            return absl::OkStatus();
          });
  }

  template <typename Enum>
  void choice(const std::string& flag, const char* type, const char* shown_default, const char* description,
              std::vector<std::pair<std::string, Enum>> choices, Enum& target) {
    value(flag, type, shown_default, description,
          [type, choices = std::move(choices), &target](const std::string& text) {
            for (const auto& [name, meaning] : choices) {
              if (name != text) continue;
              target = meaning;
              return absl::OkStatus();
            }
            return absl::InvalidArgumentError(fmt::format("must be one of {}", type));
          });
  }

  void on_or_off(const std::string& flag, const char* description, bool& target) {
    choice<bool>(flag, "true|false", target ? "true" : "false", description,
                 {{"true", true}, {"false", false}}, target);
  }

 private:
  CLI::App& app_;
  std::string group_;
};

void declare_flags(FlagSet& flags, Settings& settings) {
  flags.group("Cluster");
  flags.text("--kubeconfig", "PATH",
             "Credentials; without it $KUBECONFIG, the pod's service account, ~/.kube/config, in this order",
             settings.kubeconfig);
  flags.text("--context", "NAME", "Context of the kubeconfig; without it the current one", settings.context);
  flags.value("--namespaces", "NAME,...", "", "Serve these namespaces only, at most 64; without it all",
              [&settings](const std::string& text) {
                auto namespaces = parse_namespaces(text);
                if (namespaces.ok()) settings.namespaces = *std::move(namespaces);
                return namespaces.status();
              });

  flags.group("Leadership");
  flags.on_or_off("--leader-elect", "Take part in an election, so that of several replicas one works",
                  settings.leader_elect);
  flags.name("--lease-name", "Lease that the replicas share", true, settings.lease_name);
  flags.name("--lease-namespace",
             "Its namespace; without it the one of the pod or of the kubeconfig's context", false,
             settings.lease_namespace);
  flags.text("--identity", "TEXT",
             "Name of this replica in the Lease; without it host name and a random suffix",
             settings.identity);
  flags.period<milliseconds>("--lease-duration", "A leader silent for so long is replaced; whole seconds",
                             seconds(2), minutes(10), settings.lease_duration);
  flags.period<milliseconds>("--lease-renew-deadline", "A leader that could not renew for so long gives up",
                             seconds(1), minutes(10), settings.lease_renew_deadline);
  flags.period<milliseconds>("--lease-retry-period", "Pause between attempts to take or renew the Lease",
                             milliseconds(100), minutes(1), settings.lease_retry_period);

  flags.group("Writing");
  flags.number(
      "--max-in-flight",
      "The most writes to the API server under way at once, 1 to 512; how many help is found by trying", 1,
      512, settings.max_in_flight);
  flags.period<seconds>("--create-timeout", "The API server gives up on creating a Job after it", seconds(1),
                        seconds(30), settings.create_timeout);
  flags.period<seconds>("--ttl-margin",
                        "Jobs carry their ttlSecondsAfterFinished plus this, in case the operator is away",
                        seconds(0), hours(24 * 365), settings.ttl_margin);
  flags.number("--http-client-threads", "Threads of the HTTP client, 1 to 16; one costs least", 1, 16,
               settings.http_client_threads);

  flags.group("Time zones");
  flags.text("--zoneinfo-dir", "DIR",
             "Directory of IANA time zone data; without it $TZDIR, /usr/share/zoneinfo, in this order",
             settings.zoneinfo_dir);

  flags.group("Health and metrics");
  flags.value("--listen", "HOST:PORT", fmt::format("{}:{}", settings.listen_host, settings.listen_port),
              "Address of /healthz, /readyz and /metrics; port 0 takes a free one and logs it",
              [&settings](const std::string& text) {
                auto address = parse_listen_address(text);
                if (!address.ok()) return address.status();
                settings.listen_host = std::move(address->host);
                settings.listen_port = address->port;
                return absl::OkStatus();
              });

  flags.group("Logs and shutdown");
  flags.choice<runtime::LogFormat>("--log-format", "text|json", "text", "Form of the lines on stderr",
                                   {{"text", runtime::LogFormat::kText}, {"json", runtime::LogFormat::kJson}},
                                   settings.log_format);
  flags.choice<runtime::LogLevel>("--log-level", "debug|info|warning|error", "info",
                                  "The least important to be logged",
                                  {{"debug", runtime::LogLevel::kDebug},
                                   {"info", runtime::LogLevel::kInfo},
                                   {"warning", runtime::LogLevel::kWarning},
                                   {"error", runtime::LogLevel::kError}},
                                  settings.log_level);
  flags.period<seconds>("--shutdown-grace", "Time to finish writing after the first signal", seconds(1),
                        hours(1), settings.shutdown_grace);
}

// What no single flag can tell; empty when all is well.
std::string contradiction(const Settings& settings) {
  if (settings.lease_duration % seconds(1) != milliseconds(0))
    return "--lease-duration must be whole seconds";
  if (settings.lease_renew_deadline >= settings.lease_duration) {
    return "--lease-renew-deadline must be shorter than --lease-duration, or two replicas could lead at once";
  }
  // As in client-go: a retry is delayed by up to a fifth at random.
  if (settings.lease_retry_period * 12 / 10 >= settings.lease_renew_deadline) {
    return "--lease-retry-period times 1.2 must be shorter than --lease-renew-deadline, or a single failure "
           "ends the leadership";
  }
  return {};
}

ParsedFlags refused(const std::string& reason) {
  return {std::nullopt, fmt::format("scheduledjob-operator: {}\nSee --help.\n", reason), ExitCode::kBadFlags};
}

}  // namespace

ParsedFlags parse_flags(int argc, const char* const* argv) {
  Settings settings;
  CLI::App app(kDescription);
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(kFooter);
  app.set_help_flag("-h,--help", "Print this and exit")->group("Other");
  app.set_version_flag("--version", kVersionText, "Print the version and exit")->group("Other");
  FlagSet flags(app);
  declare_flags(flags, settings);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForVersion&) {
    return {std::nullopt, fmt::format("{}\n", kVersionText)};
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, app.help()};
  } catch (const CLI::Error& error) {
    return refused(error.what());
  }
  if (const std::string reason = contradiction(settings); !reason.empty()) return refused(reason);
  return {std::move(settings), {}};
}

}  // namespace scheduledjob::program
