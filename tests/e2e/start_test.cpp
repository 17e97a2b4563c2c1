// What a newcomer meets first. In a file of its own and first in order: the CRD is not installed yet when it
// begins.
#include <gmock/gmock.h>
#include <signal.h>

#include "e2e/scenario.hpp"

namespace scheduledjob::e2e {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

class AStart : public Scenario {};

TEST_F(AStart, WithoutTheCrdSaysHowToInstallIt) {
  if (!cluster().get("crd", "default", "scheduledjobs.scheduledjob.dev").empty()) {
    cluster().kubectl({"delete", "crd", "scheduledjobs.scheduledjob.dev"});
  }
  Operator& started = start_operator();
  EXPECT_EQ(started.process().wait(30s), 1);
  EXPECT_THAT(started.log(), HasSubstr("kubectl apply -f crds/"));
  operators_.clear();
  cluster().install_crds();
}

TEST_F(AStart, WithoutPermissionNamesTheVerbAndTheResource) {
  cluster().install_crds();
  cluster().kubectl({"create", "serviceaccount", "nobody", "-n", ns()});
  const std::string token = cluster().kubectl({"create", "token", "nobody", "-n", ns()});
  const std::string kubeconfig = cluster().directory() + "/nobody.kubeconfig";
  Finished copied = run({"cp", cluster().operator_kubeconfig(), kubeconfig});
  ASSERT_EQ(copied.exit_code, 0) << copied.errors;
  const auto config = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "config");
    arguments.insert(arguments.end(), {"--kubeconfig", kubeconfig});
    cluster().kubectl(arguments);
  };
  config({"set-credentials", "nobody", "--token=" + token});
  config({"set-context", "--current", "--user=nobody"});

  Operator& started = start_operator({"--kubeconfig", kubeconfig});
  EXPECT_EQ(started.process().wait(30s), 1);
  EXPECT_THAT(started.log(), HasSubstr("scheduledjobs"));
  EXPECT_THAT(started.log(), HasSubstr("list"));
  EXPECT_THAT(started.log(), ::testing::Not(HasSubstr(token)));
  operators_.clear();
}

TEST_F(AStart, WithoutAClusterSaysWhatWasTried) {
  Operator& started = start_operator({"--kubeconfig", "/nonexistent/kubeconfig"});
  EXPECT_EQ(started.process().wait(30s), 1);
  EXPECT_THAT(started.log(), HasSubstr("/nonexistent/kubeconfig"));
  operators_.clear();
}

}  // namespace
}  // namespace scheduledjob::e2e
