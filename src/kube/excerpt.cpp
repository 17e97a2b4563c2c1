#include "kube/excerpt.hpp"

#include <algorithm>

namespace scheduledjob::kube {

std::string excerpt(std::string_view text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string line(text.substr(0, end));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; }, ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return end < text.size() ? line + "…" : line;
}

}  // namespace scheduledjob::kube
