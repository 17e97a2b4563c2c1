#include "kube/http_headers.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace scheduledjob::kube {
namespace {

// Takes a quoted text off the start of `text`. In it a backslash may stand before any character.
std::optional<std::string> take_quoted(std::string_view& text) {
  if (!text.starts_with('"')) return std::nullopt;
  std::string quoted;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return quoted;
    }
    if (text[i] == '\\' && ++i == text.size()) break;
    if (quoted.size() < kLongestWarning) quoted += text[i];
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(const std::string& text) {
  // The names of days and months are those of the locale, which is nobody's but "C" in this program.
  std::tm parts{};
  const char* const end =
      text.size() > 40 ? nullptr : ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end != text.c_str() + text.size()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{parts.tm_year + 1900},
                                         std::chrono::month{static_cast<unsigned>(parts.tm_mon) + 1},
                                         std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  if (!date.ok() || date.year() < std::chrono::year{1970}) return std::nullopt;
  return std::chrono::sys_days{date} + std::chrono::hours{parts.tm_hour} +
         std::chrono::minutes{parts.tm_min} + std::chrono::seconds{parts.tm_sec};
}

std::optional<std::chrono::seconds> parse_retry_after(const std::string& text) {
  constexpr std::int64_t kDay = 86'400;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range && text.front() != '-') return std::chrono::seconds(kDay);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return std::chrono::seconds(std::min(seconds, kDay));
}

std::vector<std::string> parse_warnings(std::string_view text) {
  constexpr std::string_view kStart = "299 - ";
  std::vector<std::string> warnings;
  while (warnings.size() < kMostWarnings) {
    text.remove_prefix(std::min(text.find_first_not_of(", "), text.size()));
    if (!text.starts_with(kStart)) break;
    text.remove_prefix(kStart.size());
    std::optional<std::string> warning = take_quoted(text);
    if (!warning) break;
    warnings.push_back(*std::move(warning));
  }
  return warnings;
}

}  // namespace scheduledjob::kube
