#include "runtime/startup.hpp"

#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "absl/status/statusor.h"
#include "api/scheduled_job.hpp"
#include "kube/errors.hpp"
#include "runtime/resources.hpp"

namespace scheduledjob::runtime {
namespace {

constexpr std::chrono::seconds kListTimeout{10};
constexpr std::chrono::seconds kReviewTimeout{5};

struct Permission {
  std::string_view verb;
  std::string_view group;
  std::string_view resource;
  std::string_view subresource;
  std::string namespace_;  // empty: in all of them
  std::string name;        // empty: whatever it is

  std::string describe() const {
    const std::string object =
        subresource.empty() ? std::string(resource) : fmt::format("{}/{}", resource, subresource);
    return fmt::format("{} {} ({}) {}", verb, object, group,
                       namespace_.empty() ? "in all namespaces" : fmt::format("in namespace {}", namespace_));
  }
};

std::vector<Permission> needed_permissions(const Settings& settings, const std::string& lease_namespace) {
  std::vector<Permission> needed;
  for (const std::string& served : settings.served()) {
    for (const std::string_view verb : {"get", "list", "watch"}) {
      needed.push_back({verb, api::kGroup, "scheduledjobs", "", served, ""});
    }
    needed.push_back({"patch", api::kGroup, "scheduledjobs", "status", served, ""});
    for (const std::string_view verb : {"get", "list", "watch", "create", "delete"}) {
      needed.push_back({verb, "batch", "jobs", "", served, ""});
    }
  }
  if (settings.leader_elect) {
    for (const std::string_view verb : {"get", "watch", "create", "patch"}) {
      needed.push_back({verb, "coordination.k8s.io", "leases", "", lease_namespace, settings.lease_name});
    }
  }
  return needed;
}

std::vector<Permission> event_permissions(const Settings& settings) {
  std::vector<Permission> needed;
  for (const std::string& served : settings.served()) {
    for (const std::string_view verb : {"create", "patch"}) {
      needed.push_back({verb, "events.k8s.io", "events", "", served, ""});
    }
  }
  return needed;
}

// True when the API server says no. When it cannot be asked, the work itself will show.
bool is_denied(kube::Client& client, const Permission& permission) {
  // Names of namespaces and Leases hold no character that JSON would escape: the API server has accepted a
  // list in this one, and flags are checked.
  const std::string review = fmt::format(
      R"({{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{{"resourceAttributes":{{)"
      R"("verb":"{}","group":"{}","resource":"{}","subresource":"{}","namespace":"{}","name":"{}"}}}}}})",
      permission.verb, permission.group, permission.resource, permission.subresource, permission.namespace_,
      permission.name);
  const absl::StatusOr<std::string> answer = client.create(
      kube::ResourceKind{"/apis/authorization.k8s.io/v1", "selfsubjectaccessreviews"}.collection(), review,
      kReviewTimeout);
  // Nothing else in the answer has this field.
  return answer.ok() && answer->find(R"("allowed":false)") != std::string::npos;
}

std::vector<std::string> missing_of(kube::Client& client, const std::vector<Permission>& permissions) {
  std::vector<std::string> missing;
  for (const Permission& permission : permissions) {
    if (is_denied(client, permission)) missing.push_back(permission.describe());
  }
  return missing;
}

std::vector<std::string> missing_permissions(kube::Client& client, const kube::ClusterConfig& cluster,
                                             const Settings& settings) {
  return missing_of(client, needed_permissions(settings, lease_namespace(settings, cluster)));
}

// `said`: the API server's own words, which name the user.
absl::Status forbidden(const std::string& said, const std::vector<std::string>& missing,
                       const kube::ClusterConfig& cluster) {
  std::string message =
      fmt::format("the credentials of {} do not allow what the operator does.", cluster.source);
  if (!said.empty()) message += fmt::format(" The API server says: {}.", said);
  if (!missing.empty()) message += fmt::format(" Missing: {}.", fmt::join(missing, "; "));
  message +=
      " Grant it by a ClusterRole (or by Roles, where --namespaces names what is served) and a binding to "
      "this user.";
  return absl::PermissionDeniedError(message);
}

absl::Status explain(const absl::Status& error, engine::Kind kind, const kube::ClusterConfig& cluster) {
  const std::string said(error.message());
  const std::string& plural = resource(kind).plural;
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnknown:
      return absl::UnavailableError(fmt::format(
          "cannot reach the API server at {} (from {}): {}. Check that it runs and that this address is "
          "the right one.",
          cluster.server, cluster.source, said));
    case absl::StatusCode::kUnauthenticated:
      if (kube::http_code(error) == 0) {
        return absl::FailedPreconditionError(
            fmt::format("no trusted connection to the API server at {} (from {}): {}. Check the certificate "
                        "authority and the "
                        "credentials named there.",
                        cluster.server, cluster.source, said));
      }
      return absl::UnauthenticatedError(
          fmt::format("the API server at {} does not accept the credentials of {}: {}. Log in again, or name "
                      "another kubeconfig or context.",
                      cluster.server, cluster.source, said));
    case absl::StatusCode::kNotFound:
      if (kind == engine::Kind::kScheduledJob) {
        return absl::NotFoundError(fmt::format(
            "the API server at {} does not know the kind ScheduledJob. Install it: kubectl apply -f crds/",
            cluster.server));
      }
      [[fallthrough]];
    default:
      return absl::Status(error.code(), fmt::format("the API server at {} does not list {}: {}",
                                                    cluster.server, plural, said));
  }
}

}  // namespace

std::string lease_namespace(const Settings& settings, const kube::ClusterConfig& cluster) {
  return settings.lease_namespace.empty() ? cluster.default_namespace : settings.lease_namespace;
}

absl::Status check_cluster(kube::Client& client, const kube::ClusterConfig& cluster,
                           const Settings& settings) {
  for (const std::string& served : settings.served()) {
    for (const engine::Kind kind : {engine::Kind::kScheduledJob, engine::Kind::kJob}) {
      const absl::StatusOr<std::string> version =
          client.current_version(resource(kind).collection(served), kListTimeout);
      if (absl::IsPermissionDenied(version.status())) {
        return forbidden(std::string(version.status().message()),
                         missing_permissions(client, cluster, settings), cluster);
      }
      if (!version.ok()) return explain(version.status(), kind, cluster);
    }
  }
  const std::vector<std::string> missing = missing_permissions(client, cluster, settings);
  return missing.empty() ? absl::OkStatus() : forbidden({}, missing, cluster);
}

std::string missing_for_events(kube::Client& client, const Settings& settings) {
  return fmt::format("{}", fmt::join(missing_of(client, event_permissions(settings)), "; "));
}

}  // namespace scheduledjob::runtime
