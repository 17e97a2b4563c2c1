// Counts and times what goes to the API server.
#pragma once

#include <memory>
#include <stop_token>

#include "kube/transport.hpp"
#include "runtime/telemetry.hpp"

namespace scheduledjob::runtime {

// Passes everything on to another Transport and records each exchange. Streams are recorded when they end, as
// method WATCH.
class MeasuredTransport final : public kube::Transport {
 public:
  MeasuredTransport(std::unique_ptr<kube::Transport> inner, Telemetry& telemetry);

  absl::StatusOr<kube::Response> send(const kube::Request& request) override;
  absl::Status stream(const kube::Request& request, const ChunkHandler& on_chunk, kube::Response& head,
                      std::stop_token stop) override;

 private:
  std::unique_ptr<kube::Transport> inner_;
  Telemetry& telemetry_;
};

}  // namespace scheduledjob::runtime
