#include "cli/text_edit.hpp"

#include <utility>

namespace scheduledjob::cli {
namespace {

bool is_empty_or_comment(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#';
}

}  // namespace

TextEdit::TextEdit(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines_.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  removed_.assign(lines_.size(), false);
}

bool TextEdit::replace(std::size_t number, std::string_view old_text, std::string_view new_text) {
  std::string& line = lines_[number - 1];
  const std::size_t at = line.find(old_text);
  if (at == std::string::npos) return false;
  line.replace(at, old_text.size(), new_text);
  return true;
}

void TextEdit::insert_before(std::size_t number, std::string line) {
  inserted_[number].push_back(std::move(line));
}

void TextEdit::remove(std::size_t first, std::size_t end) {
  while (end > first + 1 && is_empty_or_comment(lines_[end - 2])) --end;
  for (std::size_t number = first; number < end; ++number) removed_[number - 1] = true;
}

std::string TextEdit::text() const {
  std::string text;
  for (std::size_t number = 1; number <= lines_.size(); ++number) {
    if (removed_[number - 1]) continue;
    if (const auto above = inserted_.find(number); above != inserted_.end()) {
      for (const std::string& line : above->second) text.append(line).append("\n");
    }
    text.append(lines_[number - 1]).append("\n");
  }
  return text;
}

}  // namespace scheduledjob::cli
