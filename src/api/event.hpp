// Events (events.k8s.io/v1) about a ScheduledJob: what `kubectl describe` and `kubectl events` show beside
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/object_meta.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::api {

// The API server's bounds, in bytes.
inline constexpr std::size_t kMaxEventNoteLength = 1024;
inline constexpr std::size_t kMaxEventReporterLength = 128;

enum class EventType { kNormal, kWarning };

struct Event {
  ObjectKey regarding;
  std::string regarding_uid;
  EventType type = EventType::kNormal;
  std::string reason;  // CamelCase, at most 128 bytes: what a machine selects by
  std::string action;  // CamelCase, at most 128 bytes: what was being done
  std::string note;    // for people; longer than kMaxEventNoteLength it is cut
};

// The JSON of a new Event called `name`, for something that happened at `time`. `reporter` names the replica
// that saw it.
std::string event_manifest(const Event& event, const std::string& name, schedule::Instant time,
                           std::string_view reporter);

// The merge patch that says the same has happened `count` times by now (at least 2), last at `last`.
std::string event_series_patch(std::int64_t count, schedule::Instant last);

}  // namespace scheduledjob::api
