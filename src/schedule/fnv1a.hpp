// FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/). Jitter and Job names are made from it: it
// must never change.
#pragma once

#include <cstdint>
#include <string_view>

namespace scheduledjob::schedule {

constexpr std::uint64_t fnv1a(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace scheduledjob::schedule
