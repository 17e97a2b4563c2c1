// Answers that cannot be, secrets sent back, TLS that is none, and time that is wasted.
#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/kube/hostile_server_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using testing::answer_ok;
using testing::Authority;
using testing::Connection;
using testing::Flood;
using ::testing::HasSubstr;
using testing::HostileServerTest;
using testing::kChunked;
using testing::kToken;
using testing::name_of;
using ::testing::Not;
using testing::ReceivedRequest;
using testing::text_of;
using testing::TlsServer;
using testing::TransportTest;

// --- Lengths and states that cannot be.

class ImpossibleChunk : public HostileServerTest, public ::testing::WithParamInterface<const char*> {};

// The library takes "-1" for a chunk of 2^64 - 1 bytes. Reading them ended the program.
TEST_P(ImpossibleChunk, BreaksTheAnswer) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write(std::string(kChunked) + "3\r\nabc\r\n" + GetParam() + "\r\nabcdefgh\r\n");
    c.wait_for_peer_to_close(60s);
  });
  const absl::Status sent = send_in_vain();
  EXPECT_FALSE(sent.ok());
  EXPECT_TRUE(outcome_unknown(sent)) << sent;
  EXPECT_FALSE(stream_in_vain().ok());
  EXPECT_EQ(arrived_, 3u);
}

INSTANTIATE_TEST_SUITE_P(HostileServer, ImpossibleChunk,
                         ::testing::Values("-1", "-2", "-3", "-7fffffff", "-80000000", "80000000",
                                           "fffffffff", "zz", "-", ";"));

class MeaninglessStatus : public HostileServerTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(MeaninglessStatus, IsAnErrorAndEndsTheConnection) {
  serve([](Connection& c, const ReceivedRequest& request) {
    if (request.target == "/sane") return answer_ok(c, request);
    const std::string interim = std::string("HTTP/1.1 ") + GetParam() + " Text\r\nContent-Length: 0\r\n\r\n";
    for (int i = 0; i < 10'000 && c.write(interim); ++i) {
    }
    c.write_response(200, "an answer that belongs to the first request");
  });
  const auto made = transport();
  const auto response = made->send(get("/version"));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnknown) << response.status();
  const auto next = made->send(get("/sane"));
  ASSERT_TRUE(next.ok()) << next.status();
  EXPECT_EQ(next->body, "{}");
  EXPECT_EQ(server_->connections(), 2);
  EXPECT_EQ(stream_once().code(), absl::StatusCode::kUnknown);
}

INSTANTIATE_TEST_SUITE_P(HostileServer, MeaninglessStatus,
                         ::testing::Values("100", "101", "103", "0", "99", "600", "65535", "99999999", "-1",
                                           "OK"));

TEST_F(HostileServerTest, HeadersThatSayNothingAreNoMatter) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write_response(503, "",
                     "Date: " + std::string(100'000, '9') + "\r\nRetry-After: " + std::string(100'000, '9') +
                         "\r\n:\r\n\xff\xfe: \x01\x02\r\nno colon\r\nX: 1\nY:\n");
  });
  const auto response = transport()->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->date, std::nullopt);
  EXPECT_EQ(response->retry_after, 24h);
}

// --- Secrets.

class Reflection : public HostileServerTest, public ::testing::WithParamInterface<int> {};

// Some proxies answer with a page that shows the request.
TEST_P(Reflection, OfTheTokenReachesNobody) {
  serve([](Connection& c, const ReceivedRequest& r) {
    const std::string shown = r.headers.substr(r.headers.find("authorization"), 80);
    c.write_response(GetParam(), shown.substr(0, shown.find('\r')));
  });
  EXPECT_THAT(send_once().ToString(), Not(HasSubstr(kToken)));
  EXPECT_THAT(stream_once().ToString(), Not(HasSubstr(kToken)));
  EXPECT_THAT(send_once().ToString(), HasSubstr("[the token]"));
}

