// Runs and even steps in sets of values, and their form in words.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace scheduledjob::schedule {

// Lists in words never have more items than this, what is beyond is counted.
inline constexpr std::size_t kMostItems = 8;

// The bits of a mask, in order.
std::vector<int> values_of(std::uint64_t mask);

// first, first + step, … up to last.
struct Progression {
  int first = 0;
  int last = 0;
  int step = 1;
  friend bool operator==(const Progression&, const Progression&) = default;

  // Whether the values go on at the same distance when a field of `size` values begins again.
  bool closes(int size) const { return first + size - last == step; }
};

// The progression that `values` are, when they are at least five: fewer are easier to read one by one.
std::optional<Progression> long_progression(std::span<const int> values);

// Values that follow each other without a gap.
struct Run {
  int first = 0;
  int last = 0;

  int size() const { return last - first + 1; }
  friend bool operator==(const Run&, const Run&) = default;
};

// `values`, in order, as runs. Requires values in order.
std::vector<Run> runs_of(std::span<const int> values);

// A set as it is listed: runs of three values or more, and single values.
std::vector<Run> readable_runs(std::span<const int> values);

// The same for a set of values from 0 to size − 1 in a circle; a run that passes the end comes last, with
// last ≥ size. Requires values in order, and not all of them.
std::vector<Run> circular_runs(std::span<const int> values, int size);

// A list of runs in words: "2", "4 to 9". Runs beyond kMostItems end as "9 more" or, with a unit, "9 more
// days".
std::vector<std::string> items_of(std::span<const Run> runs, const std::function<std::string(int)>& word,
                                  std::string_view unit = "");

}  // namespace scheduledjob::schedule
