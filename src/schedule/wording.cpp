#include "schedule/wording.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

namespace scheduledjob::schedule {
namespace {

constexpr std::size_t kLongestQuote = 40;
constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kMostSuggestions = 3;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_letter(char a, char b) {
  return lower(a) == lower(b);
}

// Edit distance in which a swap of two neighbours counts as one step (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, kLongestWord + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = same_letter(a[i - 1], b[j - 1]) ? 0 : 1;
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + substitution});
      const bool swapped =
          i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) && same_letter(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), same_letter);
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, kLongestQuote)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) {
      result += fmt::format("\\x{:02X}", byte);
    } else {
      result += c;
    }
  }
  return result + (text.size() > kLongestQuote ? "…\"" : "\"");
}

std::string suggestion(std::string_view text, std::span<const std::string_view> candidates) {
  if (text.size() < 2 || text.size() > kLongestWord) return {};
  const std::size_t tolerance = text.size() >= 8 ? 2 : 1;
  std::size_t nearest = tolerance + 1;
  std::array<std::string_view, kMostSuggestions> names;
  std::size_t count = 0;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongestWord) continue;
    const bool spelled_out = candidate.size() >= 3 && begins_with(text, candidate);
    const std::size_t length_gap =
        text.size() > candidate.size() ? text.size() - candidate.size() : candidate.size() - text.size();
    if (!spelled_out && length_gap > tolerance) continue;
    const std::size_t distance = spelled_out ? 1 : edit_distance(text, candidate);
    if (distance > nearest || distance > tolerance) continue;
    if (distance < nearest) count = 0;
    nearest = distance;
    if (count < names.size()) names[count++] = candidate;
  }
  if (count == 0) return {};
  std::string result = fmt::format(" ({}", names[0]);
  for (std::size_t i = 1; i < count; ++i) result += fmt::format(" or {}", names[i]);
  return result + "?)";
}

}  // namespace scheduledjob::schedule
