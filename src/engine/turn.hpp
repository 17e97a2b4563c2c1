// One object's turn: everything that follows from what is known now, in the order that keeps verdicts honest:
// ends before edits, edits before instants.
#pragma once

#include <optional>

#include "engine/record.hpp"

namespace scheduledjob::engine {

// What the leader is up to.
struct Course {
  bool winding_down = false;  // writes at once, and deletes no Jobs
  bool draining = false;      // decides nothing more
  // The watch of Jobs has shown everything up to it.
  ResourceVersion jobs_seen_through = 0;
};

// To be called while leading, for a record that has its object. Returns when the next turn is due by time
// alone; nothing: never.
std::optional<Instant> take_turn(Record& record, const Course& course, Step& step);

}  // namespace scheduledjob::engine
