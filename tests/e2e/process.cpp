#include "e2e/process.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace scheduledjob::e2e {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));
    read = ends[0];
    write = ends[1];
  }
};

void become(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

pid_t spawn(const std::vector<std::string>& command, int input, int output, int errors) {
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error(std::strerror(errno));
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  become(command);
  return -1;
}

int exit_code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

Finished run(const std::vector<std::string>& command, const std::string& input) {
  Pipe in, out, err;
  const pid_t pid = spawn(command, in.read, out.write, err.write);
  ::close(in.read);
  ::close(out.write);
  ::close(err.write);

  Finished finished;
  std::size_t written = 0;
  bool out_open = true;
  bool err_open = true;
  const auto drain = [](int fd, std::string& into) {
    std::array<char, 65536> piece{};
    const ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got > 0) into.append(piece.data(), static_cast<std::size_t>(got));
    return got > 0;
  };
  while (out_open || err_open) {
    const bool more_input = in.write >= 0 && written < input.size();
    if (!more_input && in.write >= 0) {
      ::close(in.write);
      in.write = -1;
    }
    std::array<pollfd, 3> fds{{{out_open ? out.read : -1, POLLIN, 0},
                               {err_open ? err.read : -1, POLLIN, 0},
                               {in.write, POLLOUT, 0}}};
    ::poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) out_open = drain(out.read, finished.output);
    if (fds[1].revents != 0) err_open = drain(err.read, finished.errors);
    if (fds[2].revents != 0) {
      const ssize_t sent = ::write(in.write, input.data() + written, input.size() - written);
      written = sent > 0 ? written + static_cast<std::size_t>(sent) : input.size();
    }
  }
  if (in.write >= 0) ::close(in.write);
  ::close(out.read);
  ::close(err.read);
  int status = 0;
  ::waitpid(pid, &status, 0);
  finished.exit_code = exit_code_of(status);
  return finished;
}

Process::Process(const std::vector<std::string>& command, const std::string& log_file) : log_file_(log_file) {
  Pipe out;
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  // Not opened by the name /dev/stderr: that would empty the file that it may lead to.
  const int log = log_file.empty() ? ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0)
                                   : ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  pid_ = spawn(command, null, out.write, log);
  ::close(null);
  ::close(log);
  ::close(out.write);
  output_ = out.read;
}

Process::~Process() {
  if (running()) {
    signal(SIGKILL);
    reap(true);
  }
  ::close(output_);
}

std::optional<std::string> Process::next_line(std::chrono::milliseconds patience) {
  const auto end = Clock::now() + patience;
  while (true) {
    if (const auto newline = buffer_.find('\n'); newline != std::string::npos) {
      std::string line = buffer_.substr(0, newline);
      buffer_.erase(0, newline + 1);
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd fd{output_, POLLIN, 0};
    if (::poll(&fd, 1, static_cast<int>(left.count())) <= 0) continue;
    std::array<char, 4096> piece{};
    const ssize_t got = ::read(output_, piece.data(), piece.size());
    if (got <= 0) return std::nullopt;
    buffer_.append(piece.data(), static_cast<std::size_t>(got));
  }
}

void Process::signal(int number) {
  if (!exit_code_) ::kill(pid_, number);
}

bool Process::reap(bool block) {
  if (exit_code_) return true;
  int status = 0;
  if (::waitpid(pid_, &status, block ? 0 : WNOHANG) != pid_) return false;
  exit_code_ = exit_code_of(status);
  return true;
}

bool Process::running() {
  return !reap(false);
}

int Process::wait(std::chrono::milliseconds patience) {
  const auto end = Clock::now() + patience;
  while (!reap(false)) {
    if (Clock::now() > end) throw std::runtime_error("the program did not end in time; its log:\n" + log());
    ::poll(nullptr, 0, 10);
  }
  return *exit_code_;
}

std::string Process::log() const {
  std::ifstream file(log_file_);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace scheduledjob::e2e
