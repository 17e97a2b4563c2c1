#include "schedule/zoned_cron.hpp"

#include <algorithm>
#include <utility>

namespace scheduledjob::schedule {
namespace {

using std::chrono::seconds;
using Stretch = TimeZone::Stretch;

// Stand for "no match" in comparisons: later and earlier than every local time that can be asked about.
constexpr LocalTime kNoneAhead = kLatestLocal + std::chrono::days{365};
constexpr LocalTime kNoneBehind = kEarliestLocal - std::chrono::days{365};

std::optional<NominalTime> if_nameable(NominalTime time) {
  if (time < kEarliestInstant || time > kLatestInstant) return std::nullopt;
  return time;
}

}  // namespace

ZonedCron::ZonedCron(const Cron& cron, TimeZone zone, DaylightSaving daylight_saving)
    : cron_(cron),
      zone_(std::move(zone)),
      runs_after_gap_(!cron.repeating() && daylight_saving.skipped_time == SkippedTime::kRunAfterGap),
      runs_once_(!cron.repeating() && daylight_saving.repeated_time == RepeatedTime::kRunOnce) {}

// The first local time of a stretch at which a match counts: its beginning, but behind what the stretch
// repeats where only the first pass counts.
LocalTime ZonedCron::first_named_local(const Stretch& stretch) const noexcept {
  return runs_once_ ? stretch.first_new : stretch.to_local(stretch.begin);
}

// Whether the beginning of a stretch stands in for matches that clocks skipped as they entered it.
bool ZonedCron::runs_after_gap_before(std::size_t index) const noexcept {
  if (!runs_after_gap_ || index == 0) return false;
  const Stretch& stretch = zone_.stretch(index);
  const auto skipped = cron_.first_at_or_after(zone_.stretch(index - 1).to_local(stretch.begin));
  return skipped && *skipped < stretch.to_local(stretch.begin);
}

std::optional<NominalTime> ZonedCron::next_after(NominalTime time) const noexcept {
  if (time >= kLatestInstant) return std::nullopt;
  time = std::max(time, kEarliestInstant - seconds{1}) + seconds{1};

  std::size_t index = zone_.stretch_at(time);
  if (time == zone_.stretch(index).begin && runs_after_gap_before(index)) return time;
  const auto first_match = [this](LocalTime from) {
    return cron_.first_at_or_after(from).value_or(kNoneAhead);
  };
  LocalTime from = std::max(zone_.stretch(index).to_local(time), first_named_local(zone_.stretch(index)));
  LocalTime match = first_match(from);
  while (true) {
    const Stretch& stretch = zone_.stretch(index);
    if (match < stretch.to_local(stretch.end)) return if_nameable(stretch.to_utc(match));
    if (++index == zone_.stretch_count()) return std::nullopt;

    // No match between `from` and `match`: what the next stretch begins with decides whether that still tells
    // the first.
    const Stretch& next = zone_.stretch(index);
    const bool in_gap = match < next.to_local(next.begin);
    if (in_gap && runs_after_gap_) return if_nameable(next.begin);
    const LocalTime next_from = first_named_local(next);
    if (in_gap || next_from < from) match = first_match(next_from);
    from = next_from;
  }
}

std::optional<NominalTime> ZonedCron::latest_through(NominalTime time) const noexcept {
  if (time < kEarliestInstant) return std::nullopt;
  time = std::min(time, kLatestInstant);

  std::size_t index = zone_.stretch_at(time);
  const auto last_match = [this](LocalTime through) {
    return cron_.last_at_or_before(through).value_or(kNoneBehind);
  };
  LocalTime through = zone_.stretch(index).to_local(time);
  LocalTime match = last_match(through);
  while (true) {
    const Stretch& stretch = zone_.stretch(index);
    if (match >= first_named_local(stretch)) return if_nameable(stretch.to_utc(match));
    if (index == 0) return std::nullopt;

    const LocalTime previous_end = zone_.stretch(index - 1).to_local(stretch.begin);
    const bool in_gap = match >= previous_end && match < stretch.to_local(stretch.begin);
    if (in_gap && runs_after_gap_) return if_nameable(stretch.begin);
    const LocalTime previous_through = previous_end - seconds{1};
    if (match > previous_through || previous_through > through) match = last_match(previous_through);
    through = previous_through;
    --index;
  }
}

std::uint64_t ZonedCron::count_between(NominalTime after, NominalTime through) const noexcept {
  const NominalTime from = std::max(after, kEarliestInstant - seconds{1}) + seconds{1};
  const NominalTime before = std::min(through, kLatestInstant) + seconds{1};
  if (after >= through || from >= before) return 0;

  std::uint64_t result = 0;
  for (std::size_t index = zone_.stretch_at(from); index < zone_.stretch_count(); ++index) {
    const Stretch& stretch = zone_.stretch(index);
    if (stretch.begin >= before) break;
    const LocalTime begin =
        std::max(stretch.to_local(std::max(stretch.begin, from)), first_named_local(stretch));
    const LocalTime end = stretch.to_local(std::min(stretch.end, before));
    if (begin < end) result += cron_.count(begin, end);
    const bool counts_itself = cron_.matches(stretch.to_local(stretch.begin));
    if (stretch.begin >= from && !counts_itself && runs_after_gap_before(index)) ++result;
  }
  return result;
}

}  // namespace scheduledjob::schedule
