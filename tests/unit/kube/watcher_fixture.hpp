// A watcher whose API server answers lists and watches from a script.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "kube/watcher.hpp"
#include "unit/kube/fake_transport.hpp"

namespace scheduledjob::kube::testing {

// Writes down what it is told, and asks to stop when a test's script is over.
class Recorder final : public WatchSink {
 public:
  void list_started() override { seen.push_back("list"); }
  void object_seen(std::string_view json) override { seen.push_back("seen " + std::string(json)); }
  void object_deleted(std::string_view json) override { seen.push_back("deleted " + std::string(json)); }
  void list_finished(std::string_view version) override { seen.push_back("listed " + std::string(version)); }
  void progressed(std::string_view version) override { seen.push_back("at " + std::string(version)); }
  void disturbed(const absl::Status& error) override {
    seen.push_back("disturbed " + std::string(error.message()));
  }
  std::vector<std::string> seen;
};

inline std::string object(int version) {
  return R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"("}})";
}

inline std::string event(const std::string& type, int version) {
  return R"({"type":")" + type + R"(","object":)" + object(version) + "}\n";
}

inline Response list(const std::string& items, int version, const std::string& next = "") {
  return answer(200, R"({"items":[)" + items + R"(],"metadata":{"resourceVersion":")" +
                         std::to_string(version) + R"(","continue":")" + next + R"("}})");
}

struct Stream {
  std::vector<std::string> chunks;
  absl::Status end = absl::OkStatus();
  Response head = answer(200, "");
};

// Answers lists and watches from two scripts, and stops the watcher when the watches are used up.
class WatcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.stream_lists = false;
    transport_.on_stream = [this](const Request& request, const Transport::ChunkHandler& on_chunk,
                                  Response& head, std::stop_token stop) -> absl::Status {
      if (request.target.find("watch=1") == std::string::npos) return answer_list(request, on_chunk, head);
      watches_asked_.push_back(request);
      if (on_watch_) return on_watch_(on_chunk, std::move(stop));
      if (watches_.empty()) {
        stop_.request_stop();
        return absl::CancelledError("the script is over");
      }
      const Stream next = watches_.front();
      watches_.pop_front();
      head = next.head;
      for (const std::string& chunk : next.chunks) {
        if (!on_chunk(chunk)) return absl::CancelledError("no more");
      }
      return next.end;
    };
  }

  absl::Status answer_list(const Request& request, const Transport::ChunkHandler& on_chunk, Response& head) {
    lists_asked_.push_back(request);
    if (lists_.empty()) {
      stop_.request_stop();
      return absl::CancelledError("the script is over");
    }
    const absl::StatusOr<Response> next = lists_.front();
    lists_.pop_front();
    if (!next.ok()) return next.status();
    head = *next;
    if (head.status != 200) return absl::OkStatus();
    for (const char& c : next->body) {
      if (!on_chunk(std::string_view(&c, 1))) return absl::CancelledError("no more");
    }
    return absl::OkStatus();
  }

  // Without jitter all waits are of no length.
  void run() {
    Watcher watcher(transport_, "/jobs", options_, sink_, [this] { return random_; });
    watcher.run(stop_.get_token());
  }

  FakeTransport transport_;
  Recorder sink_;
  WatchOptions options_;
  std::stop_source stop_;
  double random_ = 0;
  std::deque<absl::StatusOr<Response>> lists_;
  std::deque<Stream> watches_;
  std::function<absl::Status(const Transport::ChunkHandler&, std::stop_token)>
      on_watch_;  // in place of the script
  std::vector<Request> lists_asked_;
  std::vector<Request> watches_asked_;
};

}  // namespace scheduledjob::kube::testing
