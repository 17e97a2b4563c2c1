// Credentials as a real server sees them: tokens, files and plugins, and what happens after a 401.
#include "kube/credentials.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "unit/kube/transport_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using testing::answer_ok;
using testing::Authority;
using testing::Connection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ReceivedRequest;
using testing::TlsServer;

// A plugin that counts its runs in a file; its n-th run prints the file "answer.n", or else the last there
// is.
class CredentialsTest : public testing::TransportTest {
 protected:
  // A plugin takes its time on a busy machine.
  static Request get(std::chrono::milliseconds timeout = 60s) {
    return TransportTest::get("/version", timeout);
  }
  static Request post() { return TransportTest::post("{}", 60s); }

  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::path(::testing::TempDir()) / (std::string("Credentials.") + info->name());
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  void answer(int run, const nlohmann::json& status) const {
    std::ofstream(directory_ / ("answer." + std::to_string(run))) << nlohmann::json{
        {"apiVersion", "client.authentication.k8s.io/v1"}, {"kind", "ExecCredential"}, {"status", status}};
  }

  ClusterConfig with_plugin() const {
    ClusterConfig made = config();
    made.token.clear();
    made.exec.emplace();
    made.exec->api_version = "client.authentication.k8s.io/v1";
    made.exec->command = "sh";
    made.exec->arguments = {"-c",
                            "cd \"$1\"; echo run >>runs; n=$(grep -c . runs); cat answer.$n || cat answer.1",
                            "plugin", directory_};
    return made;
  }

  int runs() const {
    std::ifstream file(directory_ / "runs");
    return static_cast<int>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
  }

  // Accepts one token, and remembers all that it was shown.
  void serve_token(const std::string& accepted) {
    serve([this, accepted](Connection& c, const ReceivedRequest& r) {
      const std::size_t at = r.headers.find("authorization: bearer ");
      const std::string token =
          at == std::string::npos ? "" : r.headers.substr(at + 22, r.headers.find('\r', at) - at - 22);
      shown_.push_back(token);
      c.write_response(token == accepted ? 200 : 401, "{}");
    });
  }

  std::filesystem::path directory_;
  std::vector<std::string> shown_;
};

TEST_F(CredentialsTest, SendsTheTokenOfThePluginAndRunsItOnce) {
  answer(1, {{"token", "one"}});
  serve_token("one");
  const auto made = transport(with_plugin());
  EXPECT_EQ(made->send(get())->status, 200);
  EXPECT_EQ(made->send(get())->status, 200);
  EXPECT_THAT(shown_, ElementsAre("one", "one"));
  EXPECT_EQ(runs(), 1);
}

TEST_F(CredentialsTest, RunsThePluginAgainAfterA401AndSendsTheRequestOnceMore) {
  answer(1, {{"token", "one"}});
  answer(2, {{"token", "two"}});
  serve_token("two");
  EXPECT_EQ(transport(with_plugin())->send(post())->status, 200);
  EXPECT_THAT(shown_, ElementsAre("one", "two"));
}

TEST_F(CredentialsTest, TakesASecond401ForTheAnswer) {
  answer(1, {{"token", "one"}});
  answer(2, {{"token", "two"}});
  serve_token("none");
  const auto made = transport(with_plugin());
  EXPECT_EQ(made->send(get())->status, 401);
  EXPECT_THAT(shown_, ElementsAre("one", "two"));
  EXPECT_EQ(runs(), 2);
}

TEST_F(CredentialsTest, TakesTheFirst401ForTheAnswerWhenThePluginFails) {
  answer(1, {{"token", "one"}});
  for (int run = 2; run < 6; ++run) answer(run, {{"token", 7}});
  serve_token("none");
  const auto made = transport(with_plugin());
  EXPECT_EQ(made->send(get())->status, 401);
  EXPECT_THAT(shown_, ElementsAre("one"));
  EXPECT_THAT(std::string(made->send(get()).status().message()), HasSubstr("token is not a string"));
}

TEST_F(CredentialsTest, OpensAWatchOnceMoreAfterA401) {
  answer(1, {{"token", "one"}});
  answer(2, {{"token", "two"}});
  serve_token("two");
  Response head;
  const absl::Status status =
      transport(with_plugin())->stream(get(), [](std::string_view) { return true; }, head, {});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(shown_, ElementsAre("one", "two"));
}

TEST_F(CredentialsTest, RunsThePluginOnceForAllTransportsThatShareIt) {
  answer(1, {{"token", "one"}});
  serve_token("one");
  const ClusterConfig plugin = with_plugin();
  const auto shared = make_credentials(plugin);
  for (int i = 0; i < 3; ++i) EXPECT_EQ((*make_transport(plugin, shared, 1))->send(get())->status, 200);
  EXPECT_EQ(runs(), 1);
}

