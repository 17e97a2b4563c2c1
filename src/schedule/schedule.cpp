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

constexpr NominalTime kNever = NominalTime::max();

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
        hash_key_(definition.hash_key),
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
    if (crons_.size() == 1 && intervals_.empty() && instants_.empty()) {  // most are so
      const auto next = crons_.front().next_after(time);
      return next && *next <= latest_ ? next : std::nullopt;
    }
    NominalTime earliest = kNever;
    for (const ZonedCron& cron : crons_)
      earliest = std::min(earliest, cron.next_after(time).value_or(kNever));
    for (const Interval& interval : intervals_) {
      earliest = std::min(earliest, interval.next_after(time).value_or(kNever));
    }
    if (!instants_.empty() && instants_.back() > time) {
      earliest = std::min(earliest, *std::upper_bound(instants_.begin(), instants_.end(), time));
    }
    if (earliest > latest_) return std::nullopt;
    return earliest;
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

  std::uint64_t count_between(NominalTime after, NominalTime through) const noexcept {
    after = std::max(after, earliest_ - seconds{1});
    through = std::min(through, latest_);
    if (after >= through) return 0;
    const auto begin = std::upper_bound(instants_.begin(), instants_.end(), after);
    const auto end = std::upper_bound(begin, instants_.end(), through);
    const auto alone = std::count_if(begin, end, [this](NominalTime time) { return !recurs_at(time); });
    return count_union(zone_, crons_, intervals_, after, through) + static_cast<std::uint64_t>(alone);
  }

 private:
  // Whether a cron expression or an interval names the instant.
  bool recurs_at(NominalTime time) const noexcept {
    const auto names = [time](const auto& source) { return source.latest_through(time) == time; };
    return std::any_of(crons_.begin(), crons_.end(), names) ||
           std::any_of(intervals_.begin(), intervals_.end(), names);
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
    const auto cron = Cron::parse(when.expression, hash_key_);
    if (!cron.ok()) return cron.status();
    crons_.emplace_back(*cron, zone_, daylight_saving_);
    return absl::OkStatus();
  }

  absl::Status add(const Entry::Every& when) {
    if (when.interval < seconds{1}) {
      return absl::InvalidArgumentError(
          fmt::format("an interval of {} s is too short: the least is 1s", when.interval.count()));
    }
    if (when.interval > kLongestDuration) {
      return absl::InvalidArgumentError(
          fmt::format("an interval of {} s is too long: the most is ten years", when.interval.count()));
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
  std::string hash_key_;
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

std::size_t Schedule::next_times(NominalTime after, std::span<NominalTime> times) const noexcept {
  std::size_t count = 0;
  for (auto time = next_after(after); time && count < times.size(); time = next_after(*time)) {
    times[count++] = *time;
  }
  return count;
}

std::uint64_t Schedule::count_between(NominalTime after, NominalTime through) const noexcept {
  return compiled_->count_between(after, through);
}

}  // namespace scheduledjob::schedule
