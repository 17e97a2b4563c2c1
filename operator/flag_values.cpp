#include "flag_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <limits>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "absl/status/status.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace scheduledjob::program {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};
constexpr std::array kUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1'000},
                            Unit{"ms", 1}};

// The number at the start of `text`, which is removed.
std::optional<std::int64_t> take_number(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool is_dns_label(std::string_view text) {
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 63 && alphanumeric(text.front()) && alphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return alphanumeric(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.size() > 253) return false;
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
    if (!is_dns_label(text.substr(0, dot))) return false;
    text.remove_prefix(dot + 1);
  }
  return is_dns_label(text);
}

}  // namespace

absl::StatusOr<std::int64_t> parse_number(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto number = take_number(text);
  if (!number || !text.empty() || *number < least || *number > most) {
    return absl::InvalidArgumentError(fmt::format("must be a whole number from {} to {}", least, most));
  }
  return *number;
}

absl::StatusOr<milliseconds> parse_period(std::string_view text, milliseconds least, milliseconds most) {
  const absl::Status wrong = absl::InvalidArgumentError(
      fmt::format("must be a whole number with a unit (ms, s, m, h or d), from {} to {}",
                  format_period(least), format_period(most)));
  const auto number = take_number(text);
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == text; });
  if (!number || unit == kUnits.end()) return wrong;
  if (*number < 0 || *number > std::numeric_limits<std::int64_t>::max() / unit->milliseconds) return wrong;
  const milliseconds period(*number * unit->milliseconds);
  if (period < least || period > most) return wrong;
  return period;
}

std::string format_period(milliseconds period) {
  if (period.count() == 0) return "0s";
  for (const Unit& unit : kUnits) {
    if (period.count() % unit.milliseconds == 0) {
      return fmt::format("{}{}", period.count() / unit.milliseconds, unit.name);
    }
  }
  return fmt::format("{}ms", period.count());
}

absl::StatusOr<ListenAddress> parse_listen_address(std::string_view text) {
  const absl::Status wrong = absl::InvalidArgumentError(
      "must be HOST:PORT, as 127.0.0.1:8080, [::1]:8080 or :8080 (every address), PORT at most 65535");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  const auto port = parse_number(text.substr(colon + 1), 0, 65535);
  if (!port.ok()) return wrong;

  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  if (bracketed) host = host.substr(1, host.size() - 2);
  const bool has_colon = host.find(':') != std::string_view::npos;
  if (has_colon != bracketed || host.find_first_of("[]/ ") != std::string_view::npos || host.size() > 253)
    return wrong;
  return ListenAddress{host.empty() ? "0.0.0.0" : std::string(host), static_cast<std::uint16_t>(*port)};
}

absl::StatusOr<std::string> parse_object_name(std::string_view text, bool dots) {
  if (dots ? is_dns_subdomain(text) : is_dns_label(text)) return std::string(text);
  return absl::InvalidArgumentError(
      dots ? "must be a name of at most 253 lower-case letters, digits, '-' and '.'"
           : "must be a name of at most 63 lower-case letters, digits and '-'");
}

absl::StatusOr<std::vector<std::string>> parse_namespaces(std::string_view text) {
  constexpr std::size_t kMost = 64;
  std::vector<std::string> names;
  std::set<std::string, std::less<>> seen;
  for (const absl::string_view part : absl::StrSplit(absl::string_view(text.data(), text.size()), ',')) {
    const absl::StatusOr<std::string> name = parse_object_name({part.data(), part.size()}, false);
    if (!name.ok()) {
      return absl::InvalidArgumentError(
          "must be names of namespaces with a comma between two, each of at most 63 lower-case letters, "
          "digits and '-'");
    }
    if (!seen.insert(*name).second) return absl::InvalidArgumentError("names " + *name + " twice");
    names.push_back(*name);
  }
  if (names.size() > kMost) {
    return absl::InvalidArgumentError(
        "must be at most 64 namespaces, since each costs two connections and threads; serve all instead");
  }
  return names;
}

}  // namespace scheduledjob::program
