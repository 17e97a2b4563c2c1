#include "kube/exec_plugin.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "kube/transport.hpp"
#include "unit/kube/files.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kV1[] = "client.authentication.k8s.io/v1";

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

// --- What it prints.

absl::StatusOr<PluginAnswer> read(const std::string& status) {
  return read_exec_credential(
      R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":)" + status + "}",
      kV1, kNow);
}

TEST(ExecCredential, HoldsATokenForEver) {
  const auto answer = read(R"({"token":"t"})");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->credential.token, "t");
  EXPECT_EQ(answer->credential.client_certificate_pem, "");
  EXPECT_EQ(answer->lifetime, std::nullopt);
}

TEST(ExecCredential, HoldsACertificateAndItsKey) {
  const auto answer = read(R"({"clientCertificateData":"C\nC","clientKeyData":"K"})");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->credential.client_certificate_pem, "C\nC");
  EXPECT_EQ(answer->credential.client_key_pem, "K");
}

TEST(ExecCredential, LivesUntilItExpires) {
  const auto lifetime = [](const std::string& expires) {
    return read(R"({"token":"t","expirationTimestamp":")" + expires + "\"}")->lifetime;
  };
  EXPECT_EQ(lifetime("2023-11-14T22:23:20Z"), 600s);
  EXPECT_EQ(lifetime("2023-11-15T00:23:20.5+02:00"), 600s);
  EXPECT_EQ(lifetime("2023-11-14T22:03:20Z"), -600s);
  EXPECT_EQ(lifetime("9999-12-31T23:59:59Z"), 24h * 365) << "bounded";
}

TEST(ExecCredential, IsRefusedWithoutShowingIt) {
  const auto refused = [](const std::string& json, const std::string& why) {
    const auto answer = read_exec_credential(json, kV1, kNow);
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kInvalidArgument) << json;
    EXPECT_THAT(std::string(answer.status().message()), HasSubstr(why));
    EXPECT_THAT(std::string(answer.status().message()), Not(HasSubstr("secret")));
  };
  const std::string head = R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential")";
  refused("", "no ExecCredential in JSON");
  refused("secret", "no ExecCredential in JSON");
  refused(R"(["secret"])", "no ExecCredential in JSON");
  refused(head + R"(,"status":{"token":"secret"}} secret)", "no ExecCredential in JSON");
  refused(R"({"kind":"secret","apiVersion":"client.authentication.k8s.io/v1"})",
          "kind is not ExecCredential");
  refused(R"({"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"})",
          "apiVersion is not client.authentication.k8s.io/v1,");
  refused(head + "}", "no status");
  refused(head + R"(,"status":"secret"})", "no status");
  refused(head + R"(,"status":{}})", "neither a token nor a client certificate");
  refused(head + R"(,"status":{"token":"secret\r\nX: y"}})", "characters that no token can have");
  refused(head + R"(,"status":{"token":["secret"]}})", "token is not a string");
  refused(head + R"(,"status":{"token":"secret","clientKeyData":"secret"}})", "go together");
  refused(head + R"(,"status":{"token":"secret","expirationTimestamp":"tomorrow"}})", "RFC 3339");
  refused(std::string(100'000, '['), "no ExecCredential in JSON");
}

// --- What it is told.

ClusterConfig config_of(const std::string& command) {
  ClusterConfig config;
  config.server = "https://api.example:6443";
  config.exec.emplace();
  config.exec->api_version = kV1;
  config.exec->command = command;
  return config;
}

TEST(ExecInfo, SaysThatNobodyCanBeAsked) {
  EXPECT_EQ(nlohmann::json::parse(exec_info(config_of("x"))), nlohmann::json::parse(R"({
      "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "spec": {"interactive": false}})"));
}

TEST(ExecInfo, DescribesTheClusterWhenThatIsAskedFor) {
  ClusterConfig config = config_of("x");
  config.exec->provide_cluster_info = true;
  config.ca_pem = "CA";
  config.tls_server_name = "kubernetes";
  config.proxy_url = "http://proxy:3128";
  EXPECT_EQ(nlohmann::json::parse(exec_info(config)).at("spec").at("cluster"), nlohmann::json::parse(R"({
      "server": "https://api.example:6443", "certificate-authority-data": "Q0E=",
      "tls-server-name": "kubernetes", "proxy-url": "http://proxy:3128"})"));
  config.skip_tls_verification = true;
  EXPECT_EQ(nlohmann::json::parse(exec_info(config))["spec"]["cluster"]["insecure-skip-tls-verify"], true);
}

// --- How it is run.

class ExecPluginTest : public testing::Files {
 protected:
  ClusterConfig plugin(const std::string& script) const {
    const std::string path = write("plugin", "#!/bin/sh\n" + script);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return config_of(path);
  }

  // Prints its token, which is the output of `command`.
  static std::string print_token(const std::string& command) {
    return R"(printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' )"
           "\"$(" +
           command + ")\"\n";
  }

  static absl::StatusOr<PluginAnswer> run(const ClusterConfig& config, const CommandLimits& limits = {}) {
    return run_exec_plugin(config, limits, {});
  }

  static void expect_failure(const absl::StatusOr<PluginAnswer>& answer, const std::string& why) {
    EXPECT_EQ(answer.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_THAT(std::string(answer.status().message()), HasSubstr(why));
  }
};

TEST_F(ExecPluginTest, GivesTheCredentialItPrints) {
  const auto answer = run(plugin(print_token("echo abc")));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->credential.token, "abc");
}

TEST_F(ExecPluginTest, GetsItsArgumentsAndEnvironment) {
  ClusterConfig config = plugin(print_token("echo \"$1,$REGION,$#\" | tr ' ' _"));
  config.exec->arguments = {"a b", "c"};
  config.exec->environment = {{"REGION", "eu"}};
  EXPECT_EQ(run(config)->credential.token, "a_b,eu,2");
}

TEST_F(ExecPluginTest, GetsTheInformationOfItsVersion) {
  const auto answer = run(plugin(print_token("echo \"$KUBERNETES_EXEC_INFO\" | tr -dc a-zA-Z0-9:")));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->credential.token,
            "apiVersion:clientauthenticationk8siov1kind:ExecCredentialspec:interactive:false");
}

TEST_F(ExecPluginTest, SeesTheEnvironmentTheProgramWasStartedWith) {
  initialize_http_threads(1);
  ASSERT_STREQ(std::getenv("SSL_CERT_FILE"), "/dev/null") << "hidden from the HTTP library";
  const auto answer = run(plugin(print_token("echo \"authorities:$SSL_CERT_FILE;path:${PATH:+set}\"")));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->credential.token, Not(HasSubstr("/dev/null"))) << "a plugin speaks TLS too";
  EXPECT_THAT(answer->credential.token, HasSubstr("path:set"));
}

