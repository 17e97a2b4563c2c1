#include "cli/forecast.hpp"

#include <algorithm>
#include <numeric>
#include <ostream>

#include <fmt/format.h>

#include "cli/clock.hpp"
#include "cli/cluster.hpp"
#include "cli/outlook.hpp"

namespace scheduledjob::cli {
namespace {

using api::ScheduledJob;
using schedule::NominalTime;

constexpr std::size_t kBusiest = 5;
constexpr std::size_t kNamed = 3;  // in each of the busiest minutes
constexpr std::size_t kWidestBar = 46;
constexpr std::size_t kLongestByQuarters = 12 * 60;
// So many times the mean makes a minute worth a hint.
constexpr std::uint64_t kPeak = 4;

class Window {
 public:
  Window(NominalTime begin, std::size_t minutes) : begin_(begin), minutes_(minutes) {}

  // Adds the runs of one schedule to `loads`, which has one figure for each minute.
  void add(const Outlook& outlook, std::chrono::seconds jitter, std::vector<std::uint64_t>& loads) const {
    const schedule::Schedule& schedule = *outlook.schedule();
    if (schedule.count_between(before(0), before(minutes_)) > minutes_) {
      for (std::size_t i = 0; i < minutes_; ++i) loads[i] += schedule.count_between(before(i), before(i + 1));
      return;
    }
    // Jitter can bring in what comes before.
    for (auto time = schedule.next_after(before(0) - jitter); time && *time <= before(minutes_);
         time = schedule.next_after(*time)) {
      const auto minute = std::chrono::floor<std::chrono::minutes>(outlook.due(*time) - begin_).count();
      if (minute >= 0 && minute < static_cast<std::int64_t>(minutes_))
        ++loads[static_cast<std::size_t>(minute)];
    }
  }

 private:
  // The last second before a minute begins.
  NominalTime before(std::size_t minute) const {
    return begin_ + std::chrono::minutes{minute} - std::chrono::seconds{1};
  }

