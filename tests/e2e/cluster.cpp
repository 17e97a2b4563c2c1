#include "e2e/cluster.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

namespace scheduledjob::e2e {
namespace {

std::string tool() {
  return std::string(SOURCE_DIR) + "/tests/controlplane/run";
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

Time parse_time(const std::string& rfc3339) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, used = 0;
  if (std::sscanf(rfc3339.c_str(), "%d-%d-%dT%d:%d:%d%n", &year, &month, &day, &hour, &minute, &second,
                  &used) != 6) {
    throw std::runtime_error("not a time: \"" + rfc3339 + "\"");
  }
  std::chrono::microseconds fraction{0};
  if (rfc3339[static_cast<std::size_t>(used)] == '.') {
    std::string digits = rfc3339.substr(static_cast<std::size_t>(used) + 1, 6);
    while (!digits.empty() && (digits.back() < '0' || digits.back() > '9')) digits.pop_back();
    digits.resize(6, '0');
    fraction = std::chrono::microseconds{std::stoi(digits)};
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + fraction;
}

void eventually(const std::string& what, const std::function<bool()>& holds, std::chrono::seconds patience,
                const std::function<std::string()>& describe) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error(
          fmt::format("not within {} s: {}{}", patience.count(), what, describe ? "\n" + describe() : ""));
    }
    ::poll(nullptr, 0, 100);
  }
}

Cluster& Cluster::shared() {
  static Cluster cluster;
  return cluster;
}

Cluster::Cluster() {
  plane_ = start_tool({"up"}, [this](const std::string& name, const std::string& value) {
    if (name == "DIR") directory_ = value;
    if (name == "KUBECONFIG") kubeconfig_ = value;
    if (name == "AUDIT_LOG") audit_log_ = value;
  });
  kubectl_ = first_line(run({tool(), "path", "kubectl"}).output);
  operator_kubeconfig_ = kubeconfig_;
  const char* faults = std::getenv("SCHEDULEDJOB_E2E_FAULTS");
  if (faults != nullptr && *faults != '\0' && faults != std::string("none")) start_proxy(faults);
}

Cluster::~Cluster() {
  // The proxy first: it tells what it did.
  for (Process* each : {proxy_.get(), plane_.get()}) {
    if (each == nullptr) continue;
    each->signal(SIGTERM);
    try {
      each->wait(std::chrono::seconds{30});
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
}

std::unique_ptr<Process> Cluster::start_tool(
    const std::vector<std::string>& arguments,
    const std::function<void(const std::string& name, const std::string& value)>& said) {
  std::vector<std::string> command{tool()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.push_back("--watch-parent");
  auto started = std::make_unique<Process>(command, "");
  while (const auto line = started->next_line(std::chrono::minutes{45})) {
    if (*line == "READY") return started;
    const std::size_t equals = line->find('=');
    if (equals != std::string::npos) said(line->substr(0, equals), line->substr(equals + 1));
  }
  throw std::runtime_error(fmt::format("{} {} did not get ready", tool(), fmt::join(arguments, " ")));
}

void Cluster::start_proxy(const std::string& faults) {
  std::vector<std::string> command{"proxy", "--dir", directory_, "--mix", faults};
  if (const char* seed = std::getenv("SCHEDULEDJOB_E2E_SEED"); seed != nullptr && *seed != '\0') {
    command.insert(command.end(), {"--seed", seed});
  }
  proxy_ = start_tool(command, [&](const std::string& name, const std::string& value) {
    if (name == "KUBECONFIG") operator_kubeconfig_ = value;
    if (name == "SEED") std::cerr << fmt::format("operators meet faults: {}, seed {}\n", faults, value);
  });
}

Finished Cluster::try_kubectl(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), {kubectl_, "--kubeconfig", kubeconfig_});
  return run(arguments, input);
}

std::string Cluster::kubectl(std::vector<std::string> arguments, const std::string& input) {
  const std::string what = fmt::format("kubectl {}", fmt::join(arguments, " "));
  Finished finished = try_kubectl(std::move(arguments), input);
  if (finished.exit_code != 0) throw std::runtime_error(what + ": " + finished.errors);
  return finished.output;
}

void Cluster::apply(const std::string& manifest, const std::string& namespace_) {
  kubectl({"apply", "-n", namespace_, "-f", "-"}, manifest);
}

Json Cluster::get(const std::string& resource, const std::string& namespace_, const std::string& name) {
  const std::string text =
      kubectl({"get", resource, name, "-n", namespace_, "-o", "json", "--ignore-not-found"});
  return text.empty() ? Json::object() : Json::parse(text);
}

std::vector<Json> Cluster::list(const std::string& resource, const std::string& namespace_) {
  return Json::parse(kubectl({"get", resource, "-n", namespace_, "-o", "json"}))
      .at("items")
      .get<std::vector<Json>>();
}

void Cluster::install_crds() {
  kubectl({"apply", "-f", std::string(SOURCE_DIR) + "/crds"});
  // kubectl wait takes a definition that has no condition yet for an error.
  eventually("the definition is established", [this] {
    return try_kubectl(
               {"wait", "--for=condition=Established", "crd/scheduledjobs.scheduledjob.dev", "--timeout=30s"})
               .exit_code == 0;
  });
}

std::vector<AuditEvent> Cluster::audit(const std::string& namespace_) {
  std::vector<AuditEvent> events;
  std::ifstream file(audit_log_);
  for (std::string line; std::getline(file, line);) {
    const Json entry = Json::parse(line, nullptr, false);
    if (entry.is_discarded() || !entry.contains("objectRef"))
      continue;  // the last line may still be being written
    const Json& reference = entry["objectRef"];
    if (reference.value("namespace", "") != namespace_) continue;
    if (entry.value("requestURI", "").find("dryRun=All") != std::string::npos) continue;  // has done nothing
    AuditEvent event;
    event.verb = entry.value("verb", "");
    event.resource = reference.value("resource", "");
    if (reference.contains("subresource")) event.resource += "/" + reference.value("subresource", "");
    event.namespace_ = namespace_;
    event.name = reference.value("name", "");
    event.code = entry.contains("responseStatus") ? entry["responseStatus"].value("code", 0) : 0;
    event.received = parse_time(entry.value("requestReceivedTimestamp", ""));
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<AuditEvent> Cluster::created_jobs(const std::string& namespace_) {
  std::vector<AuditEvent> created;
  for (AuditEvent& event : audit(namespace_)) {
    if (event.verb == "create" && event.resource == "jobs" && event.code == 201)
      created.push_back(std::move(event));
  }
  return created;
}

}  // namespace scheduledjob::e2e
