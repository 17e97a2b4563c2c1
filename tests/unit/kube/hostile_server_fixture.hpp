// API servers that are broken, or taken over: whatever they send is refused with an error, in bounded memory
// and time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "kube/errors.hpp"
#include "unit/kube/transport_fixture.hpp"

namespace scheduledjob::kube::testing {

using namespace std::chrono_literals;

inline constexpr std::size_t kMiB = 1u << 20;
// What may be on its way between the two: the kernel's buffers of either side.
inline constexpr std::size_t kOnTheWay = 24 * kMiB;
inline constexpr std::size_t kNearlyForEver = 1'024 * kMiB;

inline constexpr char kToken[] = "ey-all-in-lower-case.not-to-be-told";

inline constexpr char kChunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

inline std::string text_of(const absl::Status& status) {
  return std::string(status.message());
}

class HostileServerTest : public TransportTest {
 protected:
  // The token is one that no other text holds.
  ClusterConfig config() const {
    ClusterConfig made = TransportTest::config();
    made.token = kToken;
    return made;
  }
  std::unique_ptr<Transport> transport() const { return TransportTest::transport(config()); }

  // Sends `opening` and then `filler` again and again, until the client has left.
  void serve_flood(const std::string& opening, const std::string& filler) {
    std::string block;
    while (block.size() < 64 * 1024) block += filler;
    serve([this, opening, block](Connection& c, const ReceivedRequest&) {
      c.write(opening);
      while (written_ < kNearlyForEver && c.write(block)) written_ += block.size();
    });
  }

  absl::Status send_once(std::chrono::milliseconds timeout = 60s) const {
    const auto response = transport()->send(get("/version", timeout));
    return response.ok() ? status_from_response(*response) : response.status();
  }

  // Everything that arrives is taken; `arrived` counts it.
  absl::Status stream_once(std::chrono::milliseconds timeout = 60s) {
    Response head;
    const absl::Status status = transport()->stream(get("/watch", timeout),
                                                    [this](std::string_view piece) {
                                                      arrived_ += piece.size();
                                                      return true;
                                                    },
                                                    head, {});
    return status.ok() && head.status / 100 != 2 ? status_from_response(head) : status;
  }

  // The same where only the end of its time may end an exchange.
  absl::Status send_in_vain() const {
    return once_arrived([this](std::chrono::milliseconds timeout) { return send_once(timeout); });
  }
  absl::Status stream_in_vain() {
    return once_arrived([this](std::chrono::milliseconds timeout) { return stream_once(timeout); });
  }

  // What becomes of an exchange with little time in which the server has the request: a busy machine may need
  // more for a handshake alone.
  template <typename Exchange>
  absl::Status once_arrived(Exchange exchange) const {
    for (auto timeout = 500ms; timeout < 60s; timeout *= 2) {
      const int before = server_->requests();
      const absl::Status status = exchange(timeout);
      if (server_->requests() > before) return status;
    }
    return absl::InternalError("no request arrives");
  }

  std::atomic<std::size_t> written_{0};
  std::size_t arrived_ = 0;
};

struct Flood {
  const char* name;
  std::string opening;
  std::string filler;
};

inline std::string name_of(const ::testing::TestParamInfo<Flood>& info) {
  return info.param.name;
}

}  // namespace scheduledjob::kube::testing
