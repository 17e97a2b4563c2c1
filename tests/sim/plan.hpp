// What one seed stands for: the cluster, its schedules, and every disturbance, all known before the first
// event. A disturbance has an index that stays its own when others are left out, so that a failing history
// can be shortened.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sim/timeline.hpp"

namespace scheduledjob::sim {

enum class Trouble {
  // The network and the API server
  kLostRequest,
  kLostAnswer,
  kSlowWire,
  kSlowServer,  // the answer comes when nobody waits for it any more, after the commit
  kRepeatedRequest,
  kRefusedRequest,  // 503 or 429: nothing was done
  kServerError,     // 500: done or not
  kQuota,           // 403 for creates
  kInvalidJob,      // 422 for creates
  kPartition,       // much is lost, watches are silent; the lease's connection may be spared
  kNameTaken,       // somebody else's Job has the name
  // Watches
  kWatchLag,
  kWatchBreak,
  kWatchExpiry,  // 410: a new list
  kBrokenList,   // a list breaks off and begins again
  kRepeatedEvent,
  // Replicas
  kCrash,
  kFreeze,
  kDrain,
  kOutage,     // of all replicas
  kLeaseLost,  // somebody empties the lease
  // Clocks
  kClockStep,
  kClockDrift,
  // Users
  kEditSchedule,
  kEditPolicy,
  kEditTemplate,
  kBreakSchedule,
  kSuspend,
  kDeleteObject,
  kDeleteJob,
  kStripLabel,
  kJobByHand,
};
inline constexpr std::size_t kTroubles = static_cast<std::size_t>(Trouble::kJobByHand) + 1;
std::string_view name_of(Trouble trouble);
bool is_users(Trouble trouble);

struct Disturbance {
  std::size_t index = 0;
  Trouble trouble{};
  Instant from{};
  Duration length{};       // zero: a single event
  int replica = -1;        // -1: all of them
  double probability = 1;  // of each message within the time
  std::uint64_t seed = 0;  // of whatever it decides
  std::string describe() const;
};

// How the Jobs of one ScheduledJob behave.
struct JobProfile {
  Duration longest_start{};
  Duration shortest_run{};
  Duration longest_run{};
  double failing = 0;
  double never_starting = 0;
  double endless = 0;  // until somebody deletes them, or the history comes to its end
};

struct ObjectPlan {
  std::string name;
  Instant added{};
  JobProfile jobs;
};

// How often schedules come.
enum class Pace { kSeconds, kMinutes, kHours };

struct Plan {
  std::uint64_t seed = 0;
  Pace pace{};
  Instant start{};
  Instant calm{};     // the last disturbance is over
  Instant horizon{};  // schedules end here: every notAfter
  int replicas = 2;
  std::size_t workers = 16;  // writes that one replica has under way at a time
  std::vector<ObjectPlan> objects;
  std::vector<Disturbance> disturbances;

  bool undisturbed() const { return disturbances.empty(); }
};

// `without`: indexes of disturbances to leave out.
Plan make_plan(std::uint64_t seed, const std::set<std::size_t>& without = {});

}  // namespace scheduledjob::sim
