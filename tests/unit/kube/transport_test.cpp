// One request and one answer, by the real transport from a real TLS server.
#include "kube/transport.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/errors.hpp"
#include "unit/kube/transport_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using testing::answer_ok;
using testing::Connection;
using ::testing::HasSubstr;
using testing::ReceivedRequest;
using testing::TransportTest;

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
  // The second request finds a connection, however long the handshake took.
  serve([](Connection& c, const ReceivedRequest& r) {
    if (c.requests() == 1) return answer_ok(c, r);
    c.wait_for_peer_to_close(60s);
  });
  const auto made = transport();
  ASSERT_TRUE(made->send(get()).ok());
  const auto response = made->send(post("{}", 1s));
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

}  // namespace
}  // namespace scheduledjob::kube
