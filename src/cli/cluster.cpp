#include "cli/cluster.hpp"

#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "api/codec.hpp"
#include "cli/terminal_text.hpp"
#include "kube/target.hpp"
#include "kube/wire.hpp"

namespace scheduledjob::cli {
namespace {

constexpr char kFieldManager[] = "kubectl-scheduledjob";
constexpr int kPageSize = 250;

const kube::ResourceKind& scheduled_job_kind() {
  static const kube::ResourceKind kind{fmt::format("/apis/{}", api::kApiVersion), "scheduledjobs"};
  return kind;
}

const kube::ResourceKind& job_kind() {
  static const kube::ResourceKind kind{"/apis/batch/v1", "jobs"};
  return kind;
}

// The API server says one of these of a kind that it does not know, and of nothing else: the second where it
// knows nothing of the whole group.
bool is_unknown_kind(const absl::Status& error) {
  const std::string message(error.message());
  return absl::IsNotFound(error) && (message.find("could not find the requested resource") != message.npos ||
                                     message.find("404 page not found") != message.npos);
}

}  // namespace

absl::StatusOr<Cluster> Cluster::connect(const ClusterChoice& choice, const Connect& connect) {
  absl::StatusOr<Connection> connection = connect(choice);
  if (!connection.ok()) return connection.status();
  return Cluster(*std::move(connection), choice);
}

Cluster::Cluster(Connection connection, const ClusterChoice& choice)
    : connection_(std::move(connection)),
      client_(*connection_.transport),
      namespace_(choice.namespace_.empty() ? connection_.default_namespace : choice.namespace_),
      all_namespaces_(choice.all_namespaces) {}

absl::StatusOr<std::vector<api::ScheduledJob>> Cluster::scheduled_jobs() {
  const std::string collection = scheduled_job_kind().collection(all_namespaces_ ? "" : namespace_);
  std::vector<api::ScheduledJob> found;
  kube::ListPage page;
  do {
    std::string target = kube::with_query(collection, "limit", std::to_string(kPageSize));
    if (!page.continue_token.empty())
      target = kube::with_query(std::move(target), "continue", page.continue_token);
    absl::StatusOr<std::string> json = client_.get(target);
    if (!json.ok()) return explained(json.status());
    absl::Status unreadable;
    absl::StatusOr<kube::ListPage> next = kube::read_list(*json, [&](std::string_view item) {
      absl::StatusOr<api::ScheduledJob> object = api::decode_scheduled_job(item);
      if (object.ok()) {
        found.push_back(*std::move(object));
      } else {
        unreadable.Update(object.status());
      }
    });
    if (!next.ok()) return explained(next.status());
    if (!unreadable.ok()) return explained(unreadable);
    if (!next->continue_token.empty() && next->continue_token == page.continue_token) {
      return explained(absl::InternalError("the list of ScheduledJobs does not end"));
    }
    page = *std::move(next);
  } while (!page.continue_token.empty());
  return found;
}

absl::StatusOr<Stored> Cluster::scheduled_job(const std::string& name) {
  absl::StatusOr<std::string> json = client_.get(scheduled_job_kind().object(namespace_, name));
  if (!json.ok()) return explained(json.status());
  absl::StatusOr<api::ScheduledJob> object = api::decode_scheduled_job(*json);
  if (!object.ok()) return explained(object.status());
  return Stored{*std::move(object), *std::move(json)};
}

absl::Status Cluster::patch_scheduled_job(const std::string& name, std::string merge_patch) {
  return write(kube::Method::kPatch, scheduled_job_kind().object(namespace_, name),
               "application/merge-patch+json", std::move(merge_patch));
}

absl::Status Cluster::create_job(std::string manifest) {
  return write(kube::Method::kPost, job_kind().collection(namespace_), "application/json",
               std::move(manifest));
}

absl::StatusOr<api::Job> Cluster::job(const std::string& name) {
  const absl::StatusOr<std::string> json = client_.get(job_kind().object(namespace_, name));
  if (!json.ok()) return explained(json.status());
  return api::decode_job(*json);
}

absl::Status Cluster::write(kube::Method method, const std::string& target, const char* content_type,
                            std::string body) {
  kube::Request request;
  request.method = method;
  request.target = kube::with_query(target, "fieldManager", kFieldManager);
  request.content_type = content_type;
  request.body = std::move(body);
  const absl::StatusOr<kube::Response> response = connection_.transport->send(request);
  if (!response.ok()) return explained(response.status());
  if (response->status / 100 != 2) return explained(kube::status_from_response(*response));
  return absl::OkStatus();
}

std::string Cluster::place() const {
  return all_namespaces_ ? "any namespace" : fmt::format("the namespace {}", namespace_);
}

absl::Status Cluster::explained(const absl::Status& error) const {
  std::string text(error.message());
  if (is_unknown_kind(error)) {
    text = "it knows no ScheduledJobs: install crds/, as docs/install.md tells";
  }
  absl::Status status(error.code(), fmt::format("{} (cluster of {})", text, connection_.source));
  error.ForEachPayload(
      [&status](absl::string_view url, const absl::Cord& payload) { status.SetPayload(url, payload); });
  return status;
}

ExitCode report(const absl::Status& error, std::ostream& err) {
  err << printable(std::string(error.message())) << '\n';
  return kRefused;
}

}  // namespace scheduledjob::cli
