#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/base64.hpp"
#include "kube/in_cluster.hpp"
#include "unit/kube/kubeconfig_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using ::testing::ElementsAre;
using testing::Files;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Kubeconfig;

TEST_F(Kubeconfig, ReadsTheCurrentContext) {
  const auto config = load_with("", "");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->server, "https://api.example:6443");
  EXPECT_EQ(config->ca_pem, "CA");
  EXPECT_EQ(config->ca_file, "");
  EXPECT_EQ(config->token, "abc");
  EXPECT_EQ(config->default_namespace, "team-a");
  EXPECT_EQ(config->source, "kubeconfig " + (directory_ / "config").string() + " (context one)");
}

TEST_F(Kubeconfig, ReadsTheNamedContextAndFilesBesideItself) {
  write("pki/ca.crt", "FILE CA");
  write("pki/key.pem", "FILE KEY");
  const auto config = load_with("", "", "two");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->server, "https://other:443/prefix");
  EXPECT_EQ(config->ca_pem, "FILE CA");
  EXPECT_EQ(config->tls_server_name, "kubernetes");
  EXPECT_EQ(config->client_certificate_pem, "CERT");
  EXPECT_EQ(config->client_key_pem, "FILE KEY");
  EXPECT_EQ(config->token_file, (directory_ / "token").string());
  EXPECT_EQ(config->default_namespace, "default");
}

TEST_F(Kubeconfig, PrefersDataToAFile) {
  const auto config = load_with("certificate-authority-data: Q0E=",
                                "certificate-authority-data: Q0E=\n    certificate-authority: /nonexistent");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->ca_pem, "CA");
}

TEST_F(Kubeconfig, ReadsJsonToo) {
  const std::string json =
      R"({"current-context":"x","clusters":[{"name":"c","cluster":{"server":"https://a","certificate-authority-data":"Q0E="}}],
    "contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"users":[{"name":"u","user":{"token":"t"}}]})";
  EXPECT_TRUE(load_kubeconfig(write("config", json), "").ok());
}

TEST_F(Kubeconfig, NamesThePlaceOfEachError) {
  using absl::StatusCode;
  expect_error("    server: https://api.example:6443\n", "", StatusCode::kInvalidArgument,
               "clusters[0].cluster.server: missing");
  expect_error("https://api.example", "http://api.example", StatusCode::kInvalidArgument,
               "clusters[0].cluster.server: must start with https://");
  expect_error("server: https://api.example:6443", "server: [a]", StatusCode::kInvalidArgument,
               "clusters[0].cluster.server: must be a string");
  expect_error("certificate-authority-data: Q0E=", "certificate-authority-data: '!'",
               StatusCode::kInvalidArgument, "clusters[0].cluster.certificate-authority-data: not base64");
  expect_error("    certificate-authority-data: Q0E=\n", "", StatusCode::kInvalidArgument,
               "clusters[0].cluster.certificate-authority-data: missing");
  expect_error("certificate-authority-data: Q0E=", "certificate-authority: gone.crt",
               StatusCode::kInvalidArgument, "gone.crt: No such file");
  expect_error("current-context: one", "current-context: none", StatusCode::kNotFound,
               "contexts: no entry is named \"none\"");
  expect_error("current-context: one", "current-context: lost", StatusCode::kNotFound,
               "clusters: no entry is named \"c3\"");
  expect_error("current-context: one\n", "", StatusCode::kInvalidArgument, "current-context: missing");
  expect_error("context: {cluster: c1, user: u1, namespace: team-a}", "context: {cluster: c1}",
               StatusCode::kInvalidArgument, "contexts[0].context.user: missing");
  expect_error("context: {cluster: c1, user: u1, namespace: team-a}", "context: 7",
               StatusCode::kInvalidArgument, "contexts[0].context: must be a map");
  expect_error("token: abc", "token: ''", StatusCode::kInvalidArgument, "users[0].user: no credentials");
  expect_error("token: abc", "client-certificate-data: Q0E=", StatusCode::kInvalidArgument,
               "users[0].user.client-key: missing");
  expect_error("token: abc", "client-key-data: Q0E=", StatusCode::kInvalidArgument,
               "users[0].user.client-certificate: missing");
}

