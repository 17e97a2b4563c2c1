#include "runtime/event_book.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace scheduledjob::runtime {
namespace {

constexpr std::size_t kMaxNameLength = 253;

}  // namespace

std::optional<EventWrite> EventBook::occurred(const api::Event& event, schedule::Instant now) {
  const Key key{event.regarding_uid, event.reason, event.action};
  const auto known = series_.find(key);
  if (known != series_.end() && now - known->second.last < kSeriesEnd) {
    Series& series = known->second;
    ++series.count;
    series.last = now;
    return write_repeat(series, now);
  }
  if (known == series_.end() && series_.size() >= kMaxSeries) return std::nullopt;
  Series& series = series_[key];
  series = {
      .namespace_ = event.regarding.namespace_, .name = name_for(event, now), .last = now, .written = now};
  return EventWrite{.creates = true,
                    .namespace_ = series.namespace_,
                    .name = series.name,
                    .body = api::event_manifest(event, series.name, now, reporter_)};
}

std::vector<EventWrite> EventBook::repeats(schedule::Instant now) {
  std::vector<EventWrite> writes;
  for (auto& [key, series] : series_) {
    if (auto write = write_repeat(series, now)) writes.push_back(*std::move(write));
  }
  std::erase_if(series_, [now](const auto& entry) { return now - entry.second.last >= kSeriesEnd; });
  return writes;
}

std::optional<EventWrite> EventBook::write_repeat(Series& series, schedule::Instant now) {
  if (series.count == series.written_count || now - series.written < kSeriesInterval) return std::nullopt;
  series.written_count = series.count;
  series.written = now;
  return EventWrite{.creates = false,
                    .namespace_ = series.namespace_,
                    .name = series.name,
                    .body = api::event_series_patch(series.count, series.last)};
}

// The object's name and a number that only grows, as other controllers do it.
std::string EventBook::name_for(const api::Event& event, schedule::Instant now) {
  last_suffix_ = std::max<std::int64_t>(now.time_since_epoch().count(), last_suffix_ + 1);
  const std::string suffix = fmt::format(".{:x}", last_suffix_);
  std::string name = event.regarding.name.substr(0, kMaxNameLength - suffix.size());
  while (!name.empty() && (name.back() == '.' || name.back() == '-')) name.pop_back();
  return name + suffix;
}

}  // namespace scheduledjob::runtime
