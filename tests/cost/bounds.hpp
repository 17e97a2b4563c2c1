// How a recorded figure is held against one that is measured.
#pragma once

#include <cstddef>

#include <gtest/gtest.h>

namespace scheduledjob::bench {

// Fails when `measured` is more than a tenth above `recorded`, which is what the code needed when this was
// last touched. Whoever makes it need less records that.
inline void expect_at_most_about(const char* what, double measured, double recorded) {
  EXPECT_LE(measured, recorded * 1.1) << what;
}

}  // namespace scheduledjob::bench
