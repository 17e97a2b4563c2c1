#include "runtime/measured_transport.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace scheduledjob::runtime {
namespace {

using Steady = std::chrono::steady_clock;

std::string_view take_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// "/apis/batch/v1/namespaces/default/jobs/a?x=y" is about "jobs".
std::string plural_of(std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  if (take_segment(path) == "apis") take_segment(path);  // the group
  take_segment(path);                                    // the version
  std::string_view plural = take_segment(path);
  if (plural == "namespaces" && path.find('/', 1) != std::string_view::npos) {
    take_segment(path);
    plural = take_segment(path);
  }
  return std::string(plural);
}

std::chrono::microseconds since(Steady::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - start);
}

}  // namespace

MeasuredTransport::MeasuredTransport(std::unique_ptr<kube::Transport> inner, Telemetry& telemetry)
    : inner_(std::move(inner)), telemetry_(telemetry) {}

absl::StatusOr<kube::Response> MeasuredTransport::send(const kube::Request& request) {
  const Steady::time_point start = Steady::now();
  absl::StatusOr<kube::Response> response = inner_->send(request);
  telemetry_.record_api_request({std::string(kube::name_of(request.method)), plural_of(request.target)},
                                response.ok() ? response->status : 0, since(start));
  return response;
}

absl::Status MeasuredTransport::stream(const kube::Request& request, const ChunkHandler& on_chunk,
                                       kube::Response& head, std::stop_token stop) {
  const Steady::time_point start = Steady::now();
  absl::Status ended = inner_->stream(request, on_chunk, head, std::move(stop));
  telemetry_.record_api_request({"WATCH", plural_of(request.target)}, head.status, since(start));
  return ended;
}

}  // namespace scheduledjob::runtime
