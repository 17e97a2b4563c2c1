#include "schedule/schedule.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "schedule/cron.hpp"
#include "schedule/cron_syntax.hpp"
#include "schedule/interval.hpp"
#include "schedule/rfc3339.hpp"
#include "schedule/time_zone.hpp"
#include "schedule/union_count.hpp"
#include "schedule/wording.hpp"
#include "schedule/zoned_cron.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::seconds;

absl::Status about(std::string_view field, const absl::Status& status) {
  return {status.code(), fmt::format("{}: {}", field, std::string(status.message()))};
}

absl::Status invalid(std::string_view field, std::string_view why) {
  return about(field, absl::InvalidArgumentError(std::string(why)));
}

}  // namespace

class Schedule::Compiled {
 public:
  Compiled(TimeZone zone, const Definition& definition)
      : zone_(std::move(zone)),
        daylight_saving_(definition.daylight_saving),
        created_(definition.created),
        earliest_(std::max(definition.not_before.value_or(kEarliestInstant), kEarliestInstant)),
        latest_(std::min(definition.not_after.value_or(kLatestInstant), kLatestInstant)) {}

  absl::Status add(const Entry& entry) {
    const absl::Status status = std::visit([this](const auto& when) { return add(when); }, entry.when);
    return status.ok() ? status : about(entry.field, status);
  }

  void seal() {
    std::sort(instants_.begin(), instants_.end());
    instants_.erase(std::unique(instants_.begin(), instants_.end()), instants_.end());
  }

  std::optional<NominalTime> next_after(NominalTime time) const noexcept {
    time = std::max(time, earliest_ - seconds{1});
    std::optional<NominalTime> earliest;
    for (std::size_t source = 0; source < source_count(); ++source) {
      const auto next = next_after(source, time);
      if (next && (!earliest || *next < *earliest)) earliest = next;
    }
    return earliest && *earliest <= latest_ ? earliest : std::nullopt;
  }

  std::optional<NominalTime> latest_through(NominalTime time) const noexcept {
    time = std::min(time, latest_);
    std::optional<NominalTime> latest;
    for (const ZonedCron& cron : crons_) latest = std::max(latest, cron.latest_through(time));
    for (const Interval& interval : intervals_) latest = std::max(latest, interval.latest_through(time));
    const auto later = std::upper_bound(instants_.begin(), instants_.end(), time);
    if (later != instants_.begin()) latest = std::max(latest, std::optional(*std::prev(later)));
    return latest && *latest >= earliest_ ? latest : std::nullopt;
  }

  // The source with the most instants is counted at once, the others add what no source before them names.
  std::uint64_t count_between(NominalTime after, NominalTime through) const noexcept {
    after = std::max(after, earliest_ - seconds{1});
    through = std::min(through, latest_);
    if (after >= through) return 0;

    std::array<std::pair<std::uint64_t, std::size_t>, kMostEntries + 2> counts;
    for (std::size_t i = 0; i < source_count(); ++i) counts[i] = {count_of(i, after, through), i};
    const auto end = counts.begin() + static_cast<std::ptrdiff_t>(source_count());
    std::sort(counts.begin(), end, std::greater<>());
    std::uint64_t result = counts.front().first;
    for (auto current = counts.begin() + 1; current != end && current->first > 0; ++current) {
      for (auto time = next_after(current->second, after); time && *time <= through;
           time = next_after(current->second, *time)) {
        const bool counted = std::any_of(counts.begin(), current, [&](const auto& earlier) {
          return next_after(earlier.second, *time - seconds{1}) == time;
        });
        if (!counted) ++result;
      }
    }
    return result;
  }

 private:
  // Source 0 is all cron expressions together, source 1 all single instants, the rest one interval each.
  std::size_t source_count() const noexcept { return 2 + intervals_.size(); }

  std::optional<NominalTime> next_after(std::size_t source, NominalTime time) const noexcept {
    if (source >= 2) return intervals_[source - 2].next_after(time);
    if (source == 1) {
      const auto next = std::upper_bound(instants_.begin(), instants_.end(), time);
      return next != instants_.end() ? std::optional(*next) : std::nullopt;
    }
    std::optional<NominalTime> earliest;
    for (const ZonedCron& cron : crons_) {
      const auto next = cron.next_after(time);
      if (next && (!earliest || *next < *earliest)) earliest = next;
    }
    return earliest;
  }

