// Deliberate bugs, to prove that the simulation finds such. They sit between the engine and the rest of a
// process: what goes in or comes out is bent as if the engine, or its carrier, had been written wrongly.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/effect.hpp"
#include "engine/input.hpp"

namespace scheduledjob::sim {

enum class Bug {
  kNone,
  kNoBarrier,          // decides with whatever its caches hold
  kNoFence,            // writes after its lease has ended
  kUntrustedClock,     // believes the local clock
  kStaleVersionWins,   // takes an old object for the newest
  kPlusOneOnConflict,  // after a conflict, counts on from what is stored
  kUnknownIsRefused,   // takes an unanswered create for one that was not made
  kTrimUnrecorded,     // deletes ended Jobs before that is stored
  kPendingForgotten,   // does not store what waits
  kRandomNames,        // Jobs whose name does not say which instant they are
  kOpenCut,            // stores only the first open run
  kDecidedAhead,       // stores decidedThrough before it has decided
  kBasisRewritten,     // takes every schedule for the one that was always in force
  kTtlByJobAlone,      // leaves the deletion of ended Jobs to their ttlSecondsAfterFinished
  kStaleRead,          // answers reads of a Job from a cache that has none
  kDeafToDeletions,    // never learns that a Job was deleted
  kHalfList,           // takes the first page for the whole list
  kWritesTwice,        // writes every status again
  kSleepsIn,           // wakes by its heartbeat only
  kForgetsDeadline,    // has no startingDeadlineSeconds
  kCapOffByOne,        // lets one run too many start
};

struct BugEntry {
  Bug bug;
  std::string_view name;  // of --bug
  std::string_view what;  // for people
  int bound;              // so many seeds catch it at the latest
};
const std::vector<BugEntry>& all_bugs();
std::optional<Bug> find_bug(std::string_view name);

// Bends what the engine is told; `deciding`: it leads, and is past its barrier. False: it is not told at all.
bool bend(Bug bug, engine::Input& input, bool deciding);
// Bends what the engine asks for.
void bend(Bug bug, engine::Effect& effect, std::uint64_t random);

}  // namespace scheduledjob::sim
