#include "kube/environment.hpp"

#include <algorithm>

#include "kube/file.hpp"

namespace scheduledjob::kube {

absl::StatusOr<std::vector<std::string>> initial_environment() {
  constexpr std::size_t kLongest = 16u << 20;  // more than Linux allows
  const absl::StatusOr<std::string> text = read_small_file("/proc/self/environ", kLongest);
  if (!text.ok()) return text.status();
  std::vector<std::string> variables;
  for (std::size_t begin = 0; begin < text->size();) {
    const std::size_t end = std::min(text->find('\0', begin), text->size());
    if (end > begin) variables.push_back(text->substr(begin, end - begin));
    begin = end + 1;
  }
  return variables;
}

}  // namespace scheduledjob::kube
