#include "schedule/zone_names.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <fmt/format.h>

#include "schedule/wording.hpp"
#include "schedule/zone_data.hpp"

namespace scheduledjob::schedule {
namespace {

constexpr std::size_t kLongestName = 64;

bool has_form_of_a_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && name.size() <= kLongestName && name.front() != '/' && name.back() != '/' &&
         name.find("//") == std::string_view::npos && std::all_of(name.begin(), name.end(), allowed);
}

bool is_zone_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> magic{};
  file.read(magic.data(), magic.size());
  return file.good() && std::string_view(magic.data(), magic.size()) == "TZif";
}

// From the first line of the database's compact source form, "# version 2026b".
std::string version_of(const std::filesystem::path& directory) {
  constexpr std::string_view kBegin = "# version ";
  constexpr std::size_t kLongestVersion = 16;
  std::ifstream source(directory / "tzdata.zi");
  std::array<char, kBegin.size() + kLongestVersion + 1> line{};
  source.getline(line.data(), line.size());
  const std::string_view text = line.data();
  return text.starts_with(kBegin) ? std::string(text.substr(kBegin.size())) : "unknown";
}

absl::StatusOr<ZoneData> zone_data_in(const std::string& directory) {
  const std::filesystem::path path(directory);
  if (!is_zone_file(path / "UTC") && !is_zone_file(path / "Etc/UTC")) {
    return absl::NotFoundError(fmt::format("there is no time zone data at {}", directory));
  }
  return ZoneData{directory, version_of(path)};
}

// Files of the directory that are zone data but no zones of the IANA database.
bool is_of_another_kind(std::string_view name) {
  return name == "localtime" || name == "posixrules" || name.starts_with("posix/") ||
         name.starts_with("right/");
}

// The names that the database declares, from its compact source form, which systems install beside the data.
std::vector<std::string> declared_names() {
  std::ifstream source(std::filesystem::path(zone_directory()) / "tzdata.zi");
  std::vector<std::string> names;
  std::string keyword;
  std::string rest;
  while (names.size() < 2000 && source >> keyword && std::getline(source, rest)) {
    const std::string_view words = std::string_view(rest).substr(std::min<std::size_t>(1, rest.size()));
    const auto space = words.find(' ');
    if (space == std::string_view::npos) continue;
    if (keyword == "Z") names.emplace_back(words.substr(0, space));
    if (keyword == "L") names.emplace_back(words.substr(space + 1));
  }
  return names;
}

std::string suggested_zone(std::string_view name) {
  std::string spelled(name.substr(0, kLongestName));
  std::replace(spelled.begin(), spelled.end(), ' ', '_');
  const std::vector<std::string> names = declared_names();
  return suggestion(spelled, std::vector<std::string_view>(names.begin(), names.end()));
}

}  // namespace

std::string zone_directory() {
  // The environment is not changed once threads run.
  const char* directory = std::getenv("TZDIR");  // NOLINT(concurrency-mt-unsafe)
  return directory != nullptr && *directory != '\0' ? directory : "/usr/share/zoneinfo";
}

absl::StatusOr<ZoneData> find_zone_data() {
  return zone_data_in(zone_directory());
}

absl::StatusOr<ZoneData> use_zone_data(const std::string& directory) {
  absl::StatusOr<ZoneData> data = zone_data_in(directory);
  if (data.ok()) setenv("TZDIR", directory.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): before threads run
  return data;
}

bool is_zone(std::string_view name) {
  return has_form_of_a_name(name) && !is_of_another_kind(name) &&
         is_zone_file(std::filesystem::path(zone_directory()) / name);
}

absl::Status no_such_zone(std::string_view name) {
  std::error_code ignored;
  const std::string directory = zone_directory();
  if (!std::filesystem::is_directory(directory, ignored)) {
    return absl::NotFoundError(
        fmt::format("{} can't be looked up: there is no time zone data at {} (install the package tzdata, or "
                    "name a directory with --zoneinfo-dir or TZDIR)",
                    quoted(name), directory));
  }
  return absl::InvalidArgumentError(
      fmt::format("{} is not a time zone of the IANA database{}", quoted(name), suggested_zone(name)));
}

}  // namespace scheduledjob::schedule
