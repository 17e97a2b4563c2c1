// Whom the real transport trusts, what it need not say again, and who it says it is: against a real TLS
// server.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/transport.hpp"
#include "unit/kube/transport_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using testing::answer_ok;
using testing::Authority;
using testing::Connection;
using ::testing::HasSubstr;
using testing::ReceivedRequest;
using testing::TlsServer;
using testing::TransportTest;

// --- Whom it trusts.

TEST_F(TransportTest, AcceptsACertificateIssuedForTheAddress) {
  serve(answer_ok, "IP:127.0.0.1");
  const auto response = transport()->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
}

TEST_F(TransportTest, RefusesACertificateIssuedForAnotherAddress) {
  serve(answer_ok, "IP:127.0.0.2,DNS:localhost");
  const auto response = transport()->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("not issued for 127.0.0.1"));
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(TransportTest, RefusesANameThatStandsOnlyInTheSubject) {
  server_ = std::make_unique<TlsServer>(authority_.issue("127.0.0.1", ""), answer_ok);
  EXPECT_EQ(transport()->send(get()).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(server_->requests(), 0);
}

// Answers, and tells by which name it was asked for.
TlsServer::Handler note_name(std::string& asked) {
  return [&asked](Connection& c, const ReceivedRequest& r) {
    asked = c.server_name();
    answer_ok(c, r);
  };
}

TEST_F(TransportTest, AcceptsTheHostNameAndAsksForItByName) {
  std::string asked;
  serve(note_name(asked), "DNS:localhost");
  const auto response = transport(config("localhost"))->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(asked, "localhost");
}

TEST_F(TransportTest, AsksForNoNameWhenTheServerIsAnAddress) {
  std::string asked = "?";
  serve(note_name(asked));
  ASSERT_TRUE(transport()->send(get()).ok());
  EXPECT_EQ(asked, "");
}

TEST_F(TransportTest, VerifiesTheGivenServerNameInsteadOfTheHost) {
  std::string asked;
  serve(note_name(asked), "DNS:kubernetes.default.svc");
  ClusterConfig named = config();
  named.tls_server_name = "kubernetes.default.svc";
  const auto response = transport(named)->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(asked, "kubernetes.default.svc");
  EXPECT_EQ(transport()->send(get()).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(TransportTest, RefusesAnotherAuthority) {
  serve(answer_ok);
  ClusterConfig stranger = config();
  stranger.ca_pem = Authority("another authority").pem();
  const auto response = transport(stranger)->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("certificate"));
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(TransportTest, DoesNotTrustTheSystemsAuthorities) {
  const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "system-authorities.crt";
  std::ofstream(file) << authority_.pem();
  ::setenv("SSL_CERT_FILE", file.c_str(), 1);
  serve(answer_ok);
  ClusterConfig stranger = config();
  stranger.ca_pem = Authority("another authority").pem();
  EXPECT_EQ(transport(stranger)->send(get()).status().code(), absl::StatusCode::kUnauthenticated);
  ::unsetenv("SSL_CERT_FILE");
}

TEST_F(TransportTest, RefusesAnExpiredCertificate) {
  server_ = std::make_unique<TlsServer>(authority_.issue("kube-apiserver", "IP:127.0.0.1", -1), answer_ok);
  const auto response = transport()->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("expired"));
}

TEST_F(TransportTest, TrustsARenewedAuthorityFileFromTheNextConnectionOn) {
  const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "ca-renewed.crt";
  const Authority old("old authority");
  std::ofstream(file) << old.pem();
  serve(answer_ok);
  ClusterConfig pod = config();
  pod.ca_pem = old.pem();
  pod.ca_file = file;
  const auto made = transport(pod);
  EXPECT_EQ(made->send(get()).status().code(), absl::StatusCode::kUnauthenticated);
  std::ofstream(file) << authority_.pem();
  EXPECT_TRUE(made->send(get()).ok());
}

// --- What it need not say again.

void answer_and_close(Connection& connection, const ReceivedRequest& request) {
  answer_ok(connection, request);
  connection.close();
}

TEST_F(TransportTest, ResumesTheSessionOfTheConnectionBefore) {
  serve(answer_and_close);
  const auto made = transport();
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(made->send(get()).ok());
  EXPECT_GE(server_->handshakes(), 4);
  EXPECT_EQ(server_->resumptions(), server_->handshakes() - 1);
}

TEST_F(TransportTest, ResumesTheSessionOfARequestInAStream) {
  serve(answer_and_close);
  const auto made = transport();
  ASSERT_TRUE(made->send(get()).ok());
  Response head;
  ASSERT_TRUE(made->stream(get(), [](std::string_view) { return true; }, head, {}).ok());
  EXPECT_EQ(server_->resumptions(), 1);
}

TEST_F(TransportTest, ResumesNoSessionAfterTheAuthorityFileHasChanged) {
  const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "ca-changed.crt";
  std::ofstream(file) << authority_.pem();
  serve(answer_and_close);
  ClusterConfig pod = config();
  pod.ca_file = file;
  const auto made = transport(pod);
  ASSERT_TRUE(made->send(get()).ok());
  std::ofstream(file) << Authority("another").pem();
  EXPECT_EQ(made->send(get()).status().code(), absl::StatusCode::kUnauthenticated)
      << "the server is not trusted any more, and must not get in by what it was told before";
  EXPECT_EQ(server_->resumptions(), 0);
}

// Gives out one client certificate after the other.
class ChangingCertificate final : public Credentials {
 public:
  explicit ChangingCertificate(const Authority& authority) : authority_(authority) {}
  absl::StatusOr<Credential> current(Clock::time_point, const std::stop_token&) override {
    const testing::Credentials own = authority_.issue("operator-" + std::to_string(++serial_), "");
    return Credential{"", own.certificate_pem, own.key_pem, serial_};
  }
  std::optional<Credential> renewed(const Credential&, Clock::time_point, const std::stop_token&) override {
    return std::nullopt;
  }

 private:
  const Authority& authority_;
  std::uint64_t serial_ = 0;
};

TEST_F(TransportTest, ResumesNoSessionOfAnotherClientCertificate) {
  std::vector<std::string> shown;
  server_ = std::make_unique<TlsServer>(
      authority_.issue("kube-apiserver", "IP:127.0.0.1"),
      [&shown](Connection& c, const ReceivedRequest& r) {
        shown.push_back(c.client_name());
        answer_ok(c, r);
      },
      authority_.pem());
  const auto made = make_transport(config(), std::make_shared<ChangingCertificate>(authority_), 1);
  ASSERT_TRUE(made.ok());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE((*made)->send(get()).ok());
  EXPECT_THAT(shown, ::testing::ElementsAre("operator-1", "operator-2"));
}

// --- Who it says it is.

TEST_F(TransportTest, ShowsItsClientCertificate) {
  const Authority clients("client authority");
  std::string shown;
  server_ = std::make_unique<TlsServer>(
      authority_.issue("kube-apiserver", "IP:127.0.0.1"),
      [&](Connection& c, const ReceivedRequest& r) {
        shown = c.client_name();
        answer_ok(c, r);
      },
      clients.pem());
  const auto own = clients.issue("the-operator", "");
  ClusterConfig with_certificate = config();
  with_certificate.client_certificate_pem = own.certificate_pem;
  with_certificate.client_key_pem = own.key_pem;
  const auto response = transport(with_certificate)->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(shown, "the-operator");
}

TEST_F(TransportTest, TellsThatTheServerDemandsAClientCertificate) {
  server_ = std::make_unique<TlsServer>(authority_.issue("kube-apiserver", "IP:127.0.0.1"), answer_ok,
                                        authority_.pem());
  const auto response = transport()->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated) << response.status();
}

TEST_F(TransportTest, RefusesAKeyOfAnotherCertificate) {
  serve(answer_ok);
  ClusterConfig mixed = config();
  mixed.client_certificate_pem = authority_.issue("a", "").certificate_pem;
  mixed.client_key_pem = authority_.issue("b", "").key_pem;
  EXPECT_EQ(make_transport(mixed, 1).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(TransportTest, SendsTheTokenAndItsName) {
  std::string headers;
  serve([&](Connection& c, const ReceivedRequest& r) {
    headers = r.headers;
    answer_ok(c, r);
  });
  ASSERT_TRUE(transport()->send(get()).ok());
  EXPECT_THAT(headers, HasSubstr("authorization: bearer secret\r\n"));
  EXPECT_THAT(headers, HasSubstr("user-agent: scheduledjob-operator/"));
}

TEST_F(TransportTest, ReadsTheTokenFileAgainAfterA401) {
  const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "token";
  std::ofstream(file) << "old\n";
  serve([](Connection& c, const ReceivedRequest& r) {
    c.write_response(r.headers.find("bearer new\r\n") != std::string::npos ? 200 : 401, "{}");
  });
  ClusterConfig pod = config();
  pod.token_file = file;
  const auto made = transport(pod);
  EXPECT_EQ(made->send(get())->status, 401);
  EXPECT_EQ(server_->requests(), 1) << "the same token is not tried twice";
  std::ofstream(file) << "new\n";
  EXPECT_EQ(made->send(get())->status, 200);
  EXPECT_EQ(server_->requests(), 3);
}

TEST_F(TransportTest, TellsThatTheTokenFileIsMissing) {
  serve(answer_ok);
  ClusterConfig pod = config();
  pod.token_file = "/nonexistent/token";
  const auto response = transport(pod)->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(response.status().message()), HasSubstr("/nonexistent/token"));
}

TEST_F(TransportTest, RefusesToSpeakInClear) {
  ClusterConfig clear;
  clear.server = "http://127.0.0.1:8080";
  clear.ca_pem = authority_.pem();
  EXPECT_EQ(make_transport(clear, 1).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace scheduledjob::kube
