// Answers without an end: given up in bounded memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/kube/hostile_server_fixture.hpp"
#include "unit/kube/peak_memory.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using testing::Connection;
using testing::Flood;
using ::testing::HasSubstr;
using testing::HostileServerTest;
using testing::kChunked;
using testing::kMiB;
using testing::kOnTheWay;
using testing::name_of;
using testing::PeakMemory;
using testing::ReceivedRequest;
using testing::text_of;

class EndlessHead : public HostileServerTest, public ::testing::WithParamInterface<Flood> {};

TEST_P(EndlessHead, IsGivenUpAfterOneMebibyte) {
  serve_flood(GetParam().opening, GetParam().filler);
  const PeakMemory memory;
  const absl::Status status = send_once();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown) << status;
  EXPECT_THAT(text_of(status), HasSubstr("GET /version: the head of the answer is longer than 1 MiB"));
  EXPECT_TRUE(outcome_unknown(status));
  EXPECT_LT(written_, kOnTheWay);
  EXPECT_LT(memory.growth(), 16 * kMiB);
}

TEST_P(EndlessHead, IsGivenUpInAWatchToo) {
  serve_flood(GetParam().opening, GetParam().filler);
  const PeakMemory memory;
  const absl::Status status = stream_once();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnknown) << status;
  EXPECT_LT(written_, kOnTheWay);
  EXPECT_LT(memory.growth(), 16 * kMiB);
}

INSTANTIATE_TEST_SUITE_P(
    HostileServer, EndlessHead,
    ::testing::Values(Flood{"ManyHeaders", "HTTP/1.1 200 OK\r\n",
                            "X-Filler: " + std::string(200, 'x') + "\r\n"},
                      Flood{"OneHeader", "HTTP/1.1 200 OK\r\nX-Filler: ", "x"},
                      Flood{"StatusLine", "HTTP/1.1 200 ", "x"}, Flood{"NoHttpAtAll", "", "x"},
                      Flood{"ChunksInsteadOfHeaders", "HTTP/1.1 200 OK\r\n", "5\r\nhello\r\n"},
                      Flood{"Zeros", "", std::string(1, '\0')}),
    name_of);

TEST_F(HostileServerTest, AnAnswerIsWholeOnlyUpToItsBound) {
  serve_flood(kChunked, "10000\r\n" + std::string(0x10000, 'x') + "\r\n");
  const PeakMemory memory;
  const absl::Status status = send_once();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
  EXPECT_TRUE(outcome_unknown(status)) << "a create may have been carried out";
  EXPECT_LT(written_, 64 * kMiB + kOnTheWay);
  EXPECT_LT(memory.growth(), 256 * kMiB);
}

class EndlessBody : public HostileServerTest, public ::testing::WithParamInterface<Flood> {};

TEST_P(EndlessBody, IsGivenUp) {
  serve_flood(GetParam().opening, GetParam().filler);
  const PeakMemory memory;
  const absl::Status status = send_once();
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(outcome_unknown(status)) << status;
  EXPECT_LT(written_, 80 * kMiB + kOnTheWay);
  EXPECT_LT(memory.growth(), 300 * kMiB);
}

INSTANTIATE_TEST_SUITE_P(
    HostileServer, EndlessBody,
    ::testing::Values(
        Flood{"WithoutLength", "HTTP/1.1 200 OK\r\n\r\n", "x"},
        Flood{"OfGiganticLength", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n", "x"},
        Flood{"OfALengthBeyond64Bits", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
              "x"},
        Flood{"InOneChunk", std::string(kChunked) + "7fffffff\r\n", "x"},
        Flood{"InTheLineOfAChunk", std::string(kChunked) + "1;extension=", "x"},
        Flood{"InTheLineOfAChunkAfterAnother", std::string(kChunked) + "1\r\nx\r\n1;extension=", "x"},
        Flood{"OfARefusal", "HTTP/1.1 500 Internal Server Error\r\n\r\n", "x"}),
    name_of);

class EndlessPiece : public HostileServerTest, public ::testing::WithParamInterface<Flood> {};

TEST_P(EndlessPiece, EndsAWatch) {
  serve_flood(GetParam().opening, GetParam().filler);
  const PeakMemory memory;
  const absl::Status status = stream_once();
  EXPECT_FALSE(status.ok());
  EXPECT_LT(written_, 24 * kMiB + kOnTheWay);
  EXPECT_LT(memory.growth(), 96 * kMiB);
}

INSTANTIATE_TEST_SUITE_P(HostileServer, EndlessPiece,
                         ::testing::Values(Flood{"Chunk", std::string(kChunked) + "7fffffff\r\n", "x"},
                                           Flood{"LineOfAChunk", std::string(kChunked) + "1;extension=", "x"},
                                           Flood{"LineOfAChunkAfterAnother",
                                                 std::string(kChunked) + "1\r\nx\r\n1;extension=", "x"}),
                         name_of);

TEST_F(HostileServerTest, MuchMoreThanTheBoundPassesThroughAWatchInPieces) {
  constexpr std::size_t kPieces = 600;
  serve([](Connection& c, const ReceivedRequest&) {
    c.write(kChunked);
    const std::string piece = "40000\r\n" + std::string(0x40000, 'x') + "\r\n";
    for (std::size_t i = 0; i < kPieces; ++i) c.write(piece);
    c.write("0\r\n\r\n");
  });
  const PeakMemory memory;
  EXPECT_TRUE(stream_once().ok());
  EXPECT_EQ(arrived_, kPieces * 0x40000);
  EXPECT_LT(memory.growth(), 32 * kMiB);
}

TEST_F(HostileServerTest, ManyAnswersOnOneConnectionAreEachCountedAnew) {
  const std::string body(kMiB / 2, 'x');
  serve([&](Connection& c, const ReceivedRequest&) {
    c.write_response(200, body, "X-Filler: " + std::string(kMiB / 2, 'x') + "\r\n");
  });
  const auto made = transport();
  for (int i = 0; i < 8; ++i) {
    const auto response = made->send(get());
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->body, body);
  }
  EXPECT_EQ(server_->connections(), 1);
}

TEST_F(HostileServerTest, AChunkAsLongAsTheWholeBodyMayBeIsRead) {
  const std::string body(60 * kMiB, 'x');
  serve([&](Connection& c, const ReceivedRequest&) {
    c.write(kChunked);
    c.write("3c00000\r\n" + body + "\r\n0\r\n\r\n");
  });
  const auto response = transport()->send(get("/list", 60s));
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body.size(), body.size());
}

}  // namespace
}  // namespace scheduledjob::kube
