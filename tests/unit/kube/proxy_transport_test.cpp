// The real transport through a real proxy.
#include <condition_variable>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/errors.hpp"
#include "unit/kube/connect_proxy.hpp"
#include "unit/kube/transport_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::answer_ok;
using testing::Authority;
using testing::Connection;
using testing::ConnectProxy;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReceivedRequest;
using ::testing::StartsWith;

class ProxyTransport : public testing::TransportTest {
 protected:
  ClusterConfig behind(const ConnectProxy& proxy, const std::string& user_info = "") const {
    ClusterConfig made = config();
    made.proxy_url = "http://" + user_info + "127.0.0.1:" + std::to_string(proxy.port());
    return made;
  }
  std::string server_address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
};

TEST_F(ProxyTransport, AsksTheProxyForATunnelAndSpeaksTlsWithTheServerInIt) {
  serve(answer_ok);
  const ConnectProxy proxy;
  const auto response = transport(behind(proxy))->send(post("{}"));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  ASSERT_EQ(proxy.heads().size(), 1u);
  EXPECT_THAT(proxy.heads().front(), AllOf(StartsWith("CONNECT " + server_address() + " HTTP/1.1\r\n"),
                                           Not(HasSubstr("Authorization"))));
}

TEST_F(ProxyTransport, KeepsTheTunnelForTheNextRequest) {
  serve(answer_ok);
  const ConnectProxy proxy;
  const auto made = transport(behind(proxy));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(made->send(get()).ok());
  EXPECT_EQ(proxy.heads().size(), 1u);
}

TEST_F(ProxyTransport, MakesANewTunnelWhenTheServerClosedTheOldOne) {
  serve([](Connection& c, const ReceivedRequest& r) {
    answer_ok(c, r);
    c.close();
  });
  const ConnectProxy proxy;
  const auto made = transport(behind(proxy));
  for (int i = 0; i < 3; ++i) {
    const auto response = made->send(get());
    EXPECT_TRUE(response.ok()) << response.status();
  }
}

TEST_F(ProxyTransport, NamesThePortThatAnAddressLeavesOut) {
  serve(answer_ok);
  const ConnectProxy proxy([](const std::string&) { return "HTTP/1.1 403 Forbidden\r\n\r\n"; });
  ClusterConfig without_port = behind(proxy);
  without_port.server = "https://api.example";
  EXPECT_FALSE(transport(without_port)->send(get()).ok());
  EXPECT_THAT(proxy.heads().front(), StartsWith("CONNECT api.example:443 HTTP/1.1\r\n"));
}

TEST_F(ProxyTransport, SendsUserAndPasswordToTheProxyAndNotToTheServer) {
  std::string headers;
  serve([&](Connection& c, const ReceivedRequest& r) {
    headers = r.headers;
    answer_ok(c, r);
  });
  const ConnectProxy proxy;
  ASSERT_TRUE(transport(behind(proxy, "user:p%40ss@"))->send(get()).ok());
  EXPECT_THAT(proxy.heads().front(),
              AllOf(HasSubstr("Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"), Not(HasSubstr("secret"))));
  EXPECT_THAT(headers, AllOf(Not(HasSubstr("proxy-authorization")), HasSubstr("bearer secret")));
}

TEST_F(ProxyTransport, VerifiesTheServerBehindTheProxy) {
  serve(answer_ok, "IP:127.0.0.2");
  const ConnectProxy proxy;
  const auto response = transport(behind(proxy))->send(get());
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnauthenticated) << response.status();
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(ProxyTransport, ShowsItsClientCertificateThroughTheTunnel) {
  const Authority clients("client authority");
  std::string shown;
  server_ = std::make_unique<testing::TlsServer>(
      authority_.issue("kube-apiserver", "IP:127.0.0.1"),
      [&](Connection& c, const ReceivedRequest& r) {
        shown = c.client_name();
        answer_ok(c, r);
      },
      clients.pem());
  const ConnectProxy proxy;
  const auto own = clients.issue("the-operator", "");
  ClusterConfig with_certificate = behind(proxy);
  with_certificate.client_certificate_pem = own.certificate_pem;
  with_certificate.client_key_pem = own.key_pem;
  ASSERT_TRUE(transport(with_certificate)->send(get()).ok());
  EXPECT_EQ(shown, "the-operator");
}

TEST_F(ProxyTransport, WatchesThroughATunnelOfItsOwn) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nx\n\r\n0\r\n\r\n");
  });
  const ConnectProxy proxy;
  std::string seen;
  Response head;
  const absl::Status status = transport(behind(proxy))
                                  ->stream(get("/watch"),
                                           [&](std::string_view piece) {
                                             seen += piece;
                                             return true;
                                           },
                                           head, {});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(seen, "x\n");
  EXPECT_EQ(proxy.heads().size(), 1u);
}

TEST_F(ProxyTransport, TellsThatTheProxyRefusesAndThatNothingWasSent) {
  serve(answer_ok);
  const ConnectProxy proxy(
      [](const std::string&) { return "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"; });
  const auto response = transport(behind(proxy, "user:hidden@"))->send(post("{}"));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
  EXPECT_THAT(std::string(response.status().message()),
              AllOf(HasSubstr("through the proxy 127.0.0.1:" + std::to_string(proxy.port())),
                    HasSubstr("407"), Not(HasSubstr("hidden"))));
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(ProxyTransport, TellsThatNoProxyListens) {
  serve(answer_ok);
  ClusterConfig gone = config();
  {
    const ConnectProxy proxy;
    gone = behind(proxy);
  }
  const auto response = transport(gone)->send(post("{}"));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
  EXPECT_FALSE(outcome_unknown(response.status()));
  EXPECT_EQ(server_->connections(), 0) << "the server is not reached without it";
}

TEST_F(ProxyTransport, DoesNotWaitForASilentProxyLongerThanTheRequestMayTake) {
  serve(answer_ok);
  std::promise<void> over;
  const ConnectProxy proxy([&](const std::string&) {
    over.get_future().wait();
    return "HTTP/1.1 504 Late\r\n\r\n";
  });
  const auto response = transport(behind(proxy))->send(post("{}", 1500ms));
  over.set_value();
  EXPECT_FALSE(response.ok());
}

TEST_F(ProxyTransport, RefusesAKindOfProxyThatItCannotSpeakTo) {
  serve(answer_ok);
  for (const char* url : {"socks5://127.0.0.1:1080", "https://127.0.0.1:3128"}) {
    ClusterConfig other = config();
    other.proxy_url = url;
    EXPECT_EQ(make_transport(other, 1).status().code(), absl::StatusCode::kUnimplemented) << url;
  }
}

TEST_F(ProxyTransport, RefusesAnIpv6AddressBehindAProxy) {
  ClusterConfig both;
  both.server = "https://[fd00::1]:6443";
  both.ca_pem = authority_.pem();
  both.proxy_url = "http://127.0.0.1:3128";
  const auto made = make_transport(both, 1);
  EXPECT_EQ(made.status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_THAT(std::string(made.status().message()), HasSubstr("use a DNS name"));
}

}  // namespace
}  // namespace scheduledjob::kube
