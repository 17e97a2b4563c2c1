// The spec of a coordination.k8s.io/v1 Lease, as client-go fills it.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace scheduledjob::kube {

struct LeaseRecord {
  std::string holder;  // empty: nobody
  std::chrono::seconds duration{0};
  std::string acquire_time;
  std::string renew_time;
  std::int64_t transitions = 0;

  friend bool operator==(const LeaseRecord&, const LeaseRecord&) = default;
};

struct StoredLease {
  LeaseRecord record;
  std::string resource_version;
  // What its last holder left when it released the lease; empty when it left nothing, or another has written
  // since, be it one that does not know of notes and kept the text.
  std::string note;
};

// A field that is absent or of another type reads as empty. kInvalidArgument when the text is no object with
// a version.
absl::StatusOr<StoredLease> read_lease(std::string_view json);

std::string lease_manifest(std::string_view namespace_, std::string_view name, const LeaseRecord& record);

// A merge patch that holds only if the lease still has this version. A note is left beside the record, in an
// annotation.
std::string lease_patch(const LeaseRecord& record, std::string_view resource_version,
                        std::string_view note = {});

// RFC 3339 with six digits of a second: Kubernetes' MicroTime.
std::string micro_time(std::chrono::system_clock::time_point time);

}  // namespace scheduledjob::kube