  NominalTime begin_;
  std::size_t minutes_;
};

std::vector<std::size_t> busiest_of(const std::vector<std::uint64_t>& loads) {
  std::vector<std::size_t> minutes(loads.size());
  std::iota(minutes.begin(), minutes.end(), std::size_t{0});
  const auto end = minutes.begin() + static_cast<std::ptrdiff_t>(std::min(kBusiest, minutes.size()));
  std::partial_sort(minutes.begin(), end, minutes.end(), [&loads](std::size_t left, std::size_t right) {
    return loads[left] != loads[right] ? loads[left] > loads[right] : left < right;
  });
  minutes.erase(
      std::find_if(minutes.begin(), end, [&loads](std::size_t minute) { return loads[minute] < 2; }),
      minutes.end());
  return minutes;
}

std::string minute_text(const Forecast& forecast, std::size_t minute) {
  const LocalReading utc = local_reading(forecast.begin + std::chrono::minutes{minute}, {});
  return fmt::format("{} {} {}", utc.weekday, utc.date_time.substr(0, 10), utc.date_time.substr(11, 5));
}

std::string names_of(const Forecast::BusyMinute& busy) {
  std::string names;
  for (std::size_t i = 0; i < std::min(busy.shares.size(), kNamed); ++i) {
    const Forecast::Share& share = busy.shares[i];
    names += (i > 0 ? ", " : "") + share.name;
    if (share.runs > 1) names += fmt::format(" (×{})", share.runs);
  }
  if (busy.shares.size() > kNamed) names += fmt::format(" and {} more", busy.shares.size() - kNamed);
  return names;
}

std::string bar(std::uint64_t load, std::uint64_t largest) {
  const std::size_t full = static_cast<std::size_t>(load * kWidestBar / largest);
  if (load > 0 && full == 0) return "▏";
  std::string blocks;
  for (std::size_t i = 0; i < full; ++i) blocks += "█";
  return blocks;
}

// The runs of one stretch of the chart.
struct Bucket {
  std::size_t first = 0;  // minute
  std::uint64_t total = 0;
  std::uint64_t peak = 0;  // of one minute
};

// Whole quarters or halves of an hour by the clock; the first and the last may be cut.
std::vector<Bucket> buckets_of(const Forecast& forecast) {
  const std::int64_t width = forecast.per_minute.size() <= kLongestByQuarters ? 15 : 30;
  std::vector<Bucket> buckets;
  for (std::size_t i = 0; i < forecast.per_minute.size(); ++i) {
    const auto since_epoch =
        std::chrono::floor<std::chrono::minutes>(forecast.begin.time_since_epoch()).count() +
        static_cast<std::int64_t>(i);
    if (buckets.empty() || since_epoch % width == 0) buckets.push_back({i, 0, 0});
    buckets.back().total += forecast.per_minute[i];
    buckets.back().peak = std::max(buckets.back().peak, forecast.per_minute[i]);
  }
  return buckets;
}

void write_chart(const Forecast& forecast, std::ostream& out) {
  const std::vector<Bucket> buckets = buckets_of(forecast);
  const auto largest =
      std::max_element(buckets.begin(), buckets.end(), [](const Bucket& left, const Bucket& right) {
        return left.total < right.total;
      })->total;
  for (const Bucket& bucket : buckets) {
    const std::string clock = minute_text(forecast, bucket.first).substr(15);
    if (bucket.total == 0) {
      out << clock << '\n';
    } else {
      out << fmt::format("{} {} {} (up to {} a minute)\n", clock, bar(bucket.total, largest), bucket.total,
                         bucket.peak);
    }
  }
}

void write_hint(const Forecast& forecast, std::uint64_t total, std::ostream& out) {
  if (forecast.busiest.empty()) return;
  const Forecast::BusyMinute& busy = forecast.busiest.front();
  const std::uint64_t load = forecast.per_minute[busy.minute];
  if (busy.shares.size() < 2 || load * forecast.per_minute.size() < kPeak * total) return;
  out << "\nTo spread them: jitter: 10m delays each by a share of its own, and H in place of a number (H 2 * "
         "* *) "
         "gives\neach schedule a minute of its own by its name.\n";
}

}  // namespace

Forecast forecast(const std::vector<ScheduledJob>& objects, NominalTime now, std::size_t minutes) {
  Forecast result;
  result.begin = std::chrono::floor<std::chrono::minutes>(now) + std::chrono::minutes{1};
  result.per_minute.resize(minutes);
  const Window window(result.begin, minutes);
  const auto loads_of = [&](const Outlook& outlook, const ScheduledJob& object) {
    std::vector<std::uint64_t> loads(minutes);
    window.add(outlook, object.spec->jitter, loads);
    return loads;
  };
  std::vector<const ScheduledJob*> counted;
  for (const ScheduledJob& object : objects) {
    const Outlook outlook(object);
    if (!outlook.schedule().ok()) {
      ++result.not_valid;
    } else if (outlook.suspension() != Suspension::kNone) {
      ++result.suspended;
    } else {
      const std::vector<std::uint64_t> loads = loads_of(outlook, object);
      const auto runs = std::accumulate(loads.begin(), loads.end(), std::uint64_t{0});
      if (runs == 0) continue;
      for (std::size_t i = 0; i < minutes; ++i) result.per_minute[i] += loads[i];
      counted.push_back(&object);
    }
  }
  result.schedules = counted.size();

  // Once more, for who it is: to keep a figure for each object and minute would take more memory than time is
  // lost here.
  for (const std::size_t minute : busiest_of(result.per_minute)) result.busiest.push_back({minute, {}});
  for (const ScheduledJob* object : counted) {
    if (result.busiest.empty()) break;
    const std::vector<std::uint64_t> loads = loads_of(Outlook(*object), *object);
    const std::string name = fmt::format("{}/{}", object->metadata.key.namespace_, object->metadata.key.name);
    for (Forecast::BusyMinute& busy : result.busiest) {
      if (loads[busy.minute] > 0) busy.shares.push_back({name, loads[busy.minute]});
    }
  }
  for (Forecast::BusyMinute& busy : result.busiest) {
    std::stable_sort(
        busy.shares.begin(), busy.shares.end(),
        [](const Forecast::Share& left, const Forecast::Share& right) { return left.runs > right.runs; });
  }
  return result;
}

void write_forecast(const Forecast& forecast, std::ostream& out) {
  const auto total =
      std::accumulate(forecast.per_minute.begin(), forecast.per_minute.end(), std::uint64_t{0});
  out << fmt::format("Runs due within {} from {} UTC: {}. ScheduledJobs that have any: {}.\n",
                     distance(std::chrono::minutes{forecast.per_minute.size()}), minute_text(forecast, 0),
                     total, forecast.schedules);
  if (forecast.suspended + forecast.not_valid > 0) {
    out << fmt::format("Left out: {} suspended, {} not valid.\n", forecast.suspended, forecast.not_valid);
  }
  if (total == 0) return;
  out << '\n';
  write_chart(forecast, out);
  if (!forecast.busiest.empty()) out << "\nBusiest minutes (UTC)\n";
  for (const Forecast::BusyMinute& busy : forecast.busiest) {
    out << fmt::format("  {}  {} runs: {}\n", minute_text(forecast, busy.minute),
                       forecast.per_minute[busy.minute], names_of(busy));
  }
  write_hint(forecast, total, out);
}

ExitCode run_forecast(const ForecastCommand& command, std::ostream& out, std::ostream& err,
                      const Surroundings& surroundings) {
  absl::StatusOr<Cluster> cluster = Cluster::connect(command.cluster, surroundings.connect);
  if (!cluster.ok()) return report(cluster.status(), err);
  const auto objects = cluster->scheduled_jobs();
  if (!objects.ok()) return report(objects.status(), err);
  write_forecast(forecast(*objects, surroundings.now, command.hours * 60), out);
  return kFine;
}

}  // namespace scheduledjob::cli
