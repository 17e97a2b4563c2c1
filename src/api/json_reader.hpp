// Reading JSON in one forward pass, with the path of a field in every error. Private to this room: includes
// simdjson.
//
// Kubernetes' rule applies throughout: a member that is null is absent, so visitors never see one.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "api/enum_names.hpp"
#include "schedule/instant.hpp"
#include "simdjson.h"

namespace scheduledjob::api {

// Where a value stands: "spec.schedules[1].cron". A chain through the callers' frames, turned into text only
// for an error.
class Path {
 public:
  Path() = default;
  Path(const Path& parent, std::string_view key) : parent_{&parent}, key_{key} {}
  Path(const Path& parent, std::size_t index) : parent_{&parent}, index_{index} {}

  std::string text() const;
  // kInvalidArgument, "<path>: <problem>".
  absl::Status error(std::string_view problem) const;

 private:
  const Path* parent_ = nullptr;  // null for the document itself
  std::string_view key_;          // empty for an element of a list
  std::size_t index_ = 0;
};

using JsonValue = simdjson::ondemand::value;
using VisitMember = absl::FunctionRef<absl::Status(std::string_view key, JsonValue value, const Path& path)>;
using VisitElement = absl::FunctionRef<absl::Status(JsonValue value, const Path& path)>;

struct Range {
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// Visits the members of the object that `json` is, until a visitor fails. `root` is the path of that object.
// A visitor may leave its value half read. Keys live as long as the call.
// Errors: the visitor's; kInvalidArgument when the text is too large or not JSON. Values that no visitor
// reads are only skimmed.
absl::Status read_document(std::string_view json, const Path& root, VisitMember visit);

absl::Status read_members(JsonValue value, const Path& path, VisitMember visit);
absl::Status read_elements(JsonValue value, const Path& path, VisitElement visit);

bool is_object(JsonValue& value);
bool is_list(JsonValue& value);

absl::StatusOr<std::string> read_text(JsonValue value, const Path& path);
absl::StatusOr<bool> read_bool(JsonValue value, const Path& path);
absl::StatusOr<std::int64_t> read_integer(JsonValue value, const Path& path, Range range = {});
absl::StatusOr<std::int32_t> read_int32(JsonValue value, const Path& path, Range range = {});
absl::StatusOr<schedule::NominalTime> read_time(JsonValue value, const Path& path);

// The text of any value exactly as it stands in the document, for as long as that is being read.
absl::StatusOr<std::string_view> read_json_text(JsonValue value, const Path& path);

// The same of an object, for good.
absl::StatusOr<std::string> read_object_text(JsonValue value, const Path& path);

template <typename Enum, std::size_t size>
absl::StatusOr<Enum> read_enum(JsonValue value, const Path& path, const EnumNames<Enum, size>& names) {
  const absl::StatusOr<std::string> text = read_text(value, path);
  if (!text.ok()) return text.status();
  if (const auto enumerator = enumerator_named(names, *text)) return *enumerator;
  return path.error("\"" + *text + "\" is not one of " + all_names(names));
}

// Stores what was read, or returns why it could not be.
template <typename Field, typename Value>
absl::Status store(absl::StatusOr<Value> read, Field& field) {
  if (!read.ok()) return read.status();
  field = *std::move(read);
  return absl::OkStatus();
}

// Stores what was read; what could not be read leaves the field as it is.
template <typename Field, typename Value>
void store_if_valid(absl::StatusOr<Value> read, Field& field) {
  if (read.ok()) field = *std::move(read);
}

}  // namespace scheduledjob::api
