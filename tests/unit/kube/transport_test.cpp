// The real transport against a real TLS server.
#include "kube/transport.hpp"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/errors.hpp"
#include "unit/kube/transport_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using testing::answer_ok;
using testing::Authority;
using testing::Connection;
using ::testing::HasSubstr;
using ::testing::Not;
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

TEST_F(TransportTest, AcceptsTheHostNameAndAsksForItByName) {
  std::string asked;
  serve(
      [&](Connection& c, const ReceivedRequest& r) {
        asked = c.server_name();
        answer_ok(c, r);
      },
      "DNS:localhost");
  const auto response = transport(config("localhost"))->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(asked, "localhost");
}

TEST_F(TransportTest, AsksForNoNameWhenTheServerIsAnAddress) {
  std::string asked = "?";
  serve([&](Connection& c, const ReceivedRequest& r) {
    asked = c.server_name();
    answer_ok(c, r);
  });
  ASSERT_TRUE(transport()->send(get()).ok());
  EXPECT_EQ(asked, "");
}

TEST_F(TransportTest, VerifiesTheGivenServerNameInsteadOfTheHost) {
  std::string asked;
  serve(
      [&](Connection& c, const ReceivedRequest& r) {
        asked = c.server_name();
        answer_ok(c, r);
      },
      "DNS:kubernetes.default.svc");
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

// --- One request, one answer.

TEST_F(TransportTest, CarriesMethodTargetBodyAndTypeUnchanged) {
  ReceivedRequest seen;
  serve([&](Connection& c, const ReceivedRequest& r) {
    seen = r;
    c.write_response(201, R"({"a":1})");
  });
  Request request;
  request.method = Method::kPatch;
  request.target = "/apis/batch/v1/jobs?continue=a%2Bb%3D%26c&labelSelector=x%20in%20%28y%2Cz%29";
  request.body = "{\"text\":\"\xc3\xa4\"}";
  request.content_type = "application/merge-patch+json";
  const auto response = transport()->send(request);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, R"({"a":1})");
  EXPECT_EQ(seen.method, "PATCH");
  EXPECT_EQ(seen.target, request.target);
  EXPECT_EQ(seen.body, request.body);
  EXPECT_THAT(seen.headers, HasSubstr("content-type: application/merge-patch+json\r\n"));
}

TEST_F(TransportTest, AsksForMetadataAloneWhereThatIsWanted) {
  std::vector<std::string> seen;
  serve([&](Connection& c, const ReceivedRequest& r) {
    seen.push_back(r.headers);
    c.write_response(200, "{}");
  });
  const auto used = transport();
  Request request = get();
  ASSERT_TRUE(used->send(request).ok());
  request.only_metadata = true;
  ASSERT_TRUE(used->send(request).ok());
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_THAT(seen[0], HasSubstr("accept: application/json\r\n"));
  EXPECT_THAT(seen[1], HasSubstr("accept: application/json;as=partialobjectmetadata;g=meta.k8s.io;v=v1,"));
}

TEST_F(TransportTest, ReportsTheServersClockAndItsWishToWait) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write_response(429, "", "Date: Thu, 01 Jan 1970 00:01:40 GMT\r\nRetry-After: 7\r\n");
  });
  const auto response = transport()->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->date, std::chrono::sys_seconds(100s));
  EXPECT_EQ(response->retry_after, 7s);
}

TEST_F(TransportTest, KeepsAConnectionForTheNextRequest) {
  serve(answer_ok);
  const auto made = transport();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(made->send(get()).ok());
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(TransportTest, FollowsNoRedirect) {
  serve([this](Connection& c, const ReceivedRequest&) {
    c.write_response(302, "",
                     "Location: https://127.0.0.1:" + std::to_string(server_->port()) + "/elsewhere\r\n");
  });
  const auto response = transport()->send(get());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(server_->requests(), 1);
}

TEST_F(TransportTest, TellsThatNothingListens) {
  serve(answer_ok);
  const ClusterConfig gone = config();
  server_.reset();
  const auto response = transport(gone)->send(post("{}"));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnavailable) << response.status();
  EXPECT_FALSE(outcome_unknown(response.status()));
}

