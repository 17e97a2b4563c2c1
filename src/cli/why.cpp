#include "cli/why.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "cli/clock.hpp"
#include "cli/cluster.hpp"
#include "cli/ink.hpp"
#include "cli/outlook.hpp"
#include "cli/run_words.hpp"
#include "cli/terminal_text.hpp"
#include "schedule/explain.hpp"

namespace scheduledjob::cli {
namespace {

using api::RecentRun;
using api::ScheduledJob;
using schedule::NominalTime;

// So long may it take until status tells a decision: a new leader takes over within the first, and what is
// left out under Skip is written with the next run, or within the second.
constexpr std::chrono::seconds kUsualDelay{30};
constexpr std::chrono::minutes kDelayUnderSkip{10};

class Inquiry {
 public:
  Inquiry(const ScheduledJob& object, NominalTime time, NominalTime now)
      : object_(object), status_(object.status), outlook_(object), time_(time), now_(now) {}

  // From what is certain to what follows from the schedule.
  Verdict verdict() const {
    if (const RecentRun* run = single_entry()) return recorded(*run);
    if (is_open()) return open();
    if (const api::PendingRun* run = pending()) return waiting(*run);
    if (const RecentRun* stretch = stretch_around()) return recorded(*stretch);
    if (time_ <= object_.metadata.creation_timestamp) return before_creation();
    if (status_.basis && time_ <= status_.basis->since) return before_change();
    if (!outlook_.schedule().ok()) return not_valid();
    if (!is_instant()) return no_instant();
    if (status_.decided_through && time_ <= *status_.decided_through) return forgotten();
    if (object_.metadata.deletion_timestamp) return being_deleted();
    if (outlook_.suspension() != Suspension::kNone) return suspended();
    return outlook_.due(time_) > now_ ? ahead() : undecided();
  }

 private:
  std::string told(NominalTime time) const { return reading(time, outlook_.zone()); }

  bool is_instant() const { return outlook_.schedule()->latest_through(time_) == time_; }

  const RecentRun* single_entry() const {
    return entry_where(
        [this](const RecentRun& run) { return run.count == 1 && run.scheduled_time == time_; });
  }

  // A stretch tells of instants only. Which they were is not known any more where the schedule has changed.
  const RecentRun* stretch_around() const {
    const RecentRun* stretch = entry_where([this](const RecentRun& run) {
      return run.count > 1 && run.scheduled_time <= time_ &&
             time_ <= run.through_time.value_or(run.scheduled_time);
    });
    const bool schedule_is_older = !status_.basis || status_.basis->since < time_;
    if (stretch != nullptr && schedule_is_older && outlook_.schedule().ok() && !is_instant()) return nullptr;
    return stretch;
  }

  template <typename Predicate>
  const RecentRun* entry_where(Predicate holds) const {
    const auto found = std::find_if(status_.recent_runs.begin(), status_.recent_runs.end(), holds);
    return found == status_.recent_runs.end() ? nullptr : &*found;
  }

  bool is_open() const {
    return std::find(status_.open.begin(), status_.open.end(), time_) != status_.open.end();
  }

  const api::PendingRun* pending() const {
    const auto found =
        std::find_if(status_.pending.begin(), status_.pending.end(),
                     [this](const api::PendingRun& run) { return run.scheduled_time == time_; });
    return found == status_.pending.end() ? nullptr : &*found;
  }

  Verdict recorded(const RecentRun& run) const {
    Told words = in_words(run);
    Verdict verdict{fmt::format("{}.", with_subject(run, words.what)), {}, {}};
    if (run.count > 1) {
      verdict.details.push_back(
          fmt::format("So were all {} instants from {} to {} that did not run otherwise.", run.count,
                      told(run.scheduled_time), told(run.through_time.value_or(run.scheduled_time))));
    }
    if (!run.job_name.empty()) {
      verdict.details.push_back(fmt::format("Its Job is {}.", printable(run.job_name)));
    }
    if (const auto late = outlook_.lateness(run)) verdict.details.push_back(start_of(run, *late));
    if (run.completion_time) {
      verdict.details.push_back(fmt::format("It ended at {}.", told(*run.completion_time)));
    }
    if (!run.message.empty()) verdict.details.push_back(fmt::format("Message: {}", printable(run.message)));
    if (!words.advice.empty()) verdict.advice.push_back(std::move(words.advice));
    return verdict;
  }

