#include "kube/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kube/descriptor.hpp"

namespace scheduledjob::kube {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeptErrors = 4096;

absl::Status failure(const char* what, int error) {
  return absl::InternalError(fmt::format("{}: {}", what, std::generic_category().message(error)));
}

struct Pipe {
  Descriptor reading;
  Descriptor writing;

  bool open() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
    reading = Descriptor(ends[0]);
    writing = Descriptor(ends[1]);
    return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
  }
};

// Pointers to the strings, as exec() wants them.
std::vector<char*> pointers(const std::string* first, const std::vector<std::string>& rest) {
  std::vector<char*> made;
  if (first != nullptr) made.push_back(const_cast<char*>(first->c_str()));
  for (const std::string& text : rest) made.push_back(const_cast<char*>(text.c_str()));
  made.push_back(nullptr);
  return made;
}

absl::StatusOr<pid_t> spawn(const Command& command, const Pipe& output, const Pipe& errors) {
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, output.writing.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files, errors.writing.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);

  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t signals;
  ::sigemptyset(&signals);
  ::posix_spawnattr_setsigmask(&attributes, &signals);
  ::sigfillset(&signals);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);

  pid_t pid = 0;
  const std::vector<char*> arguments = pointers(&command.program, command.arguments);
  const std::vector<char*> environment = pointers(nullptr, command.environment);
  const int error = ::posix_spawnp(&pid, command.program.c_str(), &files, &attributes, arguments.data(),
                                   environment.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&files);

  if (error == 0) return pid;
  const std::string why = std::generic_category().message(error);
  if (error == ENOENT || error == ENOTDIR) return absl::NotFoundError(why);
  if (error == EACCES || error == EPERM || error == ENOEXEC) return absl::PermissionDeniedError(why);
  return absl::InternalError(why);
}

// A process that was started, and is dead and reaped when this is destroyed.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!reaped_) kill_group();
  }

  void kill_group() {
    ::kill(-pid_, SIGKILL);
    reap();
  }

  // Blocks until it has ended.
  int reap() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    reaped_ = true;
    return status;
  }

 private:
  const pid_t pid_;
  bool reaped_ = false;
};

// Appends what is there to be read, up to `most` bytes in all; forgets what is more. False when nothing more
// will come.
bool drain(const Descriptor& pipe, std::string& text, std::size_t most) {
  std::array<char, std::size_t{16} * 1024> buffer{};
  // A pipe holds less than this many buffers: whoever writes without an end does not keep us here.
  for (int reads = 0; reads < 64; ++reads) {
    const ssize_t count = ::read(pipe.get(), buffer.data(), buffer.size());
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    text.append(buffer.data(), std::min(static_cast<std::size_t>(count), most - text.size()));
  }
  return true;
}

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

}  // namespace

absl::StatusOr<CommandEnd> run_command(const Command& command, const CommandLimits& limits,
                                       std::stop_token stop) {
  Pipe output;
  Pipe errors;
  if (!output.open() || !errors.open()) return failure("no pipe", errno);
  const Descriptor stopped(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (stopped.get() < 0) return failure("no event descriptor", errno);

  const Clock::time_point deadline = Clock::now() + limits.time;
  const absl::StatusOr<pid_t> pid = spawn(command, output, errors);
  if (!pid.ok()) return pid.status();
  Child child(*pid);
  output.writing = Descriptor();
  errors.writing = Descriptor();
  // Not by pidfd_open(): the header of glibc 2.36 declares it for C only.
  const Descriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, *pid, 0)));
  if (ended.get() < 0) return failure("the process cannot be watched", errno);
  const std::stop_callback on_stop(stop, [&stopped] { ::eventfd_write(stopped.get(), 1); });

  CommandEnd end;
  std::array<pollfd, 4> watched{{{ended.get(), POLLIN, 0},
                                 {stopped.get(), POLLIN, 0},
                                 {output.reading.get(), POLLIN, 0},
                                 {errors.reading.get(), POLLIN, 0}}};
  const auto killed = [&](CommandEnd::How how) {
    child.kill_group();
    end.how = how;
    return end;
  };
  while (true) {
    const int ready = ::poll(watched.data(), watched.size(), milliseconds_until(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return failure("the process cannot be watched", errno);
    const bool over = watched[0].revents != 0;  // what it has written is in the pipes by now
    // poll() passes over negative descriptors.
    if (!drain(output.reading, end.output, limits.output + 1)) watched[2].fd = -1;
    if (!drain(errors.reading, end.errors, kKeptErrors)) watched[3].fd = -1;
    if (end.output.size() > limits.output) return killed(CommandEnd::How::kTooMuchOutput);
    if (over) break;
    if (watched[1].revents != 0) return killed(CommandEnd::How::kStopped);
    if (Clock::now() >= deadline) return killed(CommandEnd::How::kTooSlow);
  }
  const int status = child.reap();
  end.how = WIFSIGNALED(status) ? CommandEnd::How::kSignalled : CommandEnd::How::kExited;
  end.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return end;
}

}  // namespace scheduledjob::kube