INSTANTIATE_TEST_SUITE_P(HostileServer, Reflection, ::testing::Values(400, 401, 403, 404, 500, 503));

TEST_F(HostileServerTest, NoErrorTellsTheTokenOrTheKey) {
  const auto own = authority_.issue("the-operator", "");
  const std::string key = own.key_pem.substr(own.key_pem.find('\n') + 1, 40);
  std::vector<absl::Status> errors;
  const auto try_once = [&](ClusterConfig tried) {
    tried.client_certificate_pem = own.certificate_pem;
    tried.client_key_pem = own.key_pem;
    const auto made = make_transport(tried, 1);
    if (!made.ok()) return errors.push_back(made.status());
    const auto response = (*made)->send(get("/version", 1s));
    errors.push_back(response.ok() ? status_from_response(*response) : response.status());
  };
  for (const int status : {401, 403, 302}) {
    serve([status](Connection& c, const ReceivedRequest&) { c.write_response(status, "no"); });
    try_once(config());
  }
  serve([](Connection& c, const ReceivedRequest&) { c.close(); });
  try_once(config());
  serve([](Connection& c, const ReceivedRequest&) { c.wait_for_peer_to_close(60s); });
  try_once(config());
  ClusterConfig wrong = config();
  wrong.ca_pem = Authority("another authority").pem();
  try_once(wrong);
  wrong.ca_pem = own.key_pem;
  try_once(wrong);
  wrong = config();
  wrong.token += "\r\nX-Injected: 1";
  try_once(wrong);
  wrong = config();
  wrong.server = "https://127.0.0.1:1";
  try_once(wrong);
  server_ = std::make_unique<TlsServer>(authority_.issue("kube-apiserver", "IP:127.0.0.1"), answer_ok,
                                        Authority("clients").pem());
  try_once(config());
  for (const absl::Status& error : errors) {
    EXPECT_FALSE(error.ok());
    EXPECT_THAT(error.ToString(), Not(HasSubstr(kToken)));
    EXPECT_THAT(error.ToString(), Not(HasSubstr(key)));
  }
}

// --- What is asked for and followed.

TEST_F(HostileServerTest, AsksForNoCompressionAndUnpacksNone) {
  // A thousand million zeros, packed ten times over, begin alike.
  const std::string packed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xec\xc1\x01\x0d\x00\x00", 16);
  std::string headers;
  serve([&](Connection& c, const ReceivedRequest& r) {
    headers = r.headers;
    c.write_response(200, packed, "Content-Encoding: gzip\r\n");
  });
  const auto response = transport()->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, packed);
  EXPECT_THAT(headers, Not(HasSubstr("accept-encoding")));
  EXPECT_THAT(headers, Not(HasSubstr("te:")));
}

class Redirect : public HostileServerTest, public ::testing::WithParamInterface<int> {};

TEST_P(Redirect, IsNotFollowedSoThatNobodyElseSeesTheToken) {
  TlsServer elsewhere(authority_.issue("kube-apiserver", "IP:127.0.0.1"), answer_ok);
  serve([&](Connection& c, const ReceivedRequest&) {
    c.write_response(GetParam(), "",
                     "Location: https://127.0.0.1:" + std::to_string(elsewhere.port()) + "/version\r\n");
  });
  for (const Request& request : {get(), post("{}")}) {
    const auto response = transport()->send(request);
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->status, GetParam());
  }
  EXPECT_EQ(stream_once().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(server_->requests(), 3);
  EXPECT_EQ(elsewhere.connections(), 0);
}

INSTANTIATE_TEST_SUITE_P(HostileServer, Redirect, ::testing::Values(300, 301, 302, 303, 305, 307, 308));

// --- TLS.

TEST_F(HostileServerTest, ACertificateThatSignedItselfIsRefused) {
  server_ = std::make_unique<TlsServer>(Authority::self_signed("kube-apiserver", "IP:127.0.0.1"), answer_ok);
  const absl::Status status = send_once();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << status;
  EXPECT_THAT(text_of(status), HasSubstr("self-signed certificate"));
  EXPECT_EQ(server_->requests(), 0);
}

