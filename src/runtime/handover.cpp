#include "runtime/handover.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

#include "absl/strings/str_split.h"
#include "runtime/resources.hpp"

namespace scheduledjob::runtime {
namespace {

constexpr char kGrace[] = "grace=";
constexpr char kGraceUnit[] = "ms";
constexpr std::chrono::milliseconds kLongestGrace = std::chrono::hours(1);

// "scheduledjobs=17"
std::string label(std::size_t kind) {
  return resource(static_cast<engine::Kind>(kind)).plural + "=";
}

std::optional<std::uint64_t> number_in(std::string_view word, std::string_view before,
                                       std::string_view after = {}) {
  if (!word.starts_with(before) || !word.ends_with(after)) return std::nullopt;
  word.remove_prefix(before.size());
  word.remove_suffix(std::min(after.size(), word.size()));
  return parse_version(word);
}

}  // namespace

std::string format_handover(const engine::Handover& handover) {
  std::string note;
  for (std::size_t kind = 0; kind < engine::kKinds; ++kind) {
    note += fmt::format("{}{}{}", note.empty() ? "" : " ", label(kind), handover.versions[kind]);
  }
  if (handover.grace.count() > 0) note += fmt::format(" {}{}{}", kGrace, handover.grace.count(), kGraceUnit);
  return note;
}

std::optional<engine::Handover> parse_handover(std::string_view note) {
  const std::vector<std::string> words = absl::StrSplit(absl::string_view(note.data(), note.size()), ' ');
  const bool has_grace = words.size() == engine::kKinds + 1;
  if (words.size() != engine::kKinds && !has_grace) return std::nullopt;
  engine::Handover handover;
  for (std::size_t kind = 0; kind < engine::kKinds; ++kind) {
    const auto version = number_in(words[kind], label(kind));
    if (!version) return std::nullopt;
    handover.versions[kind] = *version;
  }
  if (has_grace) {
    const auto grace = number_in(words.back(), kGrace, kGraceUnit);
    if (!grace || *grace > static_cast<std::uint64_t>(kLongestGrace.count())) return std::nullopt;
    handover.grace = std::chrono::milliseconds(*grace);
  }
  return handover;
}

}  // namespace scheduledjob::runtime
