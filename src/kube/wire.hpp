// The little that this room itself reads in the API server's JSON: versions, lists, watch events and
// refusals. Objects are handed on as the text they came in. Text of any size and shape is refused with
// kInvalidArgument, never a crash.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace scheduledjob::kube {

struct ObjectVersion {
  std::string uid;
  std::string resource_version;
};

// Of an object or of a list (which has no uid).
absl::StatusOr<ObjectVersion> read_version(std::string json);

// A meta/v1 Status.
struct Refusal {
  int code = 0;
  std::string reason;
  std::string message;
  std::string cause;  // the first of details.causes: "NamespaceTerminating", "FieldValueInvalid"
  std::optional<std::chrono::seconds> retry_after;
};

// Absent when the text is no Status, or longer than 1 MiB.
std::optional<Refusal> read_refusal(const std::string& json);

struct ListPage {
  std::string resource_version;
  std::string continue_token;  // empty: the last page
};

// Hands each item's text to `each`, in order, before all of the page has been checked.
absl::StatusOr<ListPage> read_list(std::string& json, const std::function<void(std::string_view)>& each);

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type = Type::kError;
  std::string_view object;       // within the line it was read from
  std::string resource_version;  // of the object; empty for kError
  // A bookmark: all that existed when the watch began has been delivered.
  bool initial_events_end = false;
};

// Not thread-safe; keeps its memory from one event to the next.
class WatchEventReader {
 public:
  WatchEventReader();
  ~WatchEventReader();
  absl::StatusOr<WatchEvent> read(std::string& line);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace scheduledjob::kube
