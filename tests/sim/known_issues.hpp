// What the simulation has found in the engine and what is not repaired yet. Each has a DISABLED_ test in
// tests/unit/engine; its line here goes when that test is enabled.
#pragma once

namespace scheduledjob::sim {

// A Job that belongs to no instant appears in status.active, and stays there after its end until something else
// is written: StatusFacts.DISABLED_ForgetAJobMadeByHandWhenItEnds.
inline constexpr bool kJobsByHandStayActive = true;

}  // namespace scheduledjob::sim
