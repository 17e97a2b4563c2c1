// Changes to the lines of a text, kept apart from it until all are known.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace scheduledjob::cli {

// Lines count from 1, always in the text as it was.
class TextEdit {
 public:
  explicit TextEdit(std::string_view text);

  std::size_t line_count() const { return lines_.size(); }
  std::string_view line(std::size_t number) const { return lines_[number - 1]; }

  // Replaces the first `old_text` of a line; false when the line has none.
  bool replace(std::size_t number, std::string_view old_text, std::string_view new_text);

  void insert_before(std::size_t number, std::string line);

  // Removes lines from `first` to before `end`, but not the empty lines and comments at their end, which
  // belong to what follows.
  void remove(std::size_t first, std::size_t end);

  std::string text() const;

 private:
  std::vector<std::string> lines_;  // without their ends
  std::vector<bool> removed_;
  std::map<std::size_t, std::vector<std::string>> inserted_;
};

}  // namespace scheduledjob::cli
