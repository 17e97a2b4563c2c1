// Running the command line in tests.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "cli/cli.hpp"

namespace scheduledjob::cli {

inline schedule::NominalTime at(std::string_view text) {
  return schedule::parse_rfc3339(text).value();
}

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

// Runs the program with these arguments at noon (UTC) of 1 March 2026.
inline Outcome run_with(std::vector<std::string> arguments, const std::string& input = {},
                        bool colours = false, const Connect& connect = {},
                        const std::function<void(std::chrono::milliseconds)>& pause = {}) {
  arguments.insert(arguments.begin(), "kubectl-scheduledjob");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Outcome outcome;
  outcome.code = run(static_cast<int>(argv.size()), argv.data(), in, out, err,
                     {at("2026-03-01T12:00:00Z"), colours, connect, pause});
  outcome.out = out.str();
  outcome.err = err.str();
  return outcome;
}

// A file that exists for the length of a test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content) {
    static std::atomic<int> count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("scheduledjob-cli-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".yaml");
    std::ofstream(path_) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string name() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline constexpr char kJobTemplate[] =
    "  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}\n";

// A ScheduledJob whose spec begins with these lines, on line 5.
inline std::string scheduled_job(const std::string& lines) {
  return "apiVersion: scheduledjob.dev/v1\nkind: ScheduledJob\nmetadata: {name: nightly}\nspec:\n" + lines +
         kJobTemplate;
}

inline std::string cron_job(const std::string& lines) {
  return "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec:\n" + lines + kJobTemplate;
}

}  // namespace scheduledjob::cli
