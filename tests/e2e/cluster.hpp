// A real control plane, spoken to as users do: through kubectl. And its audit log, the clock that neither
// side can bend.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "e2e/process.hpp"

namespace scheduledjob::e2e {

using Json = nlohmann::json;
using Time = std::chrono::sys_time<std::chrono::microseconds>;

Time parse_time(const std::string& rfc3339);

// Tries until `holds` is true. On failure throws std::runtime_error with `what` and the text that `describe`
// gives.
void eventually(const std::string& what, const std::function<bool()>& holds,
                std::chrono::seconds patience = std::chrono::seconds{180},
                const std::function<std::string()>& describe = {});

// One request as the API server's audit log tells it.
struct AuditEvent {
  std::string verb;
  std::string resource;  // "jobs", "jobs/status", "scheduledjobs/status"
  std::string namespace_;
  std::string name;
  int code = 0;
  Time received{};
};

class Cluster {
 public:
  // The one that all tests of this program share; started at first use, gone with the program.
  static Cluster& shared();

  Cluster();
  ~Cluster();

  // Straight to the API server.
  const std::string& kubeconfig() const { return kubeconfig_; }
  // The way operators take: through a proxy with the faults that $SCHEDULEDJOB_E2E_FAULTS names, or straight
  // when it is empty or "none".
  const std::string& operator_kubeconfig() const { return operator_kubeconfig_; }
  bool operators_meet_faults() const { return proxy_ != nullptr; }
  const std::string& directory() const { return directory_; }

  // Exit code and texts, whatever they are.
  Finished try_kubectl(std::vector<std::string> arguments, const std::string& input = {});
  // Standard output; throws std::runtime_error with what kubectl said when it fails.
  std::string kubectl(std::vector<std::string> arguments, const std::string& input = {});

  void apply(const std::string& manifest, const std::string& namespace_);
  // {} when there is no such object.
  Json get(const std::string& resource, const std::string& namespace_, const std::string& name);
  std::vector<Json> list(const std::string& resource, const std::string& namespace_);

  void install_crds();

  std::vector<AuditEvent> audit(const std::string& namespace_);
  // The creates of Jobs that the API server accepted, in order.
  std::vector<AuditEvent> created_jobs(const std::string& namespace_);

 private:
  // Starts a program of tests/controlplane/run and gives each line "NAME=value" that it prints before READY.
  static std::unique_ptr<Process> start_tool(
      const std::vector<std::string>& arguments,
      const std::function<void(const std::string& name, const std::string& value)>& said);
  void start_proxy(const std::string& faults);

  std::unique_ptr<Process> plane_;
  std::unique_ptr<Process> proxy_;  // of operators; null without faults
  std::string directory_;
  std::string kubeconfig_;
  std::string operator_kubeconfig_;
  std::string audit_log_;
  std::string kubectl_;
};

}  // namespace scheduledjob::e2e
