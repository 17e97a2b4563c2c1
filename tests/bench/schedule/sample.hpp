// The instants that are asked about. The other side of the benchmark makes the same ones; Sample::sum() lets
// the reader of both figures make sure of it.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "schedule/instant.hpp"

namespace scheduledjob::bench {

// Questions are about these ten years: [begin, end).
inline constexpr schedule::NominalTime kSampleBegin{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};
inline constexpr schedule::NominalTime kSampleEnd{std::chrono::sys_days{std::chrono::year{2036} / 1 / 1}};

// Instants without order, in a ring: too many for a branch predictor to know by heart, few enough to stay in
// the first-level cache together with what is asked.
class Sample {
 public:
  Sample() noexcept;

  schedule::NominalTime next() noexcept { return times_[index_++ % times_.size()]; }

  // The sum of all, in seconds since the epoch.
  std::int64_t sum() const noexcept;

 private:
  std::array<schedule::NominalTime, 2048> times_;
  std::size_t index_ = 0;
};

}  // namespace scheduledjob::bench