TEST_F(Kubeconfig, RefusesByNameWhatIsNotSupported) {
  using absl::StatusCode;
  expect_error("server: https://api.example:6443", "server: https://a\n    proxy-url: socks5://p:1",
               StatusCode::kUnimplemented, "clusters[0].cluster.proxy-url: proxies of the kind socks5://");
  expect_error("token: abc", "auth-provider: {name: gcp}", StatusCode::kUnimplemented,
               "users[0].user.auth-provider:");
  expect_error("token: abc", "username: a", StatusCode::kUnimplemented, "users[0].user.username:");
  expect_error("token: abc", "token: abc\n    as: root", StatusCode::kUnimplemented, "users[0].user.as:");
}

TEST_F(Kubeconfig, SkipsVerificationWhenToldToAndWarnsOfIt) {
  const auto config = load_with("certificate-authority-data: Q0E=", "insecure-skip-tls-verify: true");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_TRUE(config->skip_tls_verification);
  EXPECT_THAT(config->warnings, ElementsAre(HasSubstr("https://api.example:6443 is not verified")));
}

TEST_F(Kubeconfig, VerifiesUnlessToldOtherwise) {
  for (const char* line : {"insecure-skip-tls-verify: false", "insecure-skip-tls-verify: ~", ""}) {
    const auto config = load_with("certificate-authority-data: Q0E=",
                                  std::string("certificate-authority-data: Q0E=\n    ") + line);
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_FALSE(config->skip_tls_verification);
    EXPECT_THAT(config->warnings, IsEmpty());
  }
}

TEST_F(Kubeconfig, RefusesToSkipVerificationByAnAuthorityThatItGives) {
  expect_error(
      "certificate-authority-data: Q0E=",
      "certificate-authority-data: Q0E=\n    insecure-skip-tls-verify: true",
      absl::StatusCode::kInvalidArgument,
      "clusters[0].cluster.insecure-skip-tls-verify: not together with certificate-authority(-data)");
  expect_error("certificate-authority-data: Q0E=", "insecure-skip-tls-verify: maybe",
               absl::StatusCode::kInvalidArgument, "must be true or false");
}

TEST_F(Kubeconfig, NamesAProxy) {
  EXPECT_EQ(load_with("", "")->proxy_url, "");
  EXPECT_EQ(
      load_with("server: https://api.example:6443", "server: https://a\n    proxy-url: http://u:p@proxy:3128")
          ->proxy_url,
      "http://u:p@proxy:3128");
  expect_error("server: https://api.example:6443", "server: https://a\n    proxy-url: 'http://'",
               absl::StatusCode::kInvalidArgument,
               "clusters[0].cluster.proxy-url: the proxy's address is no URL");
}

