// Answers that the real transport delivers piece by piece, from a real TLS server.
#include <array>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/transport.hpp"
#include "unit/kube/transport_fixture.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using testing::Connection;
using testing::ReceivedRequest;
using testing::TransportTest;

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
