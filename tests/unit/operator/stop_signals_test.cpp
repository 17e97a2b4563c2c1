#include "stop_signals.hpp"

#include <chrono>
#include <future>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace scheduledjob::program {
namespace {

// Sends `signal` to this process and waits until it was taken as the first one.
std::string first_signal(int signal) {
  std::promise<std::string> name;
  const StopSignals signals([&](const char* text) { name.set_value(text); });
  EXPECT_FALSE(signals.token().stop_requested());
  ::kill(::getpid(), signal);
  std::string text = name.get_future().get();
  EXPECT_TRUE(signals.token().stop_requested());
  return text;
}

void send_two_signals(int second) {
  std::promise<void> taken;
  const StopSignals signals([&](const char*) { taken.set_value(); });
  ::kill(::getpid(), SIGTERM);
  taken.get_future().wait();
  ::kill(::getpid(), second);
  for (;;) ::pause();
}

TEST(StopSignals, TurnTheFirstIntoARequestToStop) {
  EXPECT_EQ(first_signal(SIGTERM), "SIGTERM");
  EXPECT_EQ(first_signal(SIGINT), "SIGINT");
}

TEST(StopSignals, DoNothingUntilASignalComes) {
  const StopSignals signals([](const char*) { FAIL() << "no signal was sent"; });
  EXPECT_FALSE(signals.token().stop_requested());
}

TEST(StopSignalsDeathTest, EndTheProcessAtTheSecond) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(send_two_signals(SIGINT), testing::ExitedWithCode(130), "");
  EXPECT_EXIT(send_two_signals(SIGTERM), testing::ExitedWithCode(143), "");
}

}  // namespace
}  // namespace scheduledjob::program
