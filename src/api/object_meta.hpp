// The part of Kubernetes' ObjectMeta that this operator needs.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "schedule/instant.hpp"

namespace scheduledjob::api {

using schedule::NominalTime;

struct ObjectKey {
  std::string namespace_;
  std::string name;
  friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;
};

// Resource versions are decimal numbers that grow (guaranteed and comparable since Kubernetes 1.35; true of
// etcd before). 0 means unknown, and is older than any other.
using ResourceVersion = std::uint64_t;

// On a ScheduledJob: any new value ends a suspension that came from too many failures.
inline constexpr char kResumeAnnotation[] = "scheduledjob.dev/resume";
inline constexpr std::size_t kMaxResumeLength = 256;  // bytes; the rest does not count

struct ObjectMeta {
  ObjectKey key;
  std::string uid;
  ResourceVersion resource_version = 0;
  std::int64_t generation = 0;
  NominalTime creation_timestamp{};
  std::optional<NominalTime> deletion_timestamp;
  std::string resume;  // value of kResumeAnnotation, cut to its bound; empty without one

  friend bool operator==(const ObjectMeta&, const ObjectMeta&) = default;
};

}  // namespace scheduledjob::api
