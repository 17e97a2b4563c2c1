#include "schedule/explain_patterns.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace scheduledjob::schedule {
namespace {

constexpr std::size_t kLeastOfProgression = 5;
constexpr int kLeastOfRun = 3;

// Runs too short to be worth a "to" become single values.
std::vector<Run> without_short_runs(std::span<const Run> runs) {
  std::vector<Run> result;
  for (const Run& run : runs) {
    if (run.size() >= kLeastOfRun) {
      result.push_back(run);
      continue;
    }
    for (int value = run.first; value <= run.last; ++value) result.push_back({value, value});
  }
  return result;
}

}  // namespace

std::vector<int> values_of(std::uint64_t mask) {
  std::vector<int> result;
  for (; mask != 0; mask &= mask - 1) result.push_back(std::countr_zero(mask));
  return result;
}

std::optional<Progression> long_progression(std::span<const int> values) {
  if (values.size() < kLeastOfProgression) return std::nullopt;
  const int step = values[1] - values[0];
  const auto uneven = [step](int a, int b) { return b - a != step; };
  if (std::adjacent_find(values.begin(), values.end(), uneven) != values.end()) return std::nullopt;
  return Progression{values.front(), values.back(), step};
}

std::vector<Run> runs_of(std::span<const int> values) {
  std::vector<Run> result;
  for (const int value : values) {
    if (!result.empty() && result.back().last + 1 == value) {
      result.back().last = value;
    } else {
      result.push_back({value, value});
    }
  }
  return result;
}

std::vector<Run> readable_runs(std::span<const int> values) {
  return without_short_runs(runs_of(values));
}

std::vector<Run> circular_runs(std::span<const int> values, int size) {
  std::vector<Run> runs = runs_of(values);
  if (runs.size() > 1 && runs.front().first == 0 && runs.back().last == size - 1) {
    const Run joined{runs.back().first, runs.front().last + size};
    if (joined.size() >= kLeastOfRun) {
      runs.erase(runs.begin());
      runs.back() = joined;
    }
  }
  return without_short_runs(runs);
}

std::vector<std::string> items_of(std::span<const Run> runs, const std::function<std::string(int)>& word,
                                  std::string_view unit) {
  const std::size_t shown = runs.size() <= kMostItems ? runs.size() : kMostItems - 1;
  std::vector<std::string> result;
  for (const Run& run : runs.first(shown)) {
    result.push_back(run.size() == 1 ? word(run.first)
                                     : fmt::format("{} to {}", word(run.first), word(run.last)));
  }
  int left = 0;
  for (const Run& run : runs.subspan(shown)) left += run.size();
  if (left > 0) result.push_back(fmt::format("{} more{}{}", left, unit.empty() ? "" : " ", unit));
  return result;
}

}  // namespace scheduledjob::schedule
