// Who wants to be woken when.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "schedule/instant.hpp"

namespace scheduledjob::engine {

struct Record;

// An indexed binary heap over records: each has at most one time, kept in the record itself together with its
// place in the heap, so that moving and cancelling need no search. All operations are O(log n) and allocate
// only when the heap grows.
class Agenda {
 public:
  // Moves `record` to `time`, or takes it off the agenda.
  void set(Record& record, std::optional<schedule::Instant> time);

  std::optional<schedule::Instant> next() const;

  // Takes off and returns a record whose time has come, earliest first; null when there is none.
  Record* pop_due(schedule::Instant now);

 private:
  void place(std::size_t index, Record* record);
  void sift_up(std::size_t index);
  void sift_down(std::size_t index);
  void remove(std::size_t index);

  std::vector<Record*> heap_;
};

}  // namespace scheduledjob::engine