TEST_F(ExecPluginTest, TellsHowToInstallWhatIsMissing) {
  ClusterConfig config = config_of("no-such-plugin-anywhere");
  config.exec->install_hint = "Get it from example.com.";
  expect_failure(run(config),
                 R"("no-such-plugin-anywhere" cannot be run: No such file or directory. Get it from)");
}

TEST_F(ExecPluginTest, ShowsTheFirstLinesOfItsStandardErrorAndNothingOfItsOutput) {
  const auto answer = run(plugin("echo secret; printf 'one\\033[31m\\ntwo\\nthree\\nfour\\n' >&2; exit 3"));
  expect_failure(answer, "ended with exit code 3; it says: one [31m two three");
  EXPECT_THAT(std::string(answer.status().message()), Not(HasSubstr("four")));
  EXPECT_THAT(std::string(answer.status().message()), Not(HasSubstr("secret")));
}

TEST_F(ExecPluginTest, SaysThatItPrintedNoCredential) {
  expect_failure(run(plugin("echo secret; echo 'log in first' >&2")),
                 "printed what cannot be used: it is no ExecCredential in JSON; it says: log in first");
}

TEST_F(ExecPluginTest, SaysThatItWasTooSlow) {
  expect_failure(run(plugin("exec sleep 1000"), {.time = 50ms}), "was killed: it did not end within 0.05 s");
}

TEST_F(ExecPluginTest, SaysThatItPrintedTooMuch) {
  expect_failure(run(plugin("exec cat /dev/zero")), "printed more than 1048576 bytes");
}

}  // namespace
}  // namespace scheduledjob::kube
