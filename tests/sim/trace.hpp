// What happened, for whoever reads a failure. Silent in all histories but the one that is told.
#pragma once

#include <deque>
#include <string>

#include <fmt/format.h>

#include "engine/effect.hpp"
#include "engine/input.hpp"
#include "sim/timeline.hpp"

namespace scheduledjob::sim {

class Trace {
 public:
  // Keeps the last `kept` events.
  Trace(const Timeline& time, std::size_t kept) : time_(time), kept_(kept), on_(kept > 0) {}

  template <typename... Args>
  void note(fmt::format_string<Args...> format, Args&&... args) {
    if (on_) add(fmt::format(format, std::forward<Args>(args)...));
  }
  void input(int process, const engine::Input& input);
  void effect(int process, const engine::Effect& effect);

  // The last ones, oldest first.
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  void add(const std::string& line);
  const Timeline& time_;
  std::size_t kept_;
  bool on_;
  std::deque<std::string> lines_;
};

std::string describe(const api::ScheduledJobStatus& status);

}  // namespace scheduledjob::sim
