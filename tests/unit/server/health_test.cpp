#include "server/health.hpp"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scheduledjob::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::HasSubstr;
using testing::Optional;

TEST(Liveness, HoldsBeforeTheLoopHasBegun) {
  const runtime::Telemetry telemetry;
  EXPECT_EQ(liveness(telemetry, milliseconds(0))(), std::nullopt);
}

TEST(Liveness, HoldsWhileTheLoopTurns) {
  runtime::Telemetry telemetry;
  telemetry.loop_turned();
  EXPECT_EQ(liveness(telemetry, minutes(1))(), std::nullopt);
}

TEST(Liveness, EndsWhenTheLoopHasBeenSilentForTooLong) {
  runtime::Telemetry telemetry;
  telemetry.loop_turned();
  while (telemetry.snapshot().since_loop_turn <= milliseconds(1)) std::this_thread::yield();
  EXPECT_THAT(liveness(telemetry, milliseconds(1))(), Optional(HasSubstr("limit: 1 ms")));
}

TEST(Liveness, EndsWhenTheWatchdogFindsSomethingStuck) {
  runtime::Telemetry telemetry;
  telemetry.loop_turned();
  telemetry.set_stuck("the watch of Jobs is deaf");
  EXPECT_THAT(liveness(telemetry, minutes(1))(), Optional(HasSubstr("deaf")));
  telemetry.set_stuck("");
  EXPECT_EQ(liveness(telemetry, minutes(1))(), std::nullopt);
}

TEST(Readiness, FollowsTheCaches) {
  runtime::Telemetry telemetry;
  EXPECT_THAT(readiness(telemetry)(), Optional(HasSubstr("not synced")));
  telemetry.set_caches_synced(true);
  EXPECT_EQ(readiness(telemetry)(), std::nullopt);
}

TEST(Readiness, TellsWhatIsInTheWayOfTheStart) {
  runtime::Telemetry telemetry;
  telemetry.set_start_obstacle("no such kind");
  EXPECT_THAT(readiness(telemetry)(), Optional(HasSubstr("no such kind")));
  EXPECT_EQ(liveness(telemetry, milliseconds(0))(), std::nullopt);
}

TEST(Readiness, DoesNotAskForLeadership) {
  runtime::Telemetry telemetry;
  telemetry.set_caches_synced(true);
  telemetry.set_leader(false);
  EXPECT_EQ(readiness(telemetry)(), std::nullopt);
}

}  // namespace
}  // namespace scheduledjob::server