TEST_F(CredentialsTest, SendsNothingWhenThePluginCannotBeRun) {
  serve_token("one");
  ClusterConfig broken = with_plugin();
  broken.exec->command = "/nonexistent/plugin";
  const auto response = transport(broken)->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("/nonexistent/plugin"));
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(CredentialsTest, DoesNotWaitForASlowPluginLongerThanTheRequestMayTake) {
  serve_token("one");
  ClusterConfig slow = with_plugin();
  slow.exec->command = "sleep";
  slow.exec->arguments = {"1000"};
  const auto response = transport(slow)->send(get(300ms));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
}

TEST_F(CredentialsTest, ShowsThePluginsCertificateAndAfterA401TheNextOneOnANewConnection) {
  const Authority clients("client authority");
  const auto issue = [&](int run, const std::string& name) {
    const testing::Credentials own = clients.issue(name, "");
    answer(run, {{"clientCertificateData", own.certificate_pem}, {"clientKeyData", own.key_pem}});
  };
  issue(1, "old");
  issue(2, "new");
  std::string accepted = "old";
  server_ = std::make_unique<TlsServer>(
      authority_.issue("kube-apiserver", "IP:127.0.0.1"),
      [&](Connection& c, const ReceivedRequest&) {
        shown_.push_back(c.client_name());
        c.write_response(c.client_name() == accepted ? 200 : 401, "{}");
      },
      clients.pem());
  const auto made = transport(with_plugin());
  EXPECT_EQ(made->send(get())->status, 200);
  accepted = "new";
  EXPECT_EQ(made->send(get())->status, 200);
  EXPECT_THAT(shown_, ElementsAre("old", "old", "new"));
}

TEST_F(CredentialsTest, TellsThatThePluginsCertificateIsNoCertificate) {
  answer(1, {{"clientCertificateData", "x"}, {"clientKeyData", "y"}});
  serve_token("one");
  const auto response = transport(with_plugin())->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("PEM"));
}

// --- Whom it believes.

TEST_F(CredentialsTest, BelievesAnyCertificateWhenToldTo) {
  std::string headers;
  serve(
      [&](Connection& c, const ReceivedRequest& r) {
        headers = r.headers;
        answer_ok(c, r);
      },
      "DNS:somebody.else");
  ClusterConfig careless = config();
  careless.ca_pem.clear();
  careless.skip_tls_verification = true;
  const auto response = transport(careless)->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(headers, HasSubstr("bearer secret"));
}

// --- IPv6.

class Ipv6Test : public testing::TransportTest {
 protected:
  void serve_ipv6(const std::string& names) {
    server_ = std::make_unique<TlsServer>(
        authority_.issue("kube-apiserver", names),
        [this](Connection& c, const ReceivedRequest& r) {
          headers_ = r.headers;
          asked_ = c.server_name();
          target_ = r.target;
          answer_ok(c, r);
        },
        "", TlsServer::Loopback::kIpv6);
  }

  std::string headers_;
  std::string asked_ = "?";
  std::string target_;
};

TEST_F(Ipv6Test, ReachesAServerByItsAddress) {
  serve_ipv6("IP:::1");
  const auto made = transport(config("[::1]"));
  const auto response = made->send(get("/api/v1/pods?limit=1"));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(target_, "/api/v1/pods?limit=1");
  EXPECT_THAT(headers_, HasSubstr("host: [::1]:" + std::to_string(server_->port()) + "\r\n"));
  EXPECT_EQ(asked_, "") << "an address is no name to ask for";
  EXPECT_TRUE(made->send(get()).ok());
  EXPECT_EQ(server_->connections(), 1) << "connections are kept";
}

TEST_F(Ipv6Test, RefusesACertificateIssuedForAnotherAddress) {
  serve_ipv6("IP:::2,DNS:localhost");
  const auto response = transport(config("[::1]"))->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("not issued for ::1"));
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(Ipv6Test, ComparesAddressesAndNotTheirSpelling) {
  serve_ipv6("IP:::1");
  EXPECT_TRUE(transport(config("[0:0:0:0:0:0:0:1]"))->send(get()).ok());
}

TEST_F(Ipv6Test, VerifiesTheGivenServerNameInsteadOfTheAddress) {
  serve_ipv6("DNS:kubernetes");
  ClusterConfig named = config("[::1]");
  named.tls_server_name = "kubernetes";
  EXPECT_TRUE(transport(named)->send(get()).ok());
  EXPECT_EQ(asked_, "kubernetes");
}

TEST_F(Ipv6Test, NamesTheAddressWhenNothingListens) {
  serve_ipv6("IP:::1");
  const ClusterConfig gone = config("[::1]");
  server_.reset();
  const auto response = transport(gone)->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("[::1]:"));
}

TEST_F(Ipv6Test, RefusesWhatIsNoAddress) {
  for (const char* server :
       {"https://[::1", "https://[::g]:6443", "https://[]:6443", "https://[127.0.0.1]:6443",
        "https://::1:6443", "https://[fe80::1%25eth0]:6443"}) {
    ClusterConfig wrong;
    wrong.server = server;
    wrong.ca_pem = authority_.pem();
    EXPECT_EQ(make_transport(wrong, 1).status().code(), absl::StatusCode::kInvalidArgument) << server;
  }
}

}  // namespace
}  // namespace scheduledjob::kube
