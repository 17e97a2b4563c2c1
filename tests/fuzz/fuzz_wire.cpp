// Any bytes as what an API server sends: an object, a refusal, a header, and a list and a watch in pieces of
// any size. Each is read, or refused with a message that is safe to show.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/invariants.hpp"
#include "kube/errors.hpp"
#include "kube/http_headers.hpp"
#include "kube/item_splitter.hpp"
#include "kube/line_splitter.hpp"
#include "kube/wire.hpp"

namespace scheduledjob::fuzz {
namespace {

constexpr std::size_t kLongest = 600;  // line, item
constexpr std::chrono::hours kDay{24};

void try_list(std::string json) {
  const auto page = kube::read_list(json, [](std::string_view item) {
    require(item.starts_with('{'), "an item is an object");
    std::string copy(item);
    kube::read_version(copy).IgnoreError();
  });
  if (!page.ok()) return require_presentable(page.status());
  require(!page->resource_version.empty(), "a list has a version");
}

void try_version(const std::string& json) {
  const auto version = kube::read_version(json);
  if (!version.ok()) return require_presentable(version.status());
  require(!version->resource_version.empty(), "an object has a version");
}

void try_refusal(const std::string& body) {
  for (const int code : {0, 200, 302, 400, 401, 403, 404, 409, 410, 422, 429, 500, 503, 504, 599}) {
    kube::Response response;
    response.status = code;
    response.body = body;
    const absl::Status status = kube::status_from_response(response);
    require(!status.ok(), "a refusal is an error");
    require(!status.message().empty() && status.message().size() < 2'100, "its message has a bound");
    require(kube::http_code(status) == code, "it keeps its code");
    require(kube::retry_after(status).value_or(kDay) <= kDay, "nobody waits for more than a day");
  }
}

void try_headers(const std::string& text) {
  require(kube::parse_retry_after(text).value_or(kDay) <= kDay, "nobody waits for more than a day");
  if (const auto date = kube::parse_http_date(text)) {
    require(date->time_since_epoch() < std::chrono::days{3'000'000}, "a date is in the calendar");
  }
}

// What a splitter makes of a stream that comes in pieces of `size` bytes.
struct Parts {
  std::vector<std::string> parts;
  bool too_long;
  friend bool operator==(const Parts&, const Parts&) = default;
};

template <class Splitter>
Parts parts_of(Splitter& splitter, std::string_view stream, std::size_t size) {
  Parts parts;
  const auto keep = [&parts](std::string& part) {
    parts.parts.push_back(part);
    return true;
  };
  while (!stream.empty() && splitter.feed(stream.substr(0, size), keep)) {
    stream.remove_prefix(std::min(size, stream.size()));
  }
  parts.too_long = splitter.too_long();
  return parts;
}

Parts lines_of(std::string_view stream, std::size_t size) {
  kube::LineSplitter splitter(kLongest);
  return parts_of(splitter, stream, size);
}

// The frame comes last.
Parts items_of(std::string_view stream, std::size_t size) {
  kube::ItemSplitter splitter(kLongest);
  Parts parts = parts_of(splitter, stream, size);
  parts.parts.push_back(splitter.frame());
  return parts;
}

void try_pages(std::string_view stream) {
  const Parts whole = items_of(stream, std::max<std::size_t>(stream.size(), 1));
  for (const std::size_t size : {1u, 2u, 7u, 100u}) {
    require(items_of(stream, size) == whole, "pieces of any size give the same items");
  }
  for (const std::string& part : whole.parts) try_list(part);
}

void try_watch(std::string_view stream) {
  const Parts whole = lines_of(stream, std::max<std::size_t>(stream.size(), 1));
  for (const std::size_t size : {1u, 2u, 7u, 100u}) {
    require(lines_of(stream, size) == whole, "pieces of any size give the same lines");
  }
  kube::WatchEventReader reader;
  for (std::string line : whole.parts) {
    require(line.size() <= kLongest && line.find('\n') == std::string::npos, "a line is one");
    const auto event = reader.read(line);
    if (!event.ok()) {
      require_presentable(event.status());
      continue;
    }
    require(event->object.starts_with('{'), "an event is about an object");
    require(event->type == kube::WatchEvent::Type::kError || !event->resource_version.empty(),
            "an event has a version");
  }
}

void try_bytes(std::string_view bytes) {
  const std::string text(bytes);
  try_list(text);
  try_pages(bytes);
  try_version(text);
  try_refusal(text);
  try_headers(text);
  try_watch(bytes);
}

}  // namespace
}  // namespace scheduledjob::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scheduledjob::fuzz::try_bytes(scheduledjob::fuzz::text_of(data, size));
  return 0;
}