  static std::string with_subject(const RecentRun& run, const std::string& what) {
    switch (run.outcome) {
      case api::Outcome::kSucceeded:
      case api::Outcome::kFailed:
        return "It ran and " + what;
      case api::Outcome::kVanished:
        return "It ran, but " + what;
      case api::Outcome::kRunning:
        return "It is " + what;
      default:
        return "It was " + what;
    }
  }

  std::string start_of(const RecentRun& run, std::chrono::seconds late) const {
    std::string text = fmt::format("It started at {}, ", told(*run.start_time));
    text += late.count() == 0 ? "on time" : fmt::format("{} late", distance(late));
    if (object_.spec.ok() && object_.spec->jitter.count() > 0) text += ", its share of jitter not counted";
    return text + ".";
  }

  Verdict open() const {
    return {"It is running: its Job was created, and has not ended as far as the operator knows.",
            {},
            {fmt::format("`{} -o wide` shows its Job.", jobs_command())}};
  }

  Verdict waiting(const api::PendingRun& run) const {
    const Told words = in_words(run);
    Verdict verdict{fmt::format("It came due and is {}.", words.what), {}, {}};
    if (run.why == api::PendingReason::kCreate)
      verdict.sentence = fmt::format("It came due; {}.", words.what);
    add_deadline(verdict);
    if (!words.advice.empty()) verdict.advice.push_back(words.advice);
    return verdict;
  }

  Verdict before_creation() const {
    return {fmt::format("The ScheduledJob was created after that, at {}.",
                        told(object_.metadata.creation_timestamp)),
            {"Nothing from before its creation is ever started."},
            {}};
  }

  Verdict before_change() const {
    Verdict verdict{
        fmt::format("What determines the instants was changed, or a suspension ended, after that, at {}.",
                    told(status_.basis->since)),
        {"No instant up to that moment is started any more. What became of it before is not among the recent "
         "runs in status; it went by the schedule that was in force then."},
        {}};
    add_where_to_look(verdict);
    return verdict;
  }

  Verdict not_valid() const {
    return {"It did not run: the ScheduledJob is not valid.",
            {printable(std::string(outlook_.schedule().status().message()))},
            {"correct the field; `kubectl scheduledjob validate` finds all that is wrong with a manifest"}};
  }

  Verdict no_instant() const {
    Verdict verdict{"It is no instant of the schedule.", {}, {}};
    const auto before = outlook_.schedule()->latest_through(time_);
    const auto after = outlook_.schedule()->next_after(time_);
    verdict.details.push_back(before ? fmt::format("The one before is {}.", told(*before))
                                     : std::string("There is none before."));
    verdict.details.push_back(after ? fmt::format("The one after is {}.", told(*after))
                                    : std::string("There is none after."));
    add_change_of_clocks(verdict);
    if (before && outlook_.due(*before) > *before) {
      verdict.details.push_back(
          fmt::format("By its jitter, the one before is due at {}.",
                      told(std::chrono::floor<std::chrono::seconds>(outlook_.due(*before)))));
    }
    return verdict;
  }

  Verdict forgotten() const {
    Verdict verdict{"It was decided, but what became of it is older than what status records.", {}, {}};
    if (!status_.recent_runs.empty()) {
      verdict.details.push_back(fmt::format("The last {} outcomes are kept, the oldest of them that of {}.",
                                            status_.recent_runs.size(),
                                            told(status_.recent_runs.back().scheduled_time)));
    }
    add_where_to_look(verdict);
    return verdict;
  }

  Verdict being_deleted() const { return {"It is not started: the ScheduledJob is being deleted.", {}, {}}; }

  Verdict suspended() const {
    const bool requested = outlook_.suspension() == Suspension::kRequested;
    Verdict verdict{
        fmt::format("It {}: the schedule is suspended{}.", time_ > now_ ? "will not run" : "did not run",
                    requested ? "" : " because too many runs failed in a row"),
        {"When the suspension ends, what passed meanwhile is recorded as Skipped (Suspended), and "
         "not made up for."},
        {}};
    verdict.advice.push_back(
        requested ? fmt::format("`kubectl scheduledjob resume {}`, or spec.suspend: false where it is kept",
                                object_.metadata.key.name)
                  : fmt::format("find out why they failed, then give the annotation {} a new value",
                                api::kResumeAnnotation));
    return verdict;
  }

  Verdict ahead() const {
    const NominalTime due = std::chrono::floor<std::chrono::seconds>(outlook_.due(time_));
    Verdict verdict{fmt::format("It lies ahead, and is due in {}.", distance(due - now_)), {}, {}};
    if (due != time_) verdict.details.push_back(fmt::format("By its jitter it is due at {}.", told(due)));
    return verdict;
  }

