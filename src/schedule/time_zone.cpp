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

using std::chrono::seconds;

constexpr std::string_view kUtc = "UTC";  // known without any data

absl::Time to_absl(NominalTime time) {
  return absl::FromUnixSeconds(time.time_since_epoch().count());
}
NominalTime from_absl(absl::Time time) {
  return NominalTime{seconds{absl::ToUnixSeconds(time)}};
}

}  // namespace

TimeZone::Table::Table(std::vector<Stretch> all) : stretches(std::move(all)) {
  std::uint16_t index = 0;
  for (NominalTime time = kFirst; time < kLast; time += seconds{1 << kSpanBits}) {
    while (stretches[index].end <= time) ++index;
    first_of_span.push_back(index);
  }
}

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
  std::vector<Stretch> stretches = read(key);
  if (stretches.empty()) return nullptr;
  return tables.emplace(key, std::make_shared<const Table>(std::move(stretches))).first->second;
}

// Empty when there is no such zone.
std::vector<TimeZone::Stretch> TimeZone::read(const std::string& name) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) return {};
  std::vector<Stretch> result;
  const auto add = [&](NominalTime begin, NominalTime shown_through, seconds offset) {
    Stretch stretch{begin, kLast, offset, {}};
    stretch.first_new = stretch.to_local(std::max(begin, shown_through));
    result.push_back(stretch);
  };
  add(kFirst, kFirst, seconds{zone.At(to_absl(kFirst)).offset});
  absl::TimeZone::CivilTransition jump;
  NominalTime time = kFirst;
  while (zone.NextTransition(to_absl(time), &jump)) {
    time = from_absl(zone.At(jump.to).trans);
    if (time >= kLast) break;
    const seconds offset{zone.At(to_absl(time)).offset};
    const seconds back = result.back().offset - offset;
    if (back == seconds{0}) continue;  // only the name of the time changed
    result.back().end = time;
    add(time, time + back, offset);
  }
  return result;
}

absl::StatusOr<TimeZone> TimeZone::load(std::string_view name) {
  auto table = tabulated(name);
  if (table == nullptr) return no_such_zone(name);
  return TimeZone(std::move(table));
}

TimeZone TimeZone::utc() {
  return TimeZone(tabulated(kUtc));
}

}  // namespace scheduledjob::schedule