TEST_F(HostileServerTest, TheNameInARefusedCertificateIsFitForALog) {
  server_ = std::make_unique<TlsServer>(
      Authority("stranger").issue("a\n\x1b[31m\"" + std::string(40, 'x'), "IP:127.0.0.1"), answer_ok);
  const std::string text = text_of(send_once());
  EXPECT_THAT(text, HasSubstr("xxxx"));
  EXPECT_TRUE(std::none_of(text.begin(), text.end(), [](char c) { return c < ' ' || c == '\x7f'; })) << text;
}

TEST_F(HostileServerTest, OldTlsIsRefused) {
  server_ = std::make_unique<TlsServer>(authority_.issue("kube-apiserver", "IP:127.0.0.1"), answer_ok, "",
                                        TlsServer::Loopback::kIpv4, TlsServer::Versions::kAtMost1_1);
  const absl::Status status = send_once();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  EXPECT_FALSE(outcome_unknown(status));
  EXPECT_EQ(server_->handshakes(), 0);
}

TEST_F(HostileServerTest, AnAnswerThatIsCutOffIsNotTakenForAWholeOne) {
  for (const char* head :
       {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", kChunked}) {
    serve([head](Connection& c, const ReceivedRequest&) {
      c.write(std::string(head) + "8\r\n{\"a\":\"b\"");
      c.close();  // without the close_notify that tells an end from a cut
    });
    const absl::Status sent = send_once();
    EXPECT_EQ(sent.code(), absl::StatusCode::kUnknown) << head << sent;
    EXPECT_EQ(stream_once().code(), absl::StatusCode::kUnknown) << head;
  }
}

// --- Time.

// Its port takes connections, which nobody looks at.
class SilentListener {
 public:
  SilentListener() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    ::listen(listener_, 64);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }
  ~SilentListener() { ::close(listener_); }
  int port() const { return port_; }

 private:
  const int listener_;
  int port_ = 0;
};

TEST_F(HostileServerTest, AServerThatNeverBeginsTlsIsGivenUp) {
  const SilentListener silent;
  serve(answer_ok);
  ClusterConfig other = config();
  other.server = "https://127.0.0.1:" + std::to_string(silent.port());
  const auto made = TransportTest::transport(other);
  const auto response = made->send(get("/version", 300ms));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
  Response head;
  const auto all = [](std::string_view) { return true; };
  EXPECT_EQ(made->stream(get("/watch", 300ms), all, head, {}).code(), absl::StatusCode::kUnavailable);
}

// As a server that sends a byte a second, and a caller who waits for half a minute.
class Drip : public HostileServerTest, public ::testing::WithParamInterface<Flood> {};

TEST_P(Drip, IsGivenUpInTime) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write(GetParam().opening);
    while (c.write(GetParam().filler) && !c.wait_for_peer_to_close(20ms)) {
    }
  });
  EXPECT_EQ(send_in_vain().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(stream_in_vain().code(), absl::StatusCode::kDeadlineExceeded);
}

INSTANTIATE_TEST_SUITE_P(HostileServer, Drip,
                         ::testing::Values(Flood{"OfAStatusLine", "", "x"},
                                           Flood{"OfHeaders", "HTTP/1.1 200 OK\r\n", "X: y\r\n"},
                                           Flood{"OfAChunksLine", std::string(kChunked) + "1;", "x"},
                                           Flood{"OfAChunk", std::string(kChunked) + "7fffffff\r\n", "x"},
                                           Flood{"OfARefusal",
                                                 "HTTP/1.1 500 Text\r\nTransfer-Encoding: chunked\r\n\r\n",
                                                 "1\r\nx\r\n"}),
                         name_of);

}  // namespace
}  // namespace scheduledjob::kube
