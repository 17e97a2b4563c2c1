#include "e2e/scenario.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <signal.h>

namespace scheduledjob::e2e {
namespace {

std::string next_log_file() {
  static int number = 0;
  return fmt::format("{}/operator-{}.log", Cluster::shared().directory(), ++number);
}

std::vector<std::string> operator_command(const std::vector<std::string>& more_flags) {
  std::vector<std::string> command{OPERATOR_BINARY, "--listen",    "127.0.0.1:0", "--lease-namespace",
                                   "default",       "--log-level", "debug"};
  command.insert(command.end(), more_flags.begin(), more_flags.end());
  if (std::find(more_flags.begin(), more_flags.end(), "--kubeconfig") == more_flags.end()) {
    command.insert(command.end(), {"--kubeconfig", Cluster::shared().operator_kubeconfig()});
  }
  return command;
}

}  // namespace

std::int64_t run_count(const Json& status, const std::string& how) {
  return status.value("runCounts", Json::object()).value(how, std::int64_t{0});
}

Time time_in_name(const std::string& job_name) {
  // <owner>-YYYYMMDD-HHMMSS-<hash>
  const std::size_t hash = job_name.rfind('-');
  const std::string text = job_name.substr(hash - 15, 15);
  return parse_time(fmt::format("{}-{}-{}T{}:{}:{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2),
                                text.substr(9, 2), text.substr(11, 2), text.substr(13, 2)) +
                    "Z");
}

Operator::Operator(std::vector<std::string> more_flags)
    : process_(operator_command(more_flags), next_log_file()) {}

void Operator::await_ready() {
  await_line("Caches are synced");
}

void Operator::await_leading() {
  await_line("Schedules are in force");
}

void Operator::await_line(const std::string& line) {
  eventually(
      "the operator says: " + line,
      [&] {
        if (log().find(line) != std::string::npos) return true;
        if (process_.running()) return false;
        throw std::runtime_error(fmt::format("the operator ended with {} before it said: {}\n{}",
                                             process_.wait(std::chrono::seconds{0}), line, log()));
      },
      std::chrono::seconds{180}, [this] { return log(); });
}

void Scenario::SetUp() {
  static int number = 0;
  namespace_ = fmt::format("e2e-{}", ++number);
  cluster().kubectl({"create", "namespace", namespace_});
}

void Scenario::TearDown() {
  if (HasFailure()) {
    for (const auto& each : operators_) GTEST_LOG_(INFO) << "operator log:\n" << each->log();
  }
  end_operators();
  cluster().try_kubectl({"delete", "namespace", namespace_, "--wait=false"});
}

Operator& Scenario::start_operator(std::vector<std::string> more_flags) {
  operators_.push_back(std::make_unique<Operator>(std::move(more_flags)));
  return *operators_.back();
}

void Scenario::end_operators() {
  for (const auto& each : operators_) each->process().signal(SIGTERM);
  for (const auto& each : operators_) each->process().wait(std::chrono::seconds{40});
  operators_.clear();
}

void Scenario::schedule(const std::string& name, const std::string& spec,
                        const std::vector<std::string>& pod_annotations) {
  std::string annotations = "{}";
  if (!pod_annotations.empty()) annotations = fmt::format("{{{}}}", fmt::join(pod_annotations, ", "));
  cluster().apply(fmt::format(R"(apiVersion: scheduledjob.dev/v1
kind: ScheduledJob
metadata:
  name: {}
spec:
{}
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        metadata:
          annotations: {}
        spec:
          restartPolicy: Never
          containers:
          - name: main
            image: busybox:1.37.0
)",
                              name, spec, annotations),
                  ns());
}

void Scenario::patch(const std::string& name, const std::string& merge_patch) {
  cluster().kubectl({"patch", "scheduledjob", name, "-n", ns(), "--type=merge", "-p", merge_patch});
}

Json Scenario::object(const std::string& name) {
  return cluster().get("scheduledjob", ns(), name);
}

Json Scenario::status(const std::string& name) {
  return object(name).value("status", Json::object());
}

Json Scenario::condition(const std::string& name, const std::string& type) {
  for (const Json& each : status(name).value("conditions", Json::array())) {
    if (each["type"] == type) return each;
  }
  return Json::object();
}

std::vector<Json> Scenario::jobs() {
  return cluster().list("jobs", ns());
}

void Scenario::await_status(const std::string& name, const std::string& what,
                            const std::function<bool(const Json&)>& holds, std::chrono::seconds patience) {
  eventually(
      fmt::format("{}: {}", name, what), [&] { return holds(status(name)); }, patience,
      [&] {
        std::string text = object(name).dump(2);
        for (const auto& each : operators_) text += "\noperator log:\n" + each->log();
        return text;
      });
}

std::vector<Time> Scenario::created(const std::string& name) {
  std::vector<Time> times;
  for (const AuditEvent& event : cluster().created_jobs(ns())) {
    if (event.name.starts_with(name + "-20")) times.push_back(time_in_name(event.name));
  }
  return times;
}

void Scenario::expect_never_early_never_twice() {
  std::map<std::string, int> times_created;
  for (const AuditEvent& event : cluster().created_jobs(ns())) {
    EXPECT_GE(event.received, time_in_name(event.name)) << event.name << " was created early";
    EXPECT_EQ(++times_created[event.name], 1) << event.name << " was created twice";
  }
}

}  // namespace scheduledjob::e2e
