#include "runtime/startup.hpp"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runtime/scripted_transport.hpp"

namespace scheduledjob::runtime {
namespace {

using absl::StatusCode;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kEmptyList[] =
    R"({"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[]})";

bool is_about(const kube::Request& request, const std::string& text) {
  return request.target.find(text) != std::string::npos;
}

bool asks_whether_allowed(const kube::Request& request) {
  return is_about(request, "selfsubjectaccessreviews");
}

kube::Response allowed(bool yes) {
  return answer(201, std::string(R"({"kind":"SelfSubjectAccessReview","status":{"allowed":)") +
                         (yes ? "true" : "false") + "}}");
}

// A cluster where nothing is wrong.
absl::StatusOr<kube::Response> good_cluster(const kube::Request& request) {
  return asks_whether_allowed(request) ? allowed(true) : answer(200, kEmptyList);
}

absl::Status checked(ScriptedTransport& transport, const Settings& settings = {}) {
  kube::Client client(transport);
  kube::ClusterConfig cluster;
  cluster.server = "https://127.0.0.1:6443";
  cluster.source = "kubeconfig /etc/k (context test)";
  cluster.default_namespace = "home";
  return check_cluster(client, cluster, settings);
}

absl::Status checked(ScriptedTransport::Script script) {
  ScriptedTransport transport(std::move(script));
  return checked(transport);
}

TEST(CheckCluster, IsContentWithAGoodOne) {
  EXPECT_TRUE(checked(good_cluster).ok());
}

TEST(CheckCluster, NamesTheServerThatCannotBeReached) {
  const absl::Status status =
      checked([](const kube::Request&) { return absl::UnavailableError("connection refused"); });
  EXPECT_EQ(status.code(), StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("https://127.0.0.1:6443"), HasSubstr("kubeconfig /etc/k (context test)"),
                    HasSubstr("connection refused")));
}

TEST(CheckCluster, TellsAnUntrustedServerFromRefusedCredentials) {
  const absl::Status untrusted =
      checked([](const kube::Request&) { return absl::UnauthenticatedError("self-signed certificate"); });
  EXPECT_EQ(untrusted.code(), StatusCode::kFailedPrecondition) << "no waiting mends it";
  EXPECT_THAT(std::string(untrusted.message()),
              AllOf(HasSubstr("certificate authority"), HasSubstr("self-signed certificate")));
  const absl::Status refused =
      checked([](const kube::Request&) { return refusal(401, "Unauthorized", "Unauthorized"); });
  EXPECT_EQ(refused.code(), StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(refused.message()),
              AllOf(HasSubstr("does not accept the credentials"), Not(HasSubstr("certificate authority"))));
}

TEST(CheckCluster, SaysHowToInstallTheKind) {
  const absl::Status status = checked([](const kube::Request& request) {
    return is_about(request, "scheduledjobs")
               ? refusal(404, "NotFound", "the server could not find the requested resource")
               : good_cluster(request).value();
  });
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("kubectl apply -f crds/"));
}

TEST(CheckCluster, PassesOnWhatTheServerForbidsAndAddsTheRest) {
  const absl::Status status = checked([](const kube::Request& request) {
    if (asks_whether_allowed(request)) return allowed(request.body.find("delete") == std::string::npos);
    return is_about(request, "/jobs") ? refusal(403, "Forbidden", "User sam cannot list resource jobs")
                                      : good_cluster(request).value();
  });
  EXPECT_EQ(status.code(), StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("User sam cannot list resource jobs"), HasSubstr("delete jobs (batch)")));
}

TEST(CheckCluster, ListsEveryMissingPermission) {
  const absl::Status status = checked([](const kube::Request& request) {
    const bool create_job = request.body.find(R"("verb":"create","group":"batch")") != std::string::npos;
    const bool patch_status = request.body.find(R"("subresource":"status")") != std::string::npos;
    return asks_whether_allowed(request) ? allowed(!create_job && !patch_status) : answer(200, kEmptyList);
  });
  EXPECT_EQ(status.code(), StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("create jobs (batch) in all namespaces"),
                    HasSubstr("patch scheduledjobs/status (scheduledjob.dev) in all namespaces"),
                    Not(HasSubstr("delete"))));
}

TEST(CheckCluster, StartsWhenNobodyAnswersForPermissions) {
  EXPECT_TRUE(checked([](const kube::Request& request) {
                return asks_whether_allowed(request) ? refusal(403, "Forbidden", "no reviews")
                                                     : answer(200, kEmptyList);
              }).ok());
}

TEST(CheckCluster, LooksOnlyWhereTheOperatorWillWork) {
  ScriptedTransport transport(good_cluster);
  Settings settings;
  settings.namespaces = {"team-a"};
  settings.leader_elect = false;
  EXPECT_TRUE(checked(transport, settings).ok());
  for (const kube::Request& request : transport.requests()) {
    EXPECT_THAT(request.target + request.body, HasSubstr("team-a"));
    EXPECT_THAT(request.body, Not(HasSubstr("leases")));
  }
}

TEST(CheckCluster, LooksInEachNamespaceThatIsServed) {
  ScriptedTransport transport(good_cluster);
  Settings settings;
  settings.namespaces = {"team-a", "team-b"};
  EXPECT_TRUE(checked(transport, settings).ok());
  for (const std::string& name : settings.namespaces) {
    std::set<std::string> listed;
    for (const kube::Request& request : transport.requests()) {
      if (request.target.find("/namespaces/" + name + "/") != std::string::npos)
        listed.insert(request.target);
    }
    EXPECT_THAT(listed, SizeIs(2)) << name;
  }
}

TEST(CheckCluster, AsksForTheLeaseWhereItLives) {
  ScriptedTransport transport(good_cluster);
  EXPECT_TRUE(checked(transport).ok());
  std::set<std::string> lease_reviews;
  for (const kube::Request& request : transport.requests()) {
    if (request.body.find("leases") != std::string::npos) lease_reviews.insert(request.body);
  }
  EXPECT_EQ(lease_reviews.size(), 4u);
  for (const std::string& review : lease_reviews) {
    EXPECT_THAT(review, HasSubstr(R"("namespace":"home","name":"scheduledjob-operator")"));
  }
}

TEST(MissingForEvents, IsEmptyWhenTheyMayBeWritten) {
  ScriptedTransport transport(good_cluster);
  kube::Client client(transport);
  EXPECT_EQ(missing_for_events(client, {}), "");
}

TEST(MissingForEvents, NamesWhatIsNotAllowed) {
  ScriptedTransport transport([](const kube::Request& request) {
    return allowed(request.body.find(R"("verb":"patch")") == std::string::npos);
  });
  kube::Client client(transport);
  EXPECT_EQ(missing_for_events(client, {}), "patch events (events.k8s.io) in all namespaces");
}

}  // namespace
}  // namespace scheduledjob::runtime
