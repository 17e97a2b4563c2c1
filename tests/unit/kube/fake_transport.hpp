// A Transport whose answers a test scripts.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kube/transport.hpp"

namespace scheduledjob::kube::testing {

class FakeTransport : public Transport {
 public:
  std::function<absl::StatusOr<Response>(const Request&)> on_send;
  std::function<absl::Status(const Request&, const ChunkHandler&, Response&, std::stop_token)> on_stream;
  std::vector<Request> sent;
  std::vector<Request> streamed;

  absl::StatusOr<Response> send(const Request& request) override {
    sent.push_back(request);
    return on_send(request);
  }
  absl::Status stream(const Request& request, const ChunkHandler& on_chunk, Response& head,
                      std::stop_token stop) override {
    streamed.push_back(request);
    head.status = 200;
    return on_stream(request, on_chunk, head, std::move(stop));
  }
};

inline Response answer(int status, std::string body = "{}") {
  Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

inline Response refusal(int code, const std::string& reason, const std::string& message) {
  return answer(code, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message +
                          R"(","reason":")" + reason + R"(","code":)" + std::to_string(code) + "}");
}

}  // namespace scheduledjob::kube::testing
