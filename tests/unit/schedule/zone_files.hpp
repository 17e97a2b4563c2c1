// The time zones of this machine, found without the help of the code under test.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace scheduledjob::schedule {

inline bool is_zone_data(const std::filesystem::path& file) {
  std::array<char, 4> magic{};
  return std::ifstream(file, std::ios::binary).read(magic.data(), magic.size()) &&
         std::string_view(magic.data(), magic.size()) == "TZif";
}

// The names of all files of zone data, links included, in order. Left out are the copies of the database that
// count leap seconds or do not, the machine's own time and the rules for POSIX strings.
inline std::vector<std::string> declared_zones() {
  const char* directory = std::getenv("TZDIR");
  const std::filesystem::path root = directory != nullptr ? directory : "/usr/share/zoneinfo";
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
    const std::string name = file.path().lexically_relative(root).string();
    const bool of_another_kind = name == "localtime" || name == "posixrules" || name.starts_with("posix/") ||
                                 name.starts_with("right/");
    if (!of_another_kind && file.is_regular_file() && is_zone_data(file.path())) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace scheduledjob::schedule
