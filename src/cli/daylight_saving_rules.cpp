#include "cli/daylight_saving_rules.hpp"

#include <fmt/format.h>

#include "api/enum_names.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

template <typename Enum, std::size_t size>
absl::Status set(std::string_view name, const api::EnumNames<Enum, size>& names, Enum& rule) {
  const auto named = api::enumerator_named(names, name);
  if (!named) {
    return absl::InvalidArgumentError(
        fmt::format("{} is not one of {}", schedule::quoted(name), api::all_names(names)));
  }
  rule = *named;
  return absl::OkStatus();
}

}  // namespace

absl::Status set_skipped_time(std::string_view name, schedule::DaylightSaving& rules) {
  return set(name, api::kSkippedTimeNames, rules.skipped_time);
}

absl::Status set_repeated_time(std::string_view name, schedule::DaylightSaving& rules) {
  return set(name, api::kRepeatedTimeNames, rules.repeated_time);
}

absl::Status set_rules(std::string_view names, schedule::DaylightSaving& rules) {
  while (true) {
    const std::size_t comma = names.find(',');
    const std::string_view name = names.substr(0, comma);
    if (!set_skipped_time(name, rules).ok() && !set_repeated_time(name, rules).ok()) {
      return absl::InvalidArgumentError(fmt::format("{} is not one of {}, {}", schedule::quoted(name),
                                                    api::all_names(api::kSkippedTimeNames),
                                                    api::all_names(api::kRepeatedTimeNames)));
    }
    if (comma == std::string_view::npos) return absl::OkStatus();
    names.remove_prefix(comma + 1);
  }
}

}  // namespace scheduledjob::cli
