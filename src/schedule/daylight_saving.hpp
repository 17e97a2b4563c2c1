// What becomes of local times that clocks skip or repeat.
#pragma once

namespace scheduledjob::schedule {

// What happens to a fixed local time that does not exist, because clocks went forward over it.
enum class SkippedTime {
  kRunAfterGap,  // run once, at the first moment after the gap
  kSkip,         // do not run
};

// What happens to a fixed local time that exists twice, because clocks went back over it.
enum class RepeatedTime {
  kRunOnce,   // run at the first of the two
  kRunTwice,  // run at both
};

struct DaylightSaving {
  SkippedTime skipped_time = SkippedTime::kRunAfterGap;
  RepeatedTime repeated_time = RepeatedTime::kRunOnce;
  friend bool operator==(const DaylightSaving&, const DaylightSaving&) = default;
};

}  // namespace scheduledjob::schedule
