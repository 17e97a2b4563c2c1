#include "schedule/time_zone.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "schedule/zone_names.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// Stretches are kept a little beyond the instants that can be named, so that every local date of those has
// its own.
constexpr NominalTime kFirst = kEarliestInstant - days{7};
constexpr NominalTime kLast = kLatestInstant + days{7};

constexpr std::string_view kUtc = "UTC";  // known without any data

absl::Time to_absl(NominalTime time) {
  return absl::FromUnixSeconds(time.time_since_epoch().count());
}
NominalTime from_absl(absl::Time time) {
  return NominalTime{seconds{absl::ToUnixSeconds(time)}};
}

std::vector<TimeZone::Stretch> stretches_of(const absl::TimeZone& zone) {
  std::vector<TimeZone::Stretch> result;
  result.push_back({kFirst, kLast, seconds{zone.At(to_absl(kFirst)).offset}});
  absl::TimeZone::CivilTransition jump;
  NominalTime time = kFirst;
  while (zone.NextTransition(to_absl(time), &jump)) {
    time = from_absl(zone.At(jump.to).trans);
    if (time >= kLast) break;
    const seconds offset{zone.At(to_absl(time)).offset};
    if (offset == result.back().offset) continue;  // only the name of the time changed
    result.back().end = time;
    result.push_back({time, kLast, offset});
  }
  return result;
}

}  // namespace

// The stretches, and for each span of 2^24 s (194 days) the one in which it begins, from which the wanted one
// is a step or two away.
struct TimeZone::Table {
  explicit Table(const absl::TimeZone& zone) : stretches(stretches_of(zone)) {
    std::uint16_t index = 0;
    for (NominalTime time = kFirst; time < kLast; time += kSpan) {
      while (stretches[index].end <= time) ++index;
      first_of_span.push_back(index);
    }
  }

  static constexpr seconds kSpan{1 << 24};
  std::vector<Stretch> stretches;
  std::vector<std::uint16_t> first_of_span;
};

TimeZone::TimeZone(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

// One table serves all schedules of a zone, for good: absl reads a zone's data once in the life of a process
// as well. Remembering changes no result, only what results cost. There are at most as many as files of zone
// data.
std::shared_ptr<const TimeZone::Table> TimeZone::tabulated(std::string_view name) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables;

  const std::lock_guard lock(mutex);
  if (const auto known = tables.find(name); known != tables.end()) return known->second;
  // Asked before absl is, because absl would remember every name that it fails to load.
  if (name != kUtc && !is_zone(name)) return nullptr;
  const std::string key(name);
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(key, &zone)) return nullptr;
  return tables.emplace(key, std::make_shared<const Table>(zone)).first->second;
}

absl::StatusOr<TimeZone> TimeZone::load(std::string_view name) {
  auto table = tabulated(name);
  if (table == nullptr) return no_such_zone(name);
  return TimeZone(std::move(table));
}

TimeZone TimeZone::utc() {
  return TimeZone(tabulated(kUtc));
}

std::size_t TimeZone::stretch_count() const noexcept {
  return table_->stretches.size();
}

const TimeZone::Stretch& TimeZone::stretch(std::size_t index) const noexcept {
  return table_->stretches[index];
}

std::size_t TimeZone::stretch_at(NominalTime time) const noexcept {
  time = std::clamp(time, kFirst, kLast - seconds{1});
  const auto span = static_cast<std::size_t>((time - kFirst) / Table::kSpan);
  std::size_t index = table_->first_of_span[span];
  while (table_->stretches[index].end <= time) ++index;
  return index;
}

}  // namespace scheduledjob::schedule
