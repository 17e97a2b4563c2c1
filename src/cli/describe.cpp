#include "cli/describe.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "cli/clock.hpp"
#include "cli/cluster.hpp"
#include "cli/outlook.hpp"
#include "cli/run_words.hpp"
#include "cli/terminal_text.hpp"
#include "schedule/explain.hpp"

namespace scheduledjob::cli {
namespace {

using api::ConditionStatus;
using api::Outcome;
using api::RecentRun;
using api::ScheduledJob;
using schedule::NominalTime;

constexpr std::size_t kComing = 5;
constexpr std::size_t kMostWaiting = 10;  // of a list that may have a thousand

// What a condition means by a reason.
struct Meaning {
  std::string_view type;
  ConditionStatus status;
  std::string_view reason;  // empty: any other
  std::string_view sentence;
};
constexpr std::array kMeanings{
    Meaning{"Ready", ConditionStatus::kFalse, "InvalidSpec", "The spec cannot be read, so nothing runs"},
    Meaning{"Ready", ConditionStatus::kFalse, "InvalidSchedule",
            "The schedule is not valid, so nothing runs"},
    Meaning{"Ready", ConditionStatus::kFalse, "InvalidJobTemplate",
            "The API server finds the Jobs of this template invalid; only an edit of spec.jobTemplate helps"},
    Meaning{"Ready", ConditionStatus::kFalse, "CreateForbidden",
            "Jobs are refused by a quota, an admission policy or missing rights; it is tried again"},
    Meaning{"Ready", ConditionStatus::kFalse, "NamespaceTerminating",
            "The namespace is being deleted, so no Job is made in it"},
    Meaning{"Ready", ConditionStatus::kFalse, "", "The API server does not take its Jobs; it is tried again"},
    Meaning{"Ready", ConditionStatus::kTrue, "RunLimitReached",
            "As many runs are active as there can be, so further instants are left out"},
    Meaning{"Ready", ConditionStatus::kUnknown, "", "It is not known whether it can run"},
    Meaning{"RunsStuck", ConditionStatus::kTrue, "", "A run gets nowhere"},
    Meaning{"HistoryAtRisk", ConditionStatus::kTrue, "",
            "Jobs may vanish before their outcome is recorded, while no operator runs"},
    Meaning{"LastRunSucceeded", ConditionStatus::kFalse, "", "The last run that ended has failed"},
};

const Meaning* meaning_of(const api::Condition& condition) {
  for (const Meaning& meaning : kMeanings) {
    if (meaning.type == condition.type && meaning.status == condition.status &&
        (meaning.reason.empty() || meaning.reason == condition.reason)) {
      return &meaning;
    }
  }
  return nullptr;
}

class Description {
 public:
  Description(const ScheduledJob& object, NominalTime now, const Ink& ink, std::ostream& out)
      : object_(object), status_(object.status), outlook_(object), now_(now), ink_(ink), out_(out) {}

  void write() const {
    write_head();
    write_past();
    write_present();
    write_future();
    write_counts();
  }

 private:
  std::string told(NominalTime time) const { return reading(time, outlook_.zone()); }

  void heading(std::string_view text) const { out_ << '\n' << ink_.bold(text) << '\n'; }

  void write_head() const {
    out_ << ink_.bold(title_of(object_)) << '\n';
    if (const auto definition = outlook_.definition(); definition.ok()) {
      const auto words = schedule::explain(*definition, now_);
      if (words.ok()) out_ << printable(words->sentence) << '\n';
    }
    if (outlook_.suspension() == Suspension::kRequested) {
      out_ << ink_.yellow("! ") << "Suspended by spec.suspend: nothing new starts.\n";
    }
    if (outlook_.suspension() == Suspension::kByFailures) {
      out_ << ink_.yellow("! ")
           << fmt::format(
                  "Suspended by suspendAfterFailures (failures in a row: {}). To go on, edit the spec or "
                  "give the "
                  "annotation {} a new value.\n",
                  status_.consecutive_failures, api::kResumeAnnotation);
    }
    for (const std::string& trouble : troubles_of(object_)) out_ << ink_.yellow("! ") << trouble << '\n';
  }

  void write_past() const {
    heading("Recent runs");
    if (status_.recent_runs.empty()) out_ << "  none so far\n";
    for (auto run = status_.recent_runs.rbegin(); run != status_.recent_runs.rend(); ++run) write(*run);
  }

  void write(const RecentRun& run) const {
    out_ << fmt::format("  {}  {}{}\n", told(run.scheduled_time), coloured(run.outcome, in_words(run).what),
                        particulars(run));
    if (run.count > 1) {
      out_ << ink_.faint(fmt::format("      {} instants, until {}", run.count,
                                     told(run.through_time.value_or(run.scheduled_time))))
           << '\n';
    }
    // Kubernetes says of each that it has reached the number of completions.
    const bool tells = !run.message.empty() && run.outcome != Outcome::kSucceeded;
    if (tells) out_ << ink_.faint(fmt::format("      {}", printable(run.message))) << '\n';
  }

  std::string coloured(Outcome outcome, const std::string& text) const {
    switch (outcome) {
      case Outcome::kSucceeded:
        return ink_.green(text);
      case Outcome::kRunning:
        return text;
      case Outcome::kFailed:
      case Outcome::kNotCreated:
      case Outcome::kMissed:
        return ink_.red(text);
      default:
        return ink_.yellow(text);
    }
  }