  std::uint64_t count_of(std::size_t source, NominalTime after, NominalTime through) const noexcept {
    if (source >= 2) return intervals_[source - 2].count_between(after, through);
    if (source == 0) return count_union(crons_, after, through);
    const auto count = std::upper_bound(instants_.begin(), instants_.end(), through) -
                       std::upper_bound(instants_.begin(), instants_.end(), after);
    return static_cast<std::uint64_t>(count);
  }

  absl::Status add(const Entry::Cron& when) {
    constexpr std::string_view kEvery = "@every";
    const std::string_view text = trimmed(when.expression);
    if (text.starts_with(kEvery) && text.size() <= kLongestExpression) {
      const auto interval = parse_duration(trimmed(text.substr(kEvery.size())));
      if (!interval.ok()) return about(kEvery, interval.status());
      intervals_.emplace_back(*interval, created_);
      return absl::OkStatus();
    }
    const auto cron = Cron::parse(when.expression);
    if (!cron.ok()) return cron.status();
    crons_.emplace_back(*cron, zone_, daylight_saving_);
    return absl::OkStatus();
  }

  absl::Status add(const Entry::Every& when) {
    if (when.interval < seconds{1}) {
      return absl::InvalidArgumentError(
          fmt::format("an interval of {} s is too short: the least is 1s", when.interval.count()));
    }
    intervals_.emplace_back(when.interval, when.anchor);
    return absl::OkStatus();
  }

  absl::Status add(const Entry::At& when) {
    const auto parsed = read_date_time(when.time);
    if (!parsed) {
      return absl::InvalidArgumentError(fmt::format(
          "{} is not a date and time, such as 2026-12-31T23:59:59 (local) or 2026-12-31T23:59:59Z",
          quoted(when.time)));
    }
    const auto year =
        std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(parsed->local)}.year();
    if (static_cast<int>(year) < kFirstYear || static_cast<int>(year) > kLastYear) {
      return absl::InvalidArgumentError(fmt::format("{} is outside the years 1970–2199", quoted(when.time)));
    }
    if (parsed->offset) {
      instants_.emplace_back(parsed->local.time_since_epoch() - *parsed->offset);
      return absl::OkStatus();
    }
    const ZonedCron named(Cron::at(parsed->local), zone_, daylight_saving_);
    for (auto time = named.next_after(NominalTime::min()); time; time = named.next_after(*time)) {
      instants_.push_back(*time);
    }
    return absl::OkStatus();
  }

  TimeZone zone_;
  DaylightSaving daylight_saving_;
  NominalTime created_;
  NominalTime earliest_;
  NominalTime latest_;
  std::vector<ZonedCron> crons_;
  std::vector<Interval> intervals_;
  std::vector<NominalTime> instants_;  // in order, each once
};

Schedule::Schedule(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

absl::StatusOr<Schedule> Schedule::compile(const Definition& definition) {
  if (definition.entries.empty() || definition.entries.size() > kMostEntries) {
    return invalid("spec.schedules", fmt::format("1 to {} entries are allowed, these are {}", kMostEntries,
                                                 definition.entries.size()));
  }
  if (definition.not_before && definition.not_after && *definition.not_before > *definition.not_after) {
    return invalid("spec.notBefore",
                   fmt::format("{} is later than notAfter, {}", format_rfc3339(*definition.not_before),
                               format_rfc3339(*definition.not_after)));
  }
  TimeZone zone = TimeZone::utc();
  if (!definition.time_zone.empty()) {
    auto loaded = TimeZone::load(definition.time_zone);
    if (!loaded.ok()) return about(definition.time_zone_field, loaded.status());
    zone = *std::move(loaded);
  }
  auto compiled = std::make_shared<Compiled>(std::move(zone), definition);
  for (const Entry& entry : definition.entries) {
    if (absl::Status status = compiled->add(entry); !status.ok()) return status;
  }
  compiled->seal();
  return Schedule(std::move(compiled));
}

std::optional<NominalTime> Schedule::next_after(NominalTime time) const noexcept {
  return compiled_->next_after(time);
}

std::optional<NominalTime> Schedule::latest_through(NominalTime time) const noexcept {
  return compiled_->latest_through(time);
}

std::uint64_t Schedule::count_between(NominalTime after, NominalTime through) const noexcept {
  return compiled_->count_between(after, through);
}

}  // namespace scheduledjob::schedule