TEST_F(TransportTest, KnowsNotWhatBecameOfARequestWhoseConnectionBroke) {
  serve([](Connection& c, const ReceivedRequest&) { c.close(); });
  const auto response = transport()->send(post("{}"));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kUnknown) << response.status();
  EXPECT_TRUE(outcome_unknown(response.status()));
}

TEST_F(TransportTest, KnowsNotWhatBecameOfARequestSentAgainToAServerThatIsGone) {
  serve([this](Connection& c, const ReceivedRequest& r) {
    if (c.requests() == 1) return answer_ok(c, r);
    server_->refuse_connections();
    c.close();
  });
  const auto made = transport();
  ASSERT_TRUE(made->send(get()).ok());
  // The library meets the closed connection, sends the request once more, and finds nobody: it may still have
  // been carried out.
  const auto response = made->send(post("{}"));
  EXPECT_TRUE(outcome_unknown(response.status())) << response.status();
}

TEST_F(TransportTest, BoundsTheWholeExchangeThoughBytesKeepComing) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (c.write("1\r\nx\r\n") && !c.wait_for_peer_to_close(20ms)) {
    }
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto response = transport()->send(get("/version", 1500ms));
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded) << response.status();
  EXPECT_GE(took, 1500ms);
  EXPECT_LT(took, 4s);
}

TEST_F(TransportTest, ReportsASilentServerAsTimeout) {
  serve([](Connection& c, const ReceivedRequest&) { c.wait_for_peer_to_close(10s); });
  const auto response = transport()->send(post("{}", 4s));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kDeadlineExceeded) << response.status();
  EXPECT_TRUE(outcome_unknown(response.status()));
}

TEST_F(TransportTest, RefusesABodyThatIsTooLong) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
    while (c.write(chunk)) {
    }
  });
  const auto response = transport()->send(get("/version", 30s));
  EXPECT_EQ(response.status().code(), absl::StatusCode::kResourceExhausted) << response.status();
}

TEST_F(TransportTest, NeverHasMoreRequestsUnderWayThanAllowed) {
  std::mutex mutex;
  std::condition_variable changed;
  int under_way = 0;
  int most = 0;
  serve([&](Connection& c, const ReceivedRequest& r) {
    {
      std::unique_lock lock(mutex);
      most = std::max(most, ++under_way);
      changed.notify_all();
      EXPECT_TRUE(changed.wait_for(lock, 60s, [&most] { return most >= 2; }));
    }
    c.wait_for_peer_to_close(20ms);  // for one too many to come
    {
      const std::lock_guard lock(mutex);
      --under_way;
    }
    answer_ok(c, r);
  });
  const auto made = transport(config(), 2);
  std::vector<std::jthread> callers;
  for (int i = 0; i < 8; ++i) callers.emplace_back([&] { EXPECT_TRUE(made->send(get()).ok()); });
  callers.clear();
  EXPECT_EQ(most, 2);
  EXPECT_EQ(server_->requests(), 8);
}

TEST_F(TransportTest, RecoversWhenTheServerClosedTheIdleConnection) {
  serve([](Connection& c, const ReceivedRequest& r) {
    answer_ok(c, r);
    c.close();
  });
  const auto made = transport();
  for (int i = 0; i < 3; ++i) {
    const auto response = made->send(get());
    EXPECT_TRUE(response.ok()) << response.status();
  }
}

// --- Streams.