  std::string particulars(const RecentRun& run) const {
    std::string text;
    if (run.start_time && run.completion_time) {
      text += fmt::format(
          " after {}", distance(std::max(*run.completion_time - *run.start_time, std::chrono::seconds{0})));
    } else if (run.start_time && run.outcome == Outcome::kRunning) {
      text += fmt::format(" for {}", distance(std::max(now_ - *run.start_time, std::chrono::seconds{0})));
    }
    if (const auto late = outlook_.lateness(run); late && late->count() > 0) {
      text += fmt::format(", started {} late", distance(*late));
    }
    if (!run.job_name.empty()) text += fmt::format(", Job {}", printable(run.job_name));
    return text;
  }

  // What the recent runs do not tell already.
  void write_present() const {
    std::vector<std::string> lines;
    for (const NominalTime time : status_.open) {
      if (!is_recent(time)) lines.push_back(fmt::format("{}  running", told(time)));
    }
    for (const api::PendingRun& run : status_.pending) {
      lines.push_back(fmt::format("{}  {}", told(run.scheduled_time), in_words(run).what));
    }
    for (const api::ActiveReference& job : status_.active) {
      if (is_by_hand(job.name)) lines.push_back(fmt::format("by hand  running, Job {}", printable(job.name)));
    }
    if (lines.empty()) return;
    heading("Now");
    for (std::size_t i = 0; i < std::min(lines.size(), kMostWaiting); ++i) out_ << "  " << lines[i] << '\n';
    if (lines.size() > kMostWaiting) out_ << fmt::format("  … and {} more\n", lines.size() - kMostWaiting);
  }

  bool is_recent(NominalTime time) const {
    return std::any_of(status_.recent_runs.begin(), status_.recent_runs.end(),
                       [time](const RecentRun& run) { return run.count == 1 && run.scheduled_time == time; });
  }

  // As `kubectl scheduledjob run` and Argo CD's action name their Jobs.
  bool is_by_hand(std::string_view job) const {
    return job.starts_with(object_.metadata.key.name + "-now-") ||
           job.starts_with("now-" + object_.metadata.uid);
  }

  void write_future() const {
    heading("Coming");
    auto next = outlook_.next_run(now_);
    if (!next) {
      out_ << (!outlook_.schedule().ok()                    ? "  nothing: the schedule is not valid\n"
               : outlook_.suspension() != Suspension::kNone ? "  nothing while it is suspended\n"
                                                            : "  nothing: the schedule has ended\n");
    }
    for (std::size_t i = 0; i < kComing && next; ++i, next = outlook_.next_run(*next)) {
      const NominalTime due = std::chrono::floor<std::chrono::seconds>(outlook_.due(*next));
      out_ << fmt::format("  {}  in {}", told(*next),
                          distance(std::max(due - now_, std::chrono::seconds{0})));
      if (due != *next) out_ << fmt::format(", {} of that by jitter", distance(due - *next));
      out_ << '\n';
    }
  }

  void write_counts() const {
    const api::RunCounts& counts = status_.run_counts;
    out_ << fmt::format("\nRuns: {} started, {} succeeded, {} failed. Instants: {} left out, {} missed.\n",
                        counts.started, counts.succeeded, counts.failed, counts.skipped, counts.missed);
  }

  const ScheduledJob& object_;
  const api::ScheduledJobStatus& status_;
  const Outlook outlook_;
  const NominalTime now_;
  const Ink& ink_;
  std::ostream& out_;
};

}  // namespace

std::vector<std::string> troubles_of(const ScheduledJob& object) {
  std::vector<std::string> troubles;
  const api::ScheduledJobStatus& status = object.status;
  if (status.observed_generation == 0) {
    troubles.emplace_back("No operator has seen it yet.");
  } else if (status.observed_generation != object.metadata.generation) {
    troubles.emplace_back(
        "No operator has seen its latest edit yet; what follows is told of the one before.");
  }
  for (const api::Condition& condition : status.conditions) {
    const Meaning* meaning = meaning_of(condition);
    if (meaning == nullptr) continue;
    const std::string message = printable(condition.message);
    troubles.push_back(fmt::format("{} ({}={}, {}){}{}", meaning->sentence, condition.type,
                                   api::to_string(condition.status), printable(condition.reason),
                                   message.empty() ? "" : ": ", message));
  }
  return troubles;
}

void write_description(const ScheduledJob& object, NominalTime now, const Ink& ink, std::ostream& out) {
  Description(object, now, ink, out).write();
}

ExitCode run_describe(const DescribeCommand& command, std::ostream& out, std::ostream& err,
                      const Surroundings& surroundings) {
  absl::StatusOr<Cluster> cluster = Cluster::connect(command.cluster, surroundings.connect);
  if (!cluster.ok()) return report(cluster.status(), err);
  const absl::StatusOr<Stored> stored = cluster->scheduled_job(command.name);
  if (!stored.ok()) return report(stored.status(), err);
  const ScheduledJob& object = stored->object;
  write_description(object, surroundings.now, Ink(surroundings.colours), out);
  return kFine;
}

}  // namespace scheduledjob::cli
