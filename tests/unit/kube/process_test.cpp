#include "kube/process.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "unit/kube/files.hpp"

namespace scheduledjob::kube {
namespace {

using namespace std::chrono_literals;
using How = CommandEnd::How;

class Process : public testing::Files {
 protected:
  static absl::StatusOr<CommandEnd> shell(const std::string& script, const CommandLimits& limits = {},
                                          std::stop_token stop = {}) {
    return run_command({"/bin/sh", {"-c", script}, {"PATH=/usr/bin:/bin"}}, limits, std::move(stop));
  }

  // The number that a script has written into a file, once it is there.
  pid_t pid_in(const std::string& name) const {
    while (true) {
      std::ifstream file(directory_ / name);
      pid_t pid = 0;
      std::string end;
      if (file >> pid >> end) return pid;
      std::this_thread::sleep_for(5ms);
    }
  }
};

TEST_F(Process, GivesBackWhatItPrintedAndItsExitCode) {
  const auto end = shell("echo out; echo err >&2; exit 7");
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->how, How::kExited);
  EXPECT_EQ(end->code, 7);
  EXPECT_EQ(end->output, "out\n");
  EXPECT_EQ(end->errors, "err\n");
}

TEST_F(Process, HandsOverArgumentsAsTheyAre) {
  const auto end = run_command({"printf", {"<%s>", "a b", "$HOME", "", "*"}, {}}, {}, {});
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->output, "<a b><$HOME><><*>") << "no shell has touched them";
}

TEST_F(Process, HasTheGivenEnvironmentAndNoOther) {
  ::setenv("OF_THE_PARENT", "secret", 1);
  const auto end = run_command({"env", {}, {"A=1", "B=2 3"}}, {}, {});
  ::unsetenv("OF_THE_PARENT");
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->output, "A=1\nB=2 3\n");
}

TEST_F(Process, HasNothingToRead) {
  EXPECT_EQ(shell("cat; echo done")->output, "done\n");
}

TEST_F(Process, InheritsNoDescriptor) {
  const int leaky = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
  const auto end = shell("ls /proc/self/fd");
  ::close(leaky);
  EXPECT_EQ(end->output, "0\n1\n2\n3\n") << "the last is the directory that ls reads";
}

TEST_F(Process, HasDefaultSignalsThoughItsParentHasNot) {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto end = shell("kill -TERM $$; echo alive");
  const auto pipe = shell("kill -PIPE $$; echo alive");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(end->how, How::kSignalled);
  EXPECT_EQ(end->code, SIGTERM);
  EXPECT_EQ(pipe->code, SIGPIPE);
}

TEST_F(Process, IsKilledWhenItIsTooSlow) {
  EXPECT_EQ(shell("exec sleep 1000", {.time = 50ms})->how, How::kTooSlow);
}

TEST_F(Process, IsKilledWhenItPrintsTooMuch) {
  const auto end = shell("while :; do echo 0123456789; done", {.output = 100'000});
  EXPECT_EQ(end->how, How::kTooMuchOutput);
}

TEST_F(Process, MayPrintExactlyAsMuchAsIsAllowed) {
  const auto end = shell("head -c 1000 /dev/zero", {.output = 1000});
  EXPECT_EQ(end->how, How::kExited);
  EXPECT_EQ(end->output.size(), 1000u);
}

TEST_F(Process, MaySayMuchOnStandardErrorOfWhichTheBeginningIsKept) {
  const auto end = shell("echo first >&2; head -c 3000000 /dev/zero >&2; echo out");
  EXPECT_EQ(end->how, How::kExited);
  EXPECT_EQ(end->output, "out\n");
  EXPECT_EQ(end->errors.size(), 4096u);
  EXPECT_EQ(end->errors.substr(0, 6), "first\n");
}

TEST_F(Process, IsOverWhenItEndsThoughAChildKeepsItsOutputOpen) {
  const auto end = shell("sleep 1000 & echo $! .");
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->how, How::kExited);
  ::kill(std::stoi(end->output), SIGKILL);
}

TEST_F(Process, IsKilledWithItsChildrenWhenItIsToStop) {
  std::stop_source stop;
  std::jthread stopper([&] {
    pid_in("child");
    stop.request_stop();
  });
  const auto end =
      shell("sleep 1000 & echo $! . >" + (directory_ / "child").string() + "; wait", {}, stop.get_token());
  EXPECT_EQ(end->how, How::kStopped);
  const pid_t child = pid_in("child");
  // Whoever inherited it reaps it, sooner or later.
  while (::kill(child, 0) == 0 &&
         shell("grep -q ') Z' /proc/" + std::to_string(child) + "/stat")->code != 0) {
    std::this_thread::sleep_for(5ms);
  }
}

TEST_F(Process, IsNotFoundWhenThereIsNoSuchProgram) {
  EXPECT_EQ(run_command({"no-such-program-anywhere", {}, {}}, {}, {}).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(run_command({(directory_ / "gone").string(), {}, {}}, {}, {}).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(Process, IsDeniedWhenTheFileIsNoProgram) {
  EXPECT_EQ(run_command({write("text", "echo hello"), {}, {}}, {}, {}).status().code(),
            absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace scheduledjob::kube
