#include "kube/wire.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

namespace scheduledjob::kube {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kLongestRefusal = 1 << 20;

absl::Status not_readable(const char* what, simdjson::error_code error) {
  return absl::InvalidArgumentError(
      fmt::format("the API server sent {} that cannot be read: {}", what, simdjson::error_message(error)));
}

// The parser reads a little beyond the end.
simdjson::padded_string_view padded(std::string& json) {
  if (json.capacity() - json.size() < simdjson::SIMDJSON_PADDING) {
    json.reserve(json.size() + simdjson::SIMDJSON_PADDING);
  }
  return simdjson::padded_string_view(json.data(), json.size(), json.capacity());
}

std::string_view without_trailing_space(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// The functions below throw simdjson_error; the entry points catch it.

template <class Value>
std::string string_or_empty(simdjson::simdjson_result<Value> field) {
  if (field.error() == simdjson::NO_SUCH_FIELD) return {};
  return std::string(std::string_view(field.get_string()));
}

ObjectVersion version_in(ondemand::object& metadata) {
  ObjectVersion version;
  version.uid = string_or_empty(metadata.find_field_unordered("uid"));
  version.resource_version = string_or_empty(metadata.find_field_unordered("resourceVersion"));
  return version;
}

bool ends_initial_events(ondemand::object& metadata) {
  auto annotations = metadata.find_field_unordered("annotations");
  if (annotations.error() != simdjson::SUCCESS || annotations.is_null()) return false;
  return string_or_empty(annotations.find_field_unordered("k8s.io/initial-events-end")) == "true";
}

ListPage read_items(ondemand::object list, const std::function<void(std::string_view)>& each) {
  ListPage page;
  for (auto field : list) {
    const std::string_view key = field.unescaped_key();
    if (key == "metadata") {
      ondemand::object metadata = field.value().get_object();
      page.resource_version = string_or_empty(metadata.find_field_unordered("resourceVersion"));
      page.continue_token = string_or_empty(metadata.find_field_unordered("continue"));
    } else if (key == "items" && !field.value().is_null()) {
      for (auto item : field.value().get_array()) {
        ondemand::object object = item.get_object();
        each(without_trailing_space(object.raw_json()));
      }
    }
  }
  return page;
}

std::optional<WatchEvent::Type> event_type(std::string_view text) {
  if (text == "ADDED") return WatchEvent::Type::kAdded;
  if (text == "MODIFIED") return WatchEvent::Type::kModified;
  if (text == "DELETED") return WatchEvent::Type::kDeleted;
  if (text == "BOOKMARK") return WatchEvent::Type::kBookmark;
  if (text == "ERROR") return WatchEvent::Type::kError;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<ObjectVersion> read_version(std::string json) try {
  ondemand::parser parser;
  ondemand::document document = parser.iterate(padded(json));
  ondemand::object metadata = document["metadata"].get_object();
  ObjectVersion version = version_in(metadata);
  if (version.resource_version.empty()) {
    return absl::InvalidArgumentError("the API server sent an object without metadata.resourceVersion");
  }
  return version;
} catch (const simdjson::simdjson_error& e) {
  return not_readable("an object", e.error());
}

// Parsed as a whole: its fields come in any order and most may be missing, and what is read on demand must
// not be touched again once a part of it has turned out to be no JSON.
std::optional<Refusal> read_refusal(const std::string& json) try {
  if (json.size() > kLongestRefusal) return std::nullopt;
  simdjson::dom::parser parser;
  const simdjson::dom::element document = parser.parse(json);
  if (string_or_empty(document["kind"]) != "Status") return std::nullopt;
  Refusal refusal;
  if (auto code = document["code"]; code.error() == simdjson::SUCCESS) {
    refusal.code = static_cast<int>(std::clamp<std::int64_t>(code.get_int64(), 0, 999));
  }
  refusal.reason = string_or_empty(document["reason"]);
  refusal.message = string_or_empty(document["message"]);
  if (auto seconds = document["details"]["retryAfterSeconds"]; seconds.error() == simdjson::SUCCESS) {
    refusal.retry_after = std::chrono::seconds(std::clamp<std::int64_t>(seconds.get_int64(), 0, 86'400));
  }
  if (const auto cause = document.at_pointer("/details/causes/0/reason");
      cause.error() == simdjson::SUCCESS) {
    refusal.cause = string_or_empty(cause);
  }
  return refusal;
} catch (const simdjson::simdjson_error&) {
  return std::nullopt;
}

absl::StatusOr<ListPage> read_list(std::string& json, const std::function<void(std::string_view)>& each) try {
  ondemand::parser parser;
  ondemand::document document = parser.iterate(padded(json));
  ListPage page = read_items(document.get_object(), each);
  if (page.resource_version.empty()) {
    return absl::InvalidArgumentError("the API server sent a list without metadata.resourceVersion");
  }
  return page;
} catch (const simdjson::simdjson_error& e) {
  return not_readable("a list", e.error());
}

struct WatchEventReader::Parser {
  ondemand::parser parser;
};

WatchEventReader::WatchEventReader() : parser_(std::make_unique<Parser>()) {}
WatchEventReader::~WatchEventReader() = default;

absl::StatusOr<WatchEvent> WatchEventReader::read(std::string& line) try {
  ondemand::document document = parser_->parser.iterate(padded(line));
  WatchEvent event;
  const std::string_view type = document["type"].get_string();
  const std::optional<WatchEvent::Type> known = event_type(type);
  if (!known) {
    return absl::InvalidArgumentError(
        fmt::format("the API server sent a watch event of the unknown type {:?}", type.substr(0, 40)));
  }
  event.type = *known;
  ondemand::object object = document["object"].get_object();
  event.object = without_trailing_space(object.raw_json());
  if (event.type == WatchEvent::Type::kError) return event;

  if (auto error = object.reset().error(); error != simdjson::SUCCESS)
    return not_readable("a watch event", error);
  ondemand::object metadata = object.find_field_unordered("metadata").get_object();
  event.resource_version = string_or_empty(metadata.find_field_unordered("resourceVersion"));
  if (event.resource_version.empty()) {
    return absl::InvalidArgumentError("the API server sent a watch event without metadata.resourceVersion");
  }
  if (event.type == WatchEvent::Type::kBookmark) event.initial_events_end = ends_initial_events(metadata);
  return event;
} catch (const simdjson::simdjson_error& e) {
  return not_readable("a watch event", e.error());
}

}  // namespace scheduledjob::kube
