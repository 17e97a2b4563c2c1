// Sets of small numbers, as the bits of a word.
#pragma once

#include <bit>
#include <cstdint>

namespace scheduledjob::schedule {

constexpr bool has(std::uint64_t mask, unsigned bit) noexcept {
  return (mask >> bit & 1) != 0;
}

// All bits below, and above, one that is less than 64.
constexpr std::uint64_t below(unsigned bit) noexcept {
  return (std::uint64_t{1} << bit) - 1;
}
constexpr std::uint64_t above(unsigned bit) noexcept {
  return ~std::uint64_t{1} << bit;
}

// Of a mask that is not empty.
constexpr int lowest(std::uint64_t mask) noexcept {
  return std::countr_zero(mask);
}
constexpr int highest(std::uint64_t mask) noexcept {
  return 63 - std::countl_zero(mask);
}

constexpr std::uint64_t size(std::uint64_t mask) noexcept {
  return static_cast<std::uint64_t>(std::popcount(mask));
}

}  // namespace scheduledjob::schedule
