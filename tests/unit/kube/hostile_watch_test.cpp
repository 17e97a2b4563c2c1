// Watches of API servers that are broken, or taken over.
#include <array>
#include <cstdio>
#include <stop_token>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kube/watcher.hpp"
#include "unit/kube/hostile_server_fixture.hpp"
#include "unit/kube/peak_memory.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using testing::Connection;
using ::testing::HasSubstr;
using testing::HostileServerTest;
using testing::kChunked;
using testing::kMiB;
using testing::kOnTheWay;
using testing::PeakMemory;
using testing::ReceivedRequest;
using testing::text_of;

class LastWord final : public WatchSink {
 public:
  explicit LastWord(std::stop_source stop) : stop_(std::move(stop)) {}
  void list_started() override {}
  void object_seen(std::string_view) override { ++objects; }
  void object_deleted(std::string_view) override {}
  void list_finished(std::string_view) override {}
  void progressed(std::string_view) override {}
  void disturbed(const absl::Status& error) override {
    problem = error;
    stop_.request_stop();
  }

  std::size_t objects = 0;
  absl::Status problem;

 private:
  std::stop_source stop_;
};

class HostileWatchTest : public HostileServerTest {
 protected:
  // The first thing that disturbs a watcher.
  absl::Status watch_until_disturbed() {
    std::stop_source stop;
    LastWord sink(stop);
    const auto made = transport();
    Watcher watcher(*made, "/jobs", {}, sink, [] { return 0.0; });
    watcher.run(stop.get_token());
    objects_ = sink.objects;
    return sink.problem;
  }

  std::size_t objects_ = 0;
};

TEST_F(HostileWatchTest, AnEventWithoutAnEndIsGivenUp) {
  serve_flood(kChunked, "8000\r\n" + std::string(0x8000, 'x') + "\r\n");
  const PeakMemory memory;
  const absl::Status problem = watch_until_disturbed();
  EXPECT_THAT(text_of(problem), HasSubstr("a watch event longer than 8 MiB"));
  EXPECT_LT(written_, 16 * kMiB + kOnTheWay);
  EXPECT_LT(memory.growth(), 96 * kMiB);
}

TEST_F(HostileWatchTest, EventsThatAreNoEventsAreRefused) {
  const std::string deep(100'000, '[');
  for (const std::string& event :
       {deep, R"({"type":"ADDED","object":)" + deep, R"({"type":"ADDED","object":{"metadata":)" + deep,
        R"({"type":"ERROR","object":{"kind":"Status","details":)" + deep + "}}",
        R"({"type":"ADDED","object":{"metadata":{"resourceVersion":)" + std::string(100'000, '9') + "}}}",
        R"({"type":")" + std::string(kMiB, 'A') + R"(","object":{}})", std::string("\xff\xfe\x00\x80", 4),
        std::string(R"({"type":"ADDED","object":{"metadata":{"resourceVersion":")") + "\xc3\x28\"}}}"}) {
    serve([&event](Connection& c, const ReceivedRequest&) {
      std::array<char, 20> size{};
      std::snprintf(size.data(), size.size(), "%zx\r\n", event.size() + 1);
      c.write(kChunked + std::string(size.data()) + event + "\n\r\n");
      c.wait_for_peer_to_close(60s);
    });
    const absl::Status problem = watch_until_disturbed();
    EXPECT_FALSE(problem.ok());
    EXPECT_LT(problem.message().size(), 500u);
    EXPECT_EQ(objects_, 0u);
  }
}

}  // namespace
}  // namespace scheduledjob::kube
