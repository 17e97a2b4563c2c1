#include "runtime/handover.hpp"

#include <gtest/gtest.h>

namespace scheduledjob::runtime {
namespace {

TEST(Handover, ReadsWhatItWrites) {
  const engine::Handover handover{.versions = {17, 9'007'199'254'740'993}};
  EXPECT_EQ(format_handover(handover), "scheduledjobs=17 jobs=9007199254740993");
  EXPECT_EQ(parse_handover(format_handover(handover)), handover);
}

TEST(Handover, TellsOfTheGraceThatIsLeft) {
  const engine::Handover handover{.versions = {17, 4}, .grace = std::chrono::milliseconds{9000}};
  EXPECT_EQ(format_handover(handover), "scheduledjobs=17 jobs=4 grace=9000ms");
  EXPECT_EQ(parse_handover(format_handover(handover)), handover);
}

TEST(Handover, IsNothingThatSomebodyElseWrote) {
  for (const char* text :
       {"", " ", "scheduledjobs=", "scheduledjobs=17", "scheduledjobs=17 ", "scheduledjobs=17 jobs=",
        "scheduledjobs=17 jobs=x", "scheduledjobs=-1 jobs=2", "jobs=2 scheduledjobs=17",
        "scheduledjobs=17 jobs=2 more=3", "scheduledjobs=17  jobs=2", "scheduledjobs=17 jobs=2 grace=9000",
        "scheduledjobs=17 jobs=2 grace=-1ms", "scheduledjobs=17 jobs=2 grace=3600001ms",
        "scheduledjobs=17 jobs=2 grace=1ms ", "scheduledjobs=99999999999999999999 jobs=2"}) {
    EXPECT_EQ(parse_handover(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace scheduledjob::runtime
