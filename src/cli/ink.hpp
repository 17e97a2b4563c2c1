// Colours, for terminals only.
#pragma once

#include <string>
#include <string_view>

namespace scheduledjob::cli {

class Ink {
 public:
  explicit Ink(bool colours) : colours_(colours) {}

  std::string bold(std::string_view text) const { return in("1", text); }
  std::string faint(std::string_view text) const { return in("2", text); }
  std::string red(std::string_view text) const { return in("31", text); }
  std::string green(std::string_view text) const { return in("32", text); }
  std::string yellow(std::string_view text) const { return in("33", text); }

 private:
  std::string in(std::string_view colour, std::string_view text) const {
    if (!colours_) return std::string(text);
    return std::string("\x1b[").append(colour).append("m").append(text).append("\x1b[0m");
  }

  bool colours_;
};

}  // namespace scheduledjob::cli
