// Sees the changes of one Lease as they happen.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "kube/lease_record.hpp"
#include "kube/transport.hpp"

namespace scheduledjob::kube {

// Needs the right to watch this one object (RBAC's resourceNames will do), on a connection of its own.
class LeaseWatch {
 public:
  // `leases`: the collection, as ResourceKind::collection() gives it.
  LeaseWatch(Transport& transport, std::string_view leases, std::string_view name);

  // A new state, on the thread of run(). False: enough has been seen.
  using OnChange = std::function<bool(StoredLease lease)>;

  // Tells of every change after `version`. Blocks, and returns OK when `on_change` returned false, the Lease
  // was deleted or the server ended the watch; kDeadlineExceeded when nothing changed for `silence`;
  // kCancelled when `stop` was requested; otherwise the errors of the Transport and of
  // status_from_response().
  absl::Status run(const std::string& version, std::chrono::milliseconds silence, const OnChange& on_change,
                   const std::stop_token& stop);

 private:
  Transport& transport_;
  const std::string target_;
};

}  // namespace scheduledjob::kube
