// A Transport whose answers the test writes.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "kube/transport.hpp"

namespace scheduledjob::runtime {

class ScriptedTransport final : public kube::Transport {
 public:
  using Script = std::function<absl::StatusOr<kube::Response>(const kube::Request&)>;

  explicit ScriptedTransport(Script script) : script_(std::move(script)) {}

  absl::StatusOr<kube::Response> send(const kube::Request& request) override {
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return script_(request);
  }

  absl::Status stream(const kube::Request& request, const ChunkHandler&, kube::Response& head,
                      std::stop_token) override {
    const absl::StatusOr<kube::Response> answer = send(request);
    if (!answer.ok()) return answer.status();
    head = *answer;
    return absl::OkStatus();
  }

  std::vector<kube::Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  const Script script_;
  mutable std::mutex mutex_;
  std::vector<kube::Request> requests_;
};

inline kube::Response answer(int status, std::string body) {
  kube::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

// What the API server says when it refuses.
inline kube::Response refusal(int code, const std::string& reason, const std::string& message) {
  return answer(code, R"({"kind":"Status","apiVersion":"v1","status":"Failure","message":")" + message +
                          R"(","reason":")" + reason + R"(","code":)" + std::to_string(code) + "}");
}

}  // namespace scheduledjob::runtime
