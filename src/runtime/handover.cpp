#include "runtime/handover.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

#include "runtime/resources.hpp"

namespace scheduledjob::runtime {
namespace {

// "scheduledjobs=17"
std::string label(engine::Kind kind) {
  return resource(kind).plural + "=";
}

}  // namespace

std::string format_handover(const engine::Handover& handover) {
  std::string note;
  for (std::size_t kind = 0; kind < engine::kKinds; ++kind) {
    note += fmt::format("{}{}{}", note.empty() ? "" : " ", label(static_cast<engine::Kind>(kind)),
                        handover.versions[kind]);
  }
  return note;
}

std::optional<engine::Handover> parse_handover(std::string_view note) {
  engine::Handover handover;
  for (std::size_t kind = 0; kind < engine::kKinds; ++kind) {
    const std::string expected = label(static_cast<engine::Kind>(kind));
    if (!note.starts_with(expected)) return std::nullopt;
    const std::string_view number = note.substr(expected.size(), note.find(' ') - expected.size());
    note.remove_prefix(std::min(note.size(), expected.size() + number.size() + 1));
    const std::optional<api::ResourceVersion> version = parse_version(number);
    if (!version) return std::nullopt;
    handover.versions[kind] = *version;
  }
  if (!note.empty()) return std::nullopt;
  return handover;
}

}  // namespace scheduledjob::runtime
