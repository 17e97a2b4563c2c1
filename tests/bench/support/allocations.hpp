// What the heap is asked for. Linking this in replaces the global operator new and delete.
#pragma once

#include <cstdint>

namespace scheduledjob::bench {

struct Allocations {
  std::uint64_t count = 0;  // since the process began
  std::uint64_t bytes = 0;  // likewise, as they were asked for
  std::int64_t held = 0;    // at present, as the allocator rounds them
  friend Allocations operator-(const Allocations& a, const Allocations& b) {
    return {a.count - b.count, a.bytes - b.bytes, a.held - b.held};
  }
};

// Of all threads.
Allocations allocations();

}  // namespace scheduledjob::bench
