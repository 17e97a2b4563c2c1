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

TEST_F(AStart, WithoutTheCrdSaysHowToInstallItAndGoesOnOnceItIsThere) {
  if (!cluster().get("crd", "default", "scheduledjobs.scheduledjob.dev").empty()) {
    cluster().kubectl({"delete", "crd", "scheduledjobs.scheduledjob.dev"});
  }
  Operator& started = start_operator();
  started.await_line("kubectl apply -f crds/");
  cluster().install_crds();
  started.await_leading();
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
  started.await_line("list scheduledjobs (scheduledjob.dev)");
  EXPECT_THAT(started.log(), ::testing::Not(HasSubstr(token)));
  started.process().signal(SIGTERM);
  EXPECT_EQ(started.process().wait(30s), 0);
}

TEST_F(AStart, AgainstAnApiServerThatIsDownSaysSoAndWaits) {
  const std::string kubeconfig = cluster().directory() + "/down.kubeconfig";
  Finished copied = run({"cp", cluster().operator_kubeconfig(), kubeconfig});
  ASSERT_EQ(copied.exit_code, 0) << copied.errors;
  const std::string name =
      cluster().kubectl({"config", "view", "--kubeconfig", kubeconfig, "-o", "jsonpath={.clusters[0].name}"});
  cluster().kubectl(
      {"config", "set-cluster", name, "--server=https://127.0.0.1:1", "--kubeconfig", kubeconfig});

  Operator& started = start_operator({"--kubeconfig", kubeconfig});
  started.await_line("cannot reach the API server at https://127.0.0.1:1");
  EXPECT_TRUE(started.process().running());
  started.process().signal(SIGTERM);
  EXPECT_EQ(started.process().wait(30s), 0);
}

TEST_F(AStart, WithoutAClusterSaysWhatWasTried) {
  Operator& started = start_operator({"--kubeconfig", "/nonexistent/kubeconfig"});
  EXPECT_EQ(started.process().wait(30s), 1);
  EXPECT_THAT(started.log(), HasSubstr("/nonexistent/kubeconfig"));
  operators_.clear();
}

}  // namespace
}  // namespace scheduledjob::e2e
