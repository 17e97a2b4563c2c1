// What commands ask a cluster for. They decide and write by themselves; this only talks.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "api/job.hpp"
#include "api/scheduled_job.hpp"
#include "cli/cli.hpp"
#include "cli/connection.hpp"
#include "kube/client.hpp"

namespace scheduledjob::cli {

// An object, and the text it came in.
struct Stored {
  api::ScheduledJob object;
  std::string json;
};

// Calls block. Errors: those of kube::Client, with what to do about them and where the cluster was found.
class Cluster {
 public:
  static absl::StatusOr<Cluster> connect(const ClusterChoice& choice, const Connect& connect);

  // Those of the namespace or, by the choice, of all namespaces; in the order of the API server, which is
  // that of namespaces and names. One that cannot be read at all is an error: the server and this program
  // disagree.
  absl::StatusOr<std::vector<api::ScheduledJob>> scheduled_jobs();

  absl::StatusOr<Stored> scheduled_job(const std::string& name);

  // What is written is written in the name of this program, not of the operator: the manager of the fields is
  // kubectl-scheduledjob.
  absl::Status patch_scheduled_job(const std::string& name, std::string merge_patch);
  absl::Status create_job(std::string manifest);

  absl::StatusOr<api::Job> job(const std::string& name);

  bool all_namespaces() const { return all_namespaces_; }
  // "the namespace reports", "any namespace".
  std::string place() const;

 private:
  Cluster(Connection connection, const ClusterChoice& choice);
  absl::Status write(kube::Method method, const std::string& target, const char* content_type,
                     std::string body);
  absl::Status explained(const absl::Status& error) const;

  Connection connection_;
  kube::Client client_;
  std::string namespace_;
  bool all_namespaces_;
};

// Says why a cluster did not do what it was asked.
ExitCode report(const absl::Status& error, std::ostream& err);

}  // namespace scheduledjob::cli
