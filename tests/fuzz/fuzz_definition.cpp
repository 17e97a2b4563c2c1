// A definition of several entries, bounds and policies: refused with a message, or answered the same by all
// queries and by its entries one by one. The input is a text of lines, so that seeds can be read; the first
// character of a line says what it is:
//
//   c 0 9 * * MON      a cron entry                 z Europe/Berlin    the time zone
//   e 90 -5            every 90 s, from -5          s                  skip skipped times
//   @ 2026-03-29T…     a single time                t                  run twice at repeated times
//   b 0, a 99          not before, not after        n 5                the time of creation
//   q 1774746000       a moment to ask about
//
// Numbers are seconds since 1970; other lines say nothing.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/invariants.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::fuzz {
namespace {

using schedule::Definition;
using schedule::Entry;
using schedule::kEarliestInstant;
using schedule::NominalTime;
using schedule::Schedule;
using std::chrono::seconds;

constexpr std::size_t kMostMoments = 5;
constexpr std::size_t kMostEntriesTried = 12;
constexpr std::uint64_t kMostSteps = 40;

struct Case {
  Definition definition;
  std::vector<NominalTime> moments{kEarliestInstant - seconds{1}};
};

// Reads the number at the front of `text` and takes it away; 0 when there is none.
std::int64_t take_number(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number).ptr;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

NominalTime take_time(std::string_view& text) {
  return NominalTime{seconds{take_number(text)}};
}

void add_entry(Definition& definition, decltype(Entry::when) when) {
  definition.entries.push_back({"spec.schedules", std::move(when)});
}

void read_line(char kind, std::string_view rest, Case& result) {
  Definition& definition = result.definition;
  switch (kind) {
    case 'c':
      return add_entry(definition, Entry::Cron{std::string(rest)});
    case 'e': {
      const seconds interval{take_number(rest)};
      return add_entry(definition, Entry::Every{interval, take_time(rest)});
    }
    case '@':
      return add_entry(definition, Entry::At{std::string(rest)});
    case 'z':
      definition.time_zone = rest;
      return;
    case 's':
      definition.daylight_saving.skipped_time = schedule::SkippedTime::kSkip;
      return;
    case 't':
      definition.daylight_saving.repeated_time = schedule::RepeatedTime::kRunTwice;
      return;
    case 'b':
      definition.not_before = take_time(rest);
      return;
    case 'a':
      definition.not_after = take_time(rest);
      return;
    case 'n':
      definition.created = take_time(rest);
      return;
    case 'q':
      if (result.moments.size() < kMostMoments) result.moments.push_back(take_time(rest));
      return;
    default:
      return;
  }
}

Case read_case(std::string_view text) {
  Case result;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty()) read_line(line.front(), line.substr(std::min<std::size_t>(2, line.size())), result);
  }
  return result;
}

std::vector<Schedule> compile_each(const Definition& definition) {
  std::vector<Schedule> result;
  for (const Entry& entry : definition.entries) {
    Definition single = definition;
    single.entries = {entry};
    auto schedule = Schedule::compile(single);
    require(schedule.ok(), "an entry of a good definition is good alone");
    result.push_back(*std::move(schedule));
  }
  return result;
}

std::optional<NominalTime> first_of(const std::vector<Schedule>& each, NominalTime after) {
  std::optional<NominalTime> first;
  for (const Schedule& schedule : each) {
    const auto next = schedule.next_after(after);
    if (next && (!first || *next < *first)) first = next;
  }
  return first;
}

std::optional<NominalTime> last_of(const std::vector<Schedule>& each, NominalTime through) {
  std::optional<NominalTime> last;
  for (const Schedule& schedule : each) last = std::max(last, schedule.latest_through(through));
  return last;
}

bool is_within(const Definition& definition, NominalTime time) {
  return (!definition.not_before || time >= *definition.not_before) &&
         (!definition.not_after || time <= *definition.not_after);
}

// Walks on from a moment, and compares each step with what the entries say alone.
void require_union(const Definition& definition, const Schedule& all, const std::vector<Schedule>& each,
                   NominalTime moment) {
  NominalTime time = moment;
  std::uint64_t steps = 0;
  for (; steps < kMostSteps; ++steps) {
    const auto next = all.next_after(time);
    require(next == first_of(each, time), "a union's next instant is the first of its entries'");
    if (!next) break;
    require(is_within(definition, *next), "bounds hold");
    require(last_of(each, *next) == next, "a union's latest instant is the last of its entries'");
    require(all.latest_through(*next - seconds{1}) == last_of(each, *next - seconds{1}),
            "a union's latest instant is the last of its entries', between them too");
    time = *next;
  }
  require(all.count_between(moment, time) == steps, "a union counts each instant once");
}

void try_definition(std::string_view text) {
  Case read = read_case(text);
  Definition& definition = read.definition;
  const auto refused_at_once = Schedule::compile(definition);
  if (!refused_at_once.ok()) return require_presentable(refused_at_once.status());

  // Comparing all with each takes time in proportion to the square of the entries.
  if (definition.entries.size() > kMostEntriesTried) definition.entries.resize(kMostEntriesTried);
  const auto schedule = Schedule::compile(definition);
  require(schedule.ok(), "fewer entries are good as well");
  const std::vector<Schedule> each = compile_each(definition);
  for (const NominalTime moment : read.moments) {
    require_consistent(*schedule, moment);
    require_union(definition, *schedule, each, moment);
  }
}

}  // namespace
}  // namespace scheduledjob::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scheduledjob::fuzz::try_definition(scheduledjob::fuzz::text_of(data, size));
  return 0;
}
