// Cuts a stream that arrives in pieces of any size into lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scheduledjob::kube {

class LineSplitter {
 public:
  explicit LineSplitter(std::size_t longest) : longest_(longest) {}

  // Calls `on_line(std::string&)` with each line completed by `piece`, without its end; empty lines are left
  // out. The callee may reserve memory in the line but must not change it. Stops and returns false when
  // `on_line` returns false or a line is longer than allowed; the splitter is of no use afterwards.
  template <class OnLine>
  bool feed(std::string_view piece, const OnLine& on_line) {
    while (!piece.empty()) {
      const std::size_t end = piece.find('\n');
      const std::string_view part = piece.substr(0, end);
      if (part.size() > longest_ - line_.size()) {
        too_long_ = true;
        return false;
      }
      line_.append(part);
      if (end == std::string_view::npos) return true;
      piece.remove_prefix(end + 1);
      if (!line_.empty() && !on_line(line_)) return false;
      line_.clear();
    }
    return true;
  }

  bool too_long() const { return too_long_; }
  bool inside_a_line() const { return !line_.empty(); }

 private:
  const std::size_t longest_;
  std::string line_;
  bool too_long_ = false;
};

}  // namespace scheduledjob::kube