  Verdict undecided() const {
    const NominalTime due = std::chrono::floor<std::chrono::seconds>(outlook_.due(time_));
    Verdict verdict{fmt::format("It came due {} ago, and status does not tell yet what became of it.",
                                distance(now_ - due)),
                    {},
                    {}};
    if (status_.observed_generation == 0) {
      verdict.details.push_back("No operator has seen this ScheduledJob so far.");
    } else if (status_.observed_generation != object_.metadata.generation) {
      verdict.details.push_back("No operator has seen its latest edit so far.");
    }
    add_deadline(verdict);
    const bool skips = object_.spec->concurrency_policy == api::ConcurrencyPolicy::kSkip;
    if (skips) {
      verdict.details.emplace_back(
          "With concurrencyPolicy: Skip, an instant that is left out is told with the next run, or within "
          "ten minutes.");
    }
    if (now_ - due > kUsualDelay + (skips ? kDelayUnderSkip : std::chrono::minutes{0})) {
      verdict.advice.push_back(
          "look whether an operator runs and leads: `kubectl get pods,lease -A | grep "
          "scheduledjob-operator`");
    }
    return verdict;
  }

  void add_deadline(Verdict& verdict) const {
    if (!object_.spec.ok() || !object_.spec->starting_deadline || !outlook_.schedule().ok()) return;
    const NominalTime deadline =
        std::chrono::floor<std::chrono::seconds>(outlook_.due(time_)) + *object_.spec->starting_deadline;
    verdict.details.push_back(
        fmt::format("If it has not started by {}, it counts as Missed (Deadline).", told(deadline)));
  }

  void add_change_of_clocks(Verdict& verdict) const {
    if (outlook_.zone().empty()) return;
    const auto definition = outlook_.definition();
    const auto date =
        schedule::parse_rfc3339(local_reading(time_, outlook_.zone()).date_time.substr(0, 10) + "T00:00:00Z");
    if (!definition.ok() || !date.ok()) return;
    const auto lines = schedule::explain_date(*definition, std::chrono::floor<std::chrono::days>(*date));
    if (lines.ok()) verdict.details.insert(verdict.details.end(), lines->begin(), lines->end());
  }

  void add_where_to_look(Verdict& verdict) const {
    verdict.advice.push_back(
        fmt::format("`{}` shows the Jobs that are still there; logs and metrics of the "
                    "operator reach further back",
                    jobs_command()));
  }

  std::string jobs_command() const {
    return fmt::format("kubectl -n {} get jobs -l {}={}", object_.metadata.key.namespace_,
                       api::kOwnerUidLabel, printable(object_.metadata.uid));
  }

  const ScheduledJob& object_;
  const api::ScheduledJobStatus& status_;
  const Outlook outlook_;
  const NominalTime time_;
  const NominalTime now_;
};

}  // namespace

Verdict why(const ScheduledJob& object, NominalTime time, NominalTime now) {
  return Inquiry(object, time, now).verdict();
}

absl::StatusOr<NominalTime> read_moment(std::string_view text, const std::string& zone) {
  schedule::Definition moment;
  moment.entries.push_back({"--at", schedule::Entry::At{std::string(text)}});
  moment.time_zone = zone;
  const absl::StatusOr<schedule::Schedule> schedule = schedule::Schedule::compile(moment);
  if (!schedule.ok()) return schedule.status();
  return schedule->latest_through(schedule::kLatestInstant).value();
}

ExitCode run_why(const WhyCommand& command, std::ostream& out, std::ostream& err,
                 const Surroundings& surroundings) {
  absl::StatusOr<Cluster> cluster = Cluster::connect(command.cluster, surroundings.connect);
  if (!cluster.ok()) return report(cluster.status(), err);
  const absl::StatusOr<Stored> stored = cluster->scheduled_job(command.name);
  if (!stored.ok()) return report(stored.status(), err);
  const ScheduledJob& object = stored->object;
  const std::string zone = Outlook(object).zone();
  const absl::StatusOr<NominalTime> time = read_moment(command.at, zone);
  if (!time.ok()) {
    err << printable(std::string(time.status().message())) << '\n';
    return kWrongUsage;
  }
  const Ink ink(surroundings.colours);
  const Verdict verdict = why(object, *time, surroundings.now);
  out << fmt::format("{} at {}\n{}\n", title_of(object), reading(*time, zone), ink.bold(verdict.sentence));
  for (const std::string& detail : verdict.details) out << detail << '\n';
  for (const std::string& advice : verdict.advice) out << ink.yellow("To do: ") << advice << '\n';
  return kFine;
}

}  // namespace scheduledjob::cli
