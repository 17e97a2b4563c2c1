// Hashes that must never change: jitter, H in expressions and the names of Jobs are made from them, and
// replicas of different releases have to agree.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/numeric/int128.h"

namespace scheduledjob::schedule {

inline constexpr std::uint64_t kFnv1aBasis = 0xcbf29ce484222325;

// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/). `hash` is that of the text before, where a
// text comes in parts.
constexpr std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = kFnv1aBasis) noexcept {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// The finaliser of SplitMix64: a bijection in which every bit of the input sways every bit of the output.
constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

// Maps a uniform 64-bit value to [0, bound) without the bias of a remainder.
inline std::uint64_t scaled(std::uint64_t value, std::uint64_t bound) noexcept {
  return absl::Uint128High64(absl::uint128(value) * bound);
}

}  // namespace scheduledjob::schedule
