// Programs that a test runs. Each dies with its Process, and with the test itself.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace scheduledjob::e2e {

struct Finished {
  int exit_code = 0;
  std::string output;  // standard output
  std::string errors;  // standard error
};

// Runs to the end. Throws std::runtime_error only when the program cannot be started.
Finished run(const std::vector<std::string>& command, const std::string& input = {});

// A program in the background; standard output can be read line by line, standard error goes to a
// file, or to that of the test when no file is named.
class Process {
 public:
  Process(const std::vector<std::string>& command, const std::string& log_file);
  ~Process();  // SIGKILL if it still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // The next line of its standard output; nothing when it has ended or said nothing in time.
  std::optional<std::string> next_line(std::chrono::milliseconds patience);

  void signal(int number);
  bool running();
  // Its exit code, or 128 + the signal that ended it. Throws std::runtime_error when it does not end in time.
  int wait(std::chrono::milliseconds patience);

  std::string log() const;

 private:
  bool reap(bool block);

  pid_t pid_ = -1;
  int output_ = -1;
  std::string buffer_;
  std::string log_file_;
  std::optional<int> exit_code_;
};

}  // namespace scheduledjob::e2e