TEST_F(Kubeconfig, RefusesAnyTextThatIsNoKubeconfig) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 20; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) bomb += (j > 0 ? ",*a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  for (const std::string& text :
       {std::string(), std::string("7"), std::string("[]"), std::string("a: b: c"), std::string("\0\xff", 2),
        std::string("clusters: 7\ncontexts: {}\ncurrent-context: x"), std::string("&a [*a]"),
        std::string("*a"), std::string("current-context: x\ncontexts: &a\n- *a\n"), std::string(100'000, '['),
        std::string(100'000, '{'), bomb}) {
    const auto config = load_kubeconfig(write("config", text), "");
    EXPECT_FALSE(config.ok());
  }
}

TEST_F(Kubeconfig, BoundsItsSize) {
  const auto config = load_kubeconfig(write("config", std::string((1 << 20) + 1, '#')), "");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("longer than 1048576 bytes"));
}

TEST_F(Kubeconfig, RefusesADirectoryAndAMissingFile) {
  EXPECT_EQ(load_kubeconfig(directory_, "").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(load_kubeconfig(directory_ / "gone", "").status().code(), absl::StatusCode::kNotFound);
}

// --- In a pod.

using InCluster = Files;

TEST_F(InCluster, ReadsTheServiceAccountsFiles) {
  write("token", "t");
  write("ca.crt", "CA");
  write("namespace", "operators\n");
  const auto config = in_cluster_config("10.0.0.1", "443", directory_);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->server, "https://10.0.0.1:443");
  EXPECT_EQ(config->ca_pem, "CA");
  EXPECT_EQ(config->ca_file, (directory_ / "ca.crt").string());
  EXPECT_EQ(config->token_file, (directory_ / "token").string());
  EXPECT_EQ(config->token, "") << "the file is read for each use: the kubelet renews it";
  EXPECT_EQ(config->default_namespace, "operators");
}

TEST_F(InCluster, PutsAnIpv6AddressIntoBrackets) {
  write("token", "t");
  write("ca.crt", "CA");
  EXPECT_EQ(in_cluster_config("fd00::1", "443", directory_)->server, "https://[fd00::1]:443");
}

TEST_F(InCluster, IsNotFoundOutsideAPod) {
  EXPECT_EQ(in_cluster_config("", "", directory_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(InCluster, TellsThatTheTokenIsNotMounted) {
  const auto config = in_cluster_config("10.0.0.1", "443", directory_);
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(config.status().message()), HasSubstr("automountServiceAccountToken"));
}

// --- Looking around.

class Discovery : public Kubeconfig {
 protected:
  void SetUp() override {
    Kubeconfig::SetUp();
    for (const char* name : {"KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT",
                             "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"})
      ::unsetenv(name);
    ::setenv("HOME", directory_.c_str(), 1);
  }
};

TEST_F(Discovery, TakesTheGivenFileBeforeAll) {
  ::setenv("KUBECONFIG", "/nonexistent", 1);
  EXPECT_TRUE(discover_cluster(write("given", kGood), "").ok());
}

TEST_F(Discovery, TakesTheEnvironmentsFileBeforeHome) {
  write(".kube/config", "not even read");
  ::setenv("KUBECONFIG", (":" + write("env", kGood) + ":/nonexistent").c_str(), 1);
  const auto config = discover_cluster("", "");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_THAT(config->source, HasSubstr("/env "));
}

TEST_F(Discovery, MergesTheFilesOfTheEnvironment) {
  const std::string user = write("a", "users: [{name: u1, user: {token: of-a}}]");
  ::setenv("KUBECONFIG", (user + ":" + write("b", kGood)).c_str(), 1);
  const auto config = discover_cluster("", "");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->token, "of-a");
}

TEST_F(Discovery, TakesTheEnvironmentsProxyUnlessTheFileNamesOne) {
  ::setenv("HTTPS_PROXY", "http://of-environment:3128", 1);
  EXPECT_EQ(discover_cluster(write("given", kGood), "")->proxy_url, "http://of-environment:3128");
  ::setenv("NO_PROXY", ".example", 1);
  EXPECT_EQ(discover_cluster(directory_ / "given", "")->proxy_url, "");

  std::string text = kGood;
  text.replace(text.find("server:"), 0, "proxy-url: http://of-file:3128\n    ");
  EXPECT_EQ(discover_cluster(write("given", text), "")->proxy_url, "http://of-file:3128")
      << "NO_PROXY is about the proxy of the environment";
}

TEST_F(Discovery, RefusesAProxyItCannotUseAndSaysWhoNamedIt) {
  ::setenv("https_proxy", "socks5://proxy:1080", 1);
  const auto config = discover_cluster(write("given", kGood), "");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(config.status().message()),
              HasSubstr("HTTPS_PROXY: proxies of the kind socks5://"));
}

TEST_F(Discovery, FallsBackToHome) {
  write(".kube/config", kGood);
  EXPECT_TRUE(discover_cluster("", "").ok());
}

TEST_F(Discovery, TellsWhatIsWrongWithTheFileAtHome) {
  write(".kube/config", "7");
  EXPECT_EQ(discover_cluster("", "").status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(Discovery, SaysWhatWasTriedAndWhatToDo) {
  const auto config = discover_cluster("", "");
  EXPECT_EQ(config.status().code(), absl::StatusCode::kNotFound);
  for (const char* part : {"--kubeconfig", "$KUBECONFIG", "not in a pod", "/.kube/config"}) {
    EXPECT_THAT(std::string(config.status().message()), HasSubstr(part));
  }
}

// --- Base64.

TEST(Base64, DecodesAllLengths) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64(" Zm9v\nYmFy\r\n"), "foobar");
  EXPECT_EQ(decode_base64("AP8="), std::string("\0\xff", 2));
}

TEST(Base64, RefusesEverythingElse) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "====", "=Zg=", "Zg==Zg==", "Z-_v", "Zm9v!", "Zm9vYmF\xff"}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace scheduledjob::kube
