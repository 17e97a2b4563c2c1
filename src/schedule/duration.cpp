#include <array>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "schedule/instant.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::schedule {
namespace {

using Nanoseconds = std::int64_t;

struct Unit {
  std::string_view name;
  Nanoseconds length;
};

constexpr Nanoseconds kSecond = 1'000'000'000;
constexpr Nanoseconds kLongest = 3'653 * 86'400 * kSecond;  // ten years, leap days included
constexpr std::size_t kLongestText = 64;

// Longer names first where one begins another.
constexpr std::array kUnits{Unit{"ns", 1},
                            Unit{"us", 1'000},
                            Unit{"\u00b5s", 1'000},
                            Unit{"ms", 1'000'000},
                            Unit{"s", kSecond},
                            Unit{"m", 60 * kSecond},
                            Unit{"h", 3'600 * kSecond},
                            Unit{"d", 86'400 * kSecond},
                            Unit{"w", 604'800 * kSecond}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const Unit* unit_at_front(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) return &unit;
  }
  return nullptr;
}

enum class Problem { kForm, kTooLong };

struct Sum {
  Nanoseconds total = 0;
  std::optional<Problem> problem;
};

// Takes one "12.5h" off the front of `text` and adds it to `sum`.
void take_term(std::string_view& text, Sum& sum) {
  const auto fail = [&](Problem problem) { sum.problem = problem; };
  std::size_t at = 0;
  Nanoseconds whole = 0;
  for (; at < text.size() && is_digit(text[at]); ++at) {
    if (whole <= kLongest) whole = whole * 10 + (text[at] - '0');
  }
  bool any_digit = at > 0;
  Nanoseconds billionths = 0;
  if (at < text.size() && text[at] == '.') {
    Nanoseconds weight = kSecond / 10;
    for (++at; at < text.size() && is_digit(text[at]); ++at) {
      billionths += weight * (text[at] - '0');
      weight /= 10;
      any_digit = true;
    }
  }
  if (!any_digit) return fail(Problem::kForm);
  text.remove_prefix(at);

  const Unit* unit = unit_at_front(text);
  if (unit == nullptr) return fail(Problem::kForm);
  text.remove_prefix(unit->name.size());

  if (whole > kLongest / unit->length) return fail(Problem::kTooLong);
  const Nanoseconds fraction =
      unit->length >= kSecond ? unit->length / kSecond * billionths : unit->length * billionths / kSecond;
  sum.total += whole * unit->length + fraction;
  if (sum.total > kLongest) fail(Problem::kTooLong);
}

}  // namespace

absl::StatusOr<std::chrono::seconds> parse_duration(std::string_view text, bool allow_zero) {
  const auto refuse = [&](std::string_view why) {
    return absl::InvalidArgumentError(fmt::format("{} {}", quoted(text), why));
  };
  constexpr std::string_view kForm = "is not a duration such as 90s, 1h30m or 2d (units: s, m, h, d, w)";
  if (text == "0" && allow_zero) return std::chrono::seconds{0};
  if (text.empty() || text.size() > kLongestText) return refuse(kForm);

  Sum sum;
  for (std::string_view rest = text; !rest.empty() && !sum.problem;) take_term(rest, sum);
  if (sum.problem == Problem::kForm) return refuse(kForm);
  if (sum.problem == Problem::kTooLong) return refuse("is longer than ten years");
  if (sum.total < kSecond && !allow_zero) return refuse("is too short: the least is 1s");
  if (sum.total % kSecond != 0) return refuse("is not a whole number of seconds");
  return std::chrono::seconds{sum.total / kSecond};
}

}  // namespace scheduledjob::schedule
