#include "cli/run_words.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "cli/terminal_text.hpp"

namespace scheduledjob::cli {
namespace {

using api::Outcome;

constexpr std::string_view kRunByHand =
    "nothing makes up for it by itself; `kubectl scheduledjob run` starts a run now";

struct Phrase {
  Outcome outcome;
  std::string_view reason;  // empty: any other
  std::string_view what;
  std::string_view advice;
};

// The reasons are those of docs/runs.md.
constexpr std::array kPhrases{
    Phrase{
        Outcome::kSkipped, "Overlap", "left out: as many runs were active as concurrencyPolicy allows",
        "concurrencyPolicy: Queue keeps such instants until there is room, Allow starts them at once, and a "
        "larger maxConcurrentRuns makes room"},
    Phrase{Outcome::kSkipped, "Superseded",
           "left out: it was still waiting when the next instant came due, which took its place",
           "concurrencyPolicy: Queue keeps all that wait, in order"},
    Phrase{Outcome::kSkipped, "QueueFull", "left out: maxQueuedRuns instants were waiting already",
           "raise maxQueuedRuns, or maxConcurrentRuns so that fewer wait"},
    Phrase{Outcome::kSkipped, "Suspended", "left out: the schedule was suspended", kRunByHand},
    Phrase{Outcome::kSkipped, "Edited", "left out: the schedule was being changed at that moment",
           kRunByHand},
    Phrase{Outcome::kSkipped, "", "left out", {}},
    Phrase{Outcome::kMissed, "Deadline", "missed: it could not start within startingDeadlineSeconds",
           "allow more time in startingDeadlineSeconds, or leave it away"},
    Phrase{
        Outcome::kMissed, "NotCaughtUp",
        "missed: no operator ran at that time, and missedRunPolicy does not make up for it",
        "missedRunPolicy: All makes up for every instant, up to maxCatchUpRuns; and find out why no operator "
        "ran"},
    Phrase{Outcome::kMissed, "ScheduleChanged",
           "missed: no operator ran at that time, and the schedule was changed before one did", kRunByHand},
    Phrase{Outcome::kMissed, "", "missed", {}},
    Phrase{Outcome::kNotCreated, "Invalid", "not started: the API server found its Job invalid",
           "correct spec.jobTemplate; the message says where"},
    Phrase{Outcome::kNotCreated, "Forbidden",
           "not started: a quota, an admission policy or missing rights kept its Job away",
           "the message says which; later instants are tried all the same"},
    Phrase{Outcome::kNotCreated, "NameTaken", "not started: a Job of its name belongs to somebody else",
           "rename or delete that Job"},
    Phrase{Outcome::kNotCreated, "NamespaceTerminating", "not started: its namespace was being deleted", {}},
    Phrase{Outcome::kNotCreated, "Unavailable", "not started: the API server did not take its Job in time",
           kRunByHand},
    Phrase{Outcome::kNotCreated, "", "not started", {}},
    Phrase{Outcome::kStopped, "Replaced", "stopped: its Job was deleted to make room for a newer run",
           "that is concurrencyPolicy: Replace; Forbid and Queue let a run end first"},
    Phrase{Outcome::kStopped, "Deleted", "stopped: somebody deleted its Job before it had ended", kRunByHand},
    Phrase{Outcome::kStopped, "", "stopped before it had ended", {}},
    Phrase{Outcome::kVanished, "", "its Job was gone before anybody saw how it ended",
           "something deletes Jobs while no operator runs; see the condition HistoryAtRisk"},
    Phrase{Outcome::kRunning, "", "running", {}},
    Phrase{Outcome::kSucceeded, "", "succeeded", {}},
    Phrase{Outcome::kFailed, "", "failed", {}},
};

const Phrase& phrase_for(const api::RecentRun& run) {
  for (const Phrase& phrase : kPhrases) {
    if (phrase.outcome == run.outcome && (phrase.reason.empty() || phrase.reason == run.reason))
      return phrase;
  }
  return kPhrases.back();  // not reached: each outcome has a phrase for any reason
}

std::string_view waiting_for(api::PendingReason why) {
  switch (why) {
    case api::PendingReason::kOverlap:
      return "waiting for an earlier run to end (concurrencyPolicy)";
    case api::PendingReason::kQueue:
      return "waiting for its turn (concurrencyPolicy: Queue)";
    case api::PendingReason::kReplace:
      return "waiting for the pods of the run that it replaces to be gone (replaceTimeout)";
    case api::PendingReason::kCatchUp:
      return "waiting for its turn among what is made up for after an outage (missedRunPolicy)";
    case api::PendingReason::kCreate:
      return "its Job was asked for, and the API server has not taken it yet";
  }
  return {};
}

}  // namespace

Told in_words(const api::RecentRun& run) {
  const Phrase& phrase = phrase_for(run);
  Told told{std::string(phrase.what), std::string(phrase.advice)};
  if (phrase.reason.empty() && run.outcome != Outcome::kSucceeded && !run.reason.empty()) {
    told.what += fmt::format(" ({})", printable(run.reason));
  }
  if (run.outcome == Outcome::kFailed) {
    told.advice =
        fmt::format("`kubectl logs job/{0}` and `kubectl describe job {0}` tell more, while it is kept",
                    printable(run.job_name));
  }
  return told;
}

Told in_words(const api::PendingRun& run) {
  const bool refused = run.why == api::PendingReason::kCreate;
  return {std::string(waiting_for(run.why)),
          refused ? "if it stays so, the condition Ready tells the refusal" : ""};
}

}  // namespace scheduledjob::cli
