// Measures the engine alone, in virtual time: bench_engine [SCHEDULES…]
#include <chrono>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

#include "bench/support/allocations.hpp"
#include "bench/support/fleet.hpp"

namespace scheduledjob::bench {
namespace {

constexpr std::size_t kTogether = 500;
constexpr std::chrono::hours kLongLife{4};  // in which others of the schedules are due, one after the other

double microseconds(std::chrono::nanoseconds total, std::size_t among) {
  return std::chrono::duration<double, std::micro>(total).count() / static_cast<double>(among);
}

template <class Total>
double per(Total total, std::size_t among) {
  return static_cast<double>(total) / static_cast<double>(among);
}

// One line of the table: what `schedules` of them cost.
void measure(std::size_t schedules) {
  const Allocations empty = allocations();
  Fleet fleet(schedules, kTogether);
  fleet.list();
  const auto decoding = fleet.take_decode_time();
  const auto listing = fleet.take_engine_time();
  fleet.lead();
  const auto leading = fleet.take_engine_time();
  const Allocations held = allocations() - empty;

  fleet.burst();
  const auto burst = fleet.take_engine_time();
  fleet.take_engine_allocations();
  fleet.calls.clear();
  fleet.live(kLongLife);
  const std::size_t fired = fleet.calls["create"];
  fmt::print("{:>9}  {:>9.1f}  {:>9.0f}  {:>9.2f}  {:>9.2f}  {:>9.1f}  {:>9.1f}  {:>9.1f}  {:>9.1f}\n",
             schedules, static_cast<double>(held.held) / (1 << 20), per(held.held, schedules),
             microseconds(decoding, schedules), microseconds(listing, schedules),
             microseconds(leading, schedules), microseconds(burst, kTogether),
             microseconds(fleet.take_engine_time(), fired), per(fleet.take_engine_allocations(), fired));
  std::fflush(stdout);
}

}  // namespace
}  // namespace scheduledjob::bench

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  for (int i = 1; i < argc; ++i) {
    const unsigned long size = std::strtoul(argv[i], nullptr, 10);
    if (size == 0) {
      fmt::print(stderr, "usage: bench_engine [SCHEDULES…]\n");
      return 2;
    }
    sizes.push_back(size);
  }
  if (sizes.empty()) sizes = {1'000, 10'000, 100'000, 1'000'000};
  fmt::print("{:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}  {:>9}\n", "schedules", "MiB", "B each",
             "decode µs", "list µs", "lead µs", "burst µs", "run µs", "allocs");
  for (const std::size_t size : sizes) scheduledjob::bench::measure(size);
  return 0;
}
