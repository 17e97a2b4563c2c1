#include "runtime/server_warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/runtime/recording_log.hpp"

namespace scheduledjob::runtime {
namespace {

using ::testing::SizeIs;

TEST(ServerWarnings, AreLoggedOnceEach) {
  RecordingLog log;
  ServerWarnings warnings(log);
  warnings.tell("would violate PodSecurity");
  warnings.tell("is deprecated");
  warnings.tell("would violate PodSecurity");
  ASSERT_THAT(log.lines(), SizeIs(2));
  EXPECT_EQ(log.lines()[0].level, LogLevel::kWarning);
  EXPECT_EQ(log.lines()[0].field("warning"), "would violate PodSecurity");
}

TEST(ServerWarnings, DoNotFillTheLogWhenNoTwoAreTheSame) {
  RecordingLog log;
  ServerWarnings warnings(log);
  for (std::size_t i = 0; i < 10 * ServerWarnings::kMost; ++i) warnings.tell(std::to_string(i));
  EXPECT_THAT(log.lines(), SizeIs(ServerWarnings::kMost));
}

}  // namespace
}  // namespace scheduledjob::runtime
