#include "api/json_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

using simdjson::ondemand::json_type;

absl::Status not_json(const Path& path, simdjson::error_code code) {
  return path.error(fmt::format("is not valid JSON: {}", simdjson::error_message(code)));
}

std::string_view describe(json_type type) {
  switch (type) {
    case json_type::array:
      return "a list";
    case json_type::object:
      return "an object";
    case json_type::number:
      return "a number";
    case json_type::string:
      return "a string";
    case json_type::boolean:
      return "a boolean";
    case json_type::null:
      return "null";
  }
  return "something else";
}

// What to say when `value` could not be read as `expected`: that it is of another type, or that it is broken.
absl::Status mismatch(JsonValue& value, const Path& path, std::string_view expected,
                      simdjson::error_code code) {
  json_type type{};
  if (code != simdjson::INCORRECT_TYPE || value.type().get(type) != simdjson::SUCCESS)
    return not_json(path, code);
  return path.error(fmt::format("must be {}, not {}", expected, describe(type)));
}

absl::Status outside(const Path& path, std::int64_t value, Range range) {
  const bool bounded_by_its_type_only = range.max >= std::numeric_limits<std::int32_t>::max();
  if (value < range.min && bounded_by_its_type_only) {
    return path.error(fmt::format("{} is less than {}", value, range.min));
  }
  return path.error(fmt::format("{} is outside {}–{}", value, range.min, range.max));
}

absl::Status visit_members(simdjson::ondemand::object object, const Path& path, VisitMember visit) {
  for (auto member : object) {
    std::string_view key;
    if (const auto code = member.unescaped_key().get(key)) return not_json(path, code);
    JsonValue value;
    if (const auto code = member.value().get(value)) return not_json(path, code);
    const Path member_path{path, key};
    bool is_null = false;
    if (const auto code = value.is_null().get(is_null)) return not_json(member_path, code);
    if (is_null) continue;
    if (absl::Status status = visit(key, value, member_path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status nothing_follows(simdjson::ondemand::document& document, const Path& root) {
  const char* rest = nullptr;
  switch (const auto code = document.current_location().get(rest)) {
    case simdjson::OUT_OF_BOUNDS:
      return absl::OkStatus();
    case simdjson::SUCCESS:
      return root.error("is not valid JSON: text follows the object");
    default:
      return not_json(root, code);
  }
}

}  // namespace

std::string Path::text() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->text();
  if (key_.empty()) return text + fmt::format("[{}]", index_);
  if (!text.empty()) text += '.';
  return text.append(key_);
}

absl::Status Path::error(std::string_view problem) const {
  const std::string where = text();
  return absl::InvalidArgumentError(fmt::format("{}: {}", where.empty() ? "object" : where, problem));
}

absl::Status read_document(std::string_view json, const Path& root, VisitMember visit) {
  if (json.size() > kMaxObjectSize) {
    return root.error(fmt::format("has {} bytes; more than {} are not read", json.size(), kMaxObjectSize));
  }
  const simdjson::padded_string padded(json);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  if (const auto code = parser.iterate(padded).get(document)) return not_json(root, code);
  simdjson::ondemand::object object;
  if (const auto code = document.get_object().get(object)) {
    return code == simdjson::INCORRECT_TYPE ? root.error("must be an object") : not_json(root, code);
  }
  if (absl::Status status = visit_members(object, root, visit); !status.ok()) return status;
  return nothing_follows(document, root);
}

absl::Status read_members(JsonValue value, const Path& path, VisitMember visit) {
  simdjson::ondemand::object object;
  if (const auto code = value.get_object().get(object)) return mismatch(value, path, "an object", code);
  return visit_members(object, path, visit);
}

absl::Status read_elements(JsonValue value, const Path& path, VisitElement visit) {
  simdjson::ondemand::array array;
  if (const auto code = value.get_array().get(array)) return mismatch(value, path, "a list", code);
  std::size_t index = 0;
  for (auto result : array) {
    const Path element_path{path, index++};
    JsonValue element;
    if (const auto code = result.get(element)) return not_json(element_path, code);
    if (absl::Status status = visit(element, element_path); !status.ok()) return status;
  }
  return absl::OkStatus();
}

bool is_object(JsonValue& value) {
  json_type type{};
  return value.type().get(type) == simdjson::SUCCESS && type == json_type::object;
}

bool is_list(JsonValue& value) {
  json_type type{};
  return value.type().get(type) == simdjson::SUCCESS && type == json_type::array;
}

absl::StatusOr<std::string> read_text(JsonValue value, const Path& path) {
  std::string_view text;
  if (const auto code = value.get_string().get(text)) return mismatch(value, path, "a string", code);
  return std::string(text);
}

absl::StatusOr<bool> read_bool(JsonValue value, const Path& path) {
  bool result = false;
  if (const auto code = value.get_bool().get(result)) return mismatch(value, path, "true or false", code);
  return result;
}

absl::StatusOr<std::int64_t> read_integer(JsonValue value, const Path& path, Range range) {
  json_type type{};
  if (const auto code = value.type().get(type)) return not_json(path, code);
  if (type != json_type::number) return mismatch(value, path, "a whole number", simdjson::INCORRECT_TYPE);
  std::int64_t number = 0;
  if (value.get_int64().get(number) != simdjson::SUCCESS)
    return path.error("is not a whole number of 64 bits");
  if (number < range.min || number > range.max) return outside(path, number, range);
  return number;
}

absl::StatusOr<std::int32_t> read_int32(JsonValue value, const Path& path, Range range) {
  range.max = std::min<std::int64_t>(range.max, std::numeric_limits<std::int32_t>::max());
  const absl::StatusOr<std::int64_t> number = read_integer(value, path, range);
  if (!number.ok()) return number.status();
  return static_cast<std::int32_t>(*number);
}

absl::StatusOr<schedule::NominalTime> read_time(JsonValue value, const Path& path) {
  const absl::StatusOr<std::string> text = read_text(value, path);
  if (!text.ok()) return text.status();
  absl::StatusOr<schedule::NominalTime> time = schedule::parse_rfc3339(*text);
  if (!time.ok()) return path.error(std::string(time.status().message()));
  return time;
}

absl::StatusOr<std::string_view> read_json_text(JsonValue value, const Path& path) {
  std::string_view text;
  if (const auto code = simdjson::to_json_string(value).get(text)) return not_json(path, code);
  // simdjson takes everything up to the next token.
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

absl::StatusOr<std::string> read_object_text(JsonValue value, const Path& path) {
  if (!is_object(value)) return mismatch(value, path, "an object", simdjson::INCORRECT_TYPE);
  const absl::StatusOr<std::string_view> text = read_json_text(value, path);
  if (!text.ok()) return text.status();
  return std::string(*text);
}

}  // namespace scheduledjob::api