class StreamTest : public TransportTest {
 protected:
  static constexpr char kHead[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  static std::string chunk(const std::string& text) {
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", text.size());
    return size.data() + text + "\r\n";
  }
};

TEST_F(StreamTest, DeliversEachPieceWhenItArrivesAndNotLater) {
  std::promise<void> first_seen;
  serve([&](Connection& c, const ReceivedRequest&) {
    c.write(kHead);
    c.write(chunk("first\n"));
    // The second piece is sent only after the first has been delivered.
    EXPECT_EQ(first_seen.get_future().wait_for(60s), std::future_status::ready);
    c.write(chunk("second\n"));
    c.write("0\r\n\r\n");
  });
  std::vector<std::string> pieces;
  Response head;
  const absl::Status status = transport()->stream(get("/watch", 10s),
                                                  [&](std::string_view piece) {
                                                    pieces.emplace_back(piece);
                                                    if (pieces.size() == 1) first_seen.set_value();
                                                    return true;
                                                  },
                                                  head, {});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(head.status, 200);
  EXPECT_THAT(pieces, ::testing::ElementsAre("first\n", "second\n"));
}

TEST_F(StreamTest, EndsPromptlyWhenStoppedWhileQuiet) {
  std::promise<void> quiet;
  std::promise<bool> closed;
  serve([&](Connection& c, const ReceivedRequest&) {
    c.write(kHead);
    quiet.set_value();
    closed.set_value(c.wait_for_peer_to_close(10s));
  });
  std::stop_source stop;
  Response head;
  auto watching = std::async(std::launch::async, [&] {
    return transport()->stream(
        get("/watch", 60s), [](std::string_view) { return true; }, head, stop.get_token());
  });
  quiet.get_future().wait();
  const auto begin = std::chrono::steady_clock::now();
  stop.request_stop();
  EXPECT_EQ(watching.get().code(), absl::StatusCode::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_TRUE(closed.get_future().get()) << "the connection is closed too";
}

TEST_F(StreamTest, EndsWhenTheReceiverWantsNoMore) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write(kHead);
    c.write(chunk("x\n"));
    c.wait_for_peer_to_close(10s);
  });
  Response head;
  const absl::Status status =
      transport()->stream(get("/watch", 60s), [](std::string_view) { return false; }, head, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
}

TEST_F(StreamTest, TakesSilenceForDeath) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write(kHead);
    for (int i = 0; i < 4; ++i) {
      c.write(chunk("x\n"));
      c.wait_for_peer_to_close(500ms);
    }
    c.wait_for_peer_to_close(10s);
  });
  int pieces = 0;
  Response head;
  const absl::Status status =
      transport()->stream(get("/watch", 1500ms), [&](std::string_view) { return ++pieces > 0; }, head, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  EXPECT_EQ(pieces, 4) << "each piece starts the wait anew";
}

TEST_F(StreamTest, ReportsABrokenConnectionAfterWhatCameBeforeIt) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write(kHead);
    c.write(chunk("x\n"));
    c.close();
  });
  std::string seen;
  Response head;
  const absl::Status status = transport()->stream(get("/watch", 10s),
                                                  [&](std::string_view piece) {
                                                    seen += piece;
                                                    return true;
                                                  },
                                                  head, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown) << status;
  EXPECT_EQ(seen, "x\n");
}

TEST_F(StreamTest, ReturnsARefusalWholeAndDeliversNothing) {
  serve([](Connection& c, const ReceivedRequest&) {
    c.write_response(410, R"({"kind":"Status","code":410})");
  });
  Response head;
  const absl::Status status = transport()->stream(get("/watch", 10s),
                                                  [](std::string_view) {
                                                    ADD_FAILURE();
                                                    return true;
                                                  },
                                                  head, {});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(head.status, 410);
  EXPECT_EQ(head.body, R"({"kind":"Status","code":410})");
}

TEST_F(StreamTest, MakesAFastServerWaitForASlowReceiver) {
  std::atomic<std::size_t> written{0};
  serve([&](Connection& c, const ReceivedRequest&) {
    c.write(kHead);
    const std::string piece(32 * 1024, 'x');
    while (written < (256u << 20) && c.write(chunk(piece))) written += piece.size();
  });
  std::size_t read = 0;
  Response head;
  std::size_t written_before = 0;
  const absl::Status status = transport()->stream(get("/watch", 30s),
                                                  [&](std::string_view piece) {
                                                    read += piece.size();
                                                    // Wait until the server stands still: it must not have
                                                    // sent all that it could.
                                                    do {
                                                      written_before = written;
                                                      std::this_thread::sleep_for(50ms);
                                                    } while (written != written_before);
                                                    return read < (8u << 20);
                                                  },
                                                  head, {});
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
  EXPECT_LT(written, 64u << 20);
}

}  // namespace
}  // namespace scheduledjob::kube
