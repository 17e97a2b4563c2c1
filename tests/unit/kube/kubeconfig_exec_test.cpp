// Credential plugins in a kubeconfig.
#include "unit/kube/kubeconfig_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class KubeconfigExec : public testing::Kubeconfig {
 protected:
  static std::string exec(const std::string& lines) {
    return "exec:\n      apiVersion: client.authentication.k8s.io/v1\n      interactiveMode: Never\n" + lines;
  }
  absl::StatusOr<ClusterConfig> load_exec(const std::string& lines) {
    return load_with("token: abc", exec(lines));
  }
  void expect_exec_error(const std::string& lines, absl::StatusCode code, const std::string& message) {
    expect_error("token: abc", exec(lines), code, message);
  }
};

TEST_F(KubeconfigExec, IsReadWhole) {
  const auto config = load_exec(R"(
      command: aws
      args: [eks, get-token, "--cluster-name=a b"]
      env: [{name: AWS_PROFILE, value: dev}, {name: EMPTY, value: ""}]
      installHint: Install the AWS CLI.
      provideClusterInfo: true
)");
  ASSERT_TRUE(config.ok()) << config.status();
  ASSERT_TRUE(config->exec.has_value());
  EXPECT_EQ(config->exec->api_version, "client.authentication.k8s.io/v1");
  EXPECT_EQ(config->exec->command, "aws") << "looked for in $PATH";
  EXPECT_THAT(config->exec->arguments, ElementsAre("eks", "get-token", "--cluster-name=a b"));
  EXPECT_THAT(config->exec->environment, ElementsAre(Pair("AWS_PROFILE", "dev"), Pair("EMPTY", "")));
  EXPECT_EQ(config->exec->install_hint, "Install the AWS CLI.");
  EXPECT_TRUE(config->exec->provide_cluster_info);
}

TEST_F(KubeconfigExec, IsRelativeToTheFileWhenItIsAPath) {
  EXPECT_EQ(load_exec("      command: ./bin/plugin")->exec->command, (directory_ / "bin/plugin").string());
  EXPECT_EQ(load_exec("      command: /usr/bin/plugin")->exec->command, "/usr/bin/plugin");
}

TEST_F(KubeconfigExec, MayGoTogetherWithAClientCertificate) {
  const auto config =
      load_with("token: abc", "client-certificate-data: Q0E=\n    client-key-data: Q0E=\n    " +
                                  exec("      command: aws"));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->exec.has_value());
}

TEST_F(KubeconfigExec, MayLeaveTheModeOutInBeta) {
  const std::string beta = "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}";
  EXPECT_TRUE(load_with("token: abc", beta).ok());
}

TEST_F(KubeconfigExec, IsRefusedByPlace) {
  using absl::StatusCode;
  expect_error("token: abc", "exec: aws", StatusCode::kInvalidArgument, "users[0].user.exec: must be a map");
  expect_error("token: abc", "exec: {command: aws}", StatusCode::kInvalidArgument,
               "users[0].user.exec.apiVersion: missing");
  expect_error("token: abc", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: aws}",
               StatusCode::kUnimplemented, "users[0].user.exec.apiVersion: must be client.auth");
  expect_error("token: abc", "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}",
               StatusCode::kInvalidArgument, "users[0].user.exec.interactiveMode: must be Never");
  expect_error("token: abc", "token: abc\n    " + exec("      command: aws"), StatusCode::kInvalidArgument,
               "users[0].user.exec: not together with token or tokenFile");
  expect_exec_error("", StatusCode::kInvalidArgument, "users[0].user.exec.command: missing");
  expect_exec_error("      command: aws\n      args: eks", StatusCode::kInvalidArgument,
                    "users[0].user.exec.args: must be a list");
  expect_exec_error("      command: aws\n      args: [[eks]]", StatusCode::kInvalidArgument,
                    "users[0].user.exec.args[0]: must be a string");
  expect_exec_error("      command: aws\n      env: [{value: x}]", StatusCode::kInvalidArgument,
                    "users[0].user.exec.env[0].name: missing");
  expect_exec_error("      command: aws\n      env: [{name: 'a=b'}]", StatusCode::kInvalidArgument,
                    "users[0].user.exec.env[0]: no environment variable");
  expect_exec_error("      command: \"a\\0b\"", StatusCode::kInvalidArgument,
                    "users[0].user.exec: command and args cannot hold a zero byte");
}

TEST_F(KubeconfigExec, IsRefusedWhenItWantsATerminal) {
  expect_error("token: abc",
               "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Always}",
               absl::StatusCode::kUnimplemented,
               "users[0].user.exec.interactiveMode: the plugin wants a terminal, and the operator has none");
}

}  // namespace
}  // namespace scheduledjob::kube
