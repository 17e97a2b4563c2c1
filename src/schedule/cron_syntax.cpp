#include "schedule/cron_syntax.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "schedule/wording.hpp"

namespace scheduledjob::schedule {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                   "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

const std::array<FieldRules, 7> kRules{{
    {FieldKind::kSecond, "second", 0, 59, 59, "", {}},
    {FieldKind::kMinute, "minute", 0, 59, 59, "", {}},
    {FieldKind::kHour, "hour", 0, 23, 23, "", {}},
    {FieldKind::kDayOfMonth, "day of month", 1, 31, 31, "", {}},
    {FieldKind::kMonth, "month", 1, 12, 12, "a month", kMonths},
    {FieldKind::kDayOfWeek, "day of week", 0, 7, 6, "a weekday", kWeekdays},
    {FieldKind::kYear, "year", 1970, 2199, 2199, "", {}},
}};

struct Macro {
  std::string_view name;
  std::string_view expression;
};

constexpr std::array kMacros{
    Macro{"@yearly", "0 0 1 1 *"}, Macro{"@annually", "0 0 1 1 *"}, Macro{"@monthly", "0 0 1 * *"},
    Macro{"@weekly", "0 0 * * 0"}, Macro{"@daily", "0 0 * * *"},    Macro{"@midnight", "0 0 * * *"},
    Macro{"@hourly", "0 * * * *"},
};

// White space beyond ASCII, in UTF-8. Text pasted from web pages and documents has no-break spaces.
constexpr std::array<std::string_view, 19> kWideSpaces{
    "\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
    "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};

// The bytes of the white-space character at the front of `text`, or 0.
std::size_t space_at_front(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if ((static_cast<unsigned char>(c) & 0x80) == 0) return 0;
  for (const std::string_view space : kWideSpaces) {
    if (text.starts_with(space)) return space.size();
  }
  return 0;
}

absl::Status refuse(std::string_view why) {
  return absl::InvalidArgumentError(std::string(why));
}

absl::StatusOr<std::string_view> macro_expression(std::string_view text) {
  std::array<std::string_view, kMacros.size()> names;
  for (std::size_t i = 0; i < kMacros.size(); ++i) {
    if (text == kMacros[i].name) return kMacros[i].expression;
    names[i] = kMacros[i].name;
  }
  return refuse(fmt::format("{} is not a macro{}, column 1; there are {} and @every", quoted(text),
                            suggestion(text, names), fmt::join(names, ", ")));
}

absl::Status assign_kinds(SplitExpression& split) {
  constexpr std::array kAll{FieldKind::kSecond,     FieldKind::kMinute, FieldKind::kHour,
                            FieldKind::kDayOfMonth, FieldKind::kMonth,  FieldKind::kDayOfWeek,
                            FieldKind::kYear};
  if (split.count < 5 || split.count > 7) {
    return refuse(fmt::format(
        "an expression has 5 fields (minute, hour, day of month, month, day of week), 6 with seconds first, "
        "7 with a year last as well; this one has {}",
        split.count > 7 ? "more" : std::to_string(split.count)));
  }
  const std::size_t first = split.count == 5 ? 1 : 0;
  std::copy_n(kAll.begin() + first, split.count, split.kinds.begin());
  return absl::OkStatus();
}

}  // namespace

const FieldRules& rules_of(FieldKind kind) {
  return kRules[static_cast<std::size_t>(kind)];
}

std::string_view trimmed(std::string_view text) {
  while (const std::size_t space = space_at_front(text)) text.remove_prefix(space);
  for (bool found = true; found && !text.empty();) {
    found = false;
    for (std::size_t length = 1; length <= std::min<std::size_t>(3, text.size()); ++length) {
      if (space_at_front(text.substr(text.size() - length)) != length) continue;
      text.remove_suffix(length);
      found = true;
      break;
    }
  }
  return text;
}

absl::StatusOr<SplitExpression> split_expression(std::string_view expression) {
  if (expression.size() > kLongestExpression) {
    return refuse(fmt::format("the expression is {} bytes long; at most {} are allowed", expression.size(),
                              kLongestExpression));
  }
  const std::string_view text = trimmed(expression);
  if (text.empty()) return refuse("the expression is empty; an example is \"0 2 * * *\", every day at 02:00");
  if (text.starts_with("TZ=") || text.starts_with("CRON_TZ=")) {
    return refuse("a time zone can't be part of an expression; write it in spec.timeZone, column 1");
  }
  if (text.front() == '@') {
    auto meaning = macro_expression(text);
    if (!meaning.ok()) return meaning.status();
    expression = *meaning;
  }

  SplitExpression split;
  std::size_t column = 1;
  bool in_field = false;
  for (std::size_t at = 0; at < expression.size(); ++column) {
    if (const std::size_t space = space_at_front(expression.substr(at))) {
      in_field = false;
      at += space;
      continue;
    }
    if (!in_field) {
      if (++split.count > split.fields.size()) break;
      split.fields[split.count - 1] = {expression.substr(at, 0), column};
      in_field = true;
    }
    const std::size_t begin = at++;
    while (at < expression.size() && (static_cast<unsigned char>(expression[at]) & 0xc0) == 0x80) ++at;
    Piece& field = split.fields[split.count - 1];
    field.text = {field.text.data(), field.text.size() + (at - begin)};
  }
  if (const absl::Status status = assign_kinds(split); !status.ok()) return status;
  return split;
}

}  // namespace scheduledjob::schedule
