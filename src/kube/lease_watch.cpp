#include "kube/lease_watch.hpp"

#include <utility>

#include "absl/status/statusor.h"
#include "kube/errors.hpp"
#include "kube/line_splitter.hpp"
#include "kube/target.hpp"
#include "kube/wire.hpp"

namespace scheduledjob::kube {
namespace {

constexpr std::size_t kLongestEvent = 1u << 20;
constexpr char kWatchSeconds[] = "300";

// No bookmarks: what is heard is a change, so that silence means that there is none.
std::string watch_target(std::string_view leases, std::string_view name) {
  std::string target = with_query(std::string(leases), "watch", "1");
  target = with_query(std::move(target), "fieldSelector", "metadata.name=" + std::string(name));
  return with_query(std::move(target), "timeoutSeconds", kWatchSeconds);
}

}  // namespace

LeaseWatch::LeaseWatch(Transport& transport, std::string_view leases, std::string_view name)
    : transport_(transport), target_(watch_target(leases, name)) {}

absl::Status LeaseWatch::run(const std::string& version, std::chrono::milliseconds silence,
                             const OnChange& on_change, const std::stop_token& stop) {
  WatchEventReader reader;
  LineSplitter lines(kLongestEvent);
  bool enough = false;
  // What an event says; OK while there is nothing wrong with it.
  const auto deliver = [&](std::string& line) -> absl::Status {
    const absl::StatusOr<WatchEvent> event = reader.read(line);
    if (!event.ok()) return event.status();
    if (event->type == WatchEvent::Type::kError) return status_from_error_event(event->object);
    if (event->type == WatchEvent::Type::kBookmark) return absl::OkStatus();
    if (event->type == WatchEvent::Type::kDeleted) {
      enough = true;
      return absl::OkStatus();
    }
    absl::StatusOr<StoredLease> lease = read_lease(event->object);
    if (!lease.ok()) return lease.status();
    enough = !on_change(*std::move(lease));
    return absl::OkStatus();
  };

  Request request;
  request.target = with_query(target_, "resourceVersion", version);
  request.timeout = silence;
  Response head;
  absl::Status problem;
  const auto on_line = [&](std::string& line) {
    problem = deliver(line);
    return problem.ok() && !enough;
  };
  absl::Status status = transport_.stream(
      request, [&](std::string_view chunk) { return lines.feed(chunk, on_line); }, head, stop);
  if (enough || !problem.ok()) return problem;
  if (lines.too_long()) return absl::InvalidArgumentError("the API server sent a Lease of more than 1 MiB");
  if (!status.ok()) return status;
  return head.status / 100 == 2 ? absl::OkStatus() : status_from_response(head);
}

}  // namespace scheduledjob::kube
