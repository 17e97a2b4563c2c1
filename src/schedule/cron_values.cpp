#include "schedule/cron_values.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "schedule/stable_hash.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::schedule {
namespace {

constexpr int kTooLarge = 1'000'000;

bool is_hashed(std::string_view text) {
  return !text.empty() && upper(text.front()) == 'H';
}

// H keeps to days that every month has.
int last_for_hash(const FieldRules& rules) {
  return rules.kind == FieldKind::kDayOfMonth ? 28 : rules.open_end;
}

// Different for each field, so that equal hours do not come with equal minutes.
std::uint64_t hash_of(std::string_view hash_key, FieldKind kind) {
  return mixed(fnv1a(hash_key) + (static_cast<std::uint64_t>(kind) + 1) * 0x9e3779b97f4a7c15);
}

}  // namespace

absl::Status refuse(std::string_view why, const Piece& where) {
  return absl::InvalidArgumentError(fmt::format("{}, column {}", why, where.column));
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int number_in(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = std::min(value * 10 + (c - '0'), kTooLarge);
  return value;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return upper(x) == upper(y); });
}

std::string shortened(std::string_view digits) {
  return digits.size() <= 20 ? std::string(digits) : std::string(digits.substr(0, 20)) + "…";
}

absl::StatusOr<Values> ValueParser::parse(const Piece& part) const {
  const std::size_t slash = part.text.find('/');
  const bool stepped = slash != std::string_view::npos;
  const Piece base = part.first(slash);
  absl::StatusOr<Values> values = parse_base(base, stepped);
  if (!values.ok()) return values;
  if (stepped) {
    const absl::StatusOr<int> step = parse_step(part.from(slash + 1));
    if (!step.ok()) return step.status();
    values->step = *step;
    values->anything = values->anything && *step == 1;
    values->spread = true;
  }
  return is_hashed(base.text) ? hashed(*values, stepped, part) : values;
}

absl::StatusOr<Values> ValueParser::parse_base(const Piece& base, bool stepped) const {
  if (base.text == "*" || base.text == "?") {
    return Values{.first = rules_.least, .last = rules_.open_end, .anything = true, .spread = true};
  }
  if (is_hashed(base.text)) return parse_hashed_range(base);
  if (base.text.find('-') != std::string_view::npos) return parse_range(base);
  const absl::StatusOr<Value> value = parse_value(base);
  if (!value.ok()) return value.status();
  if (!stepped) return Values{.first = value->number, .last = value->number};
  if (value->number > rules_.open_end) {
    return refuse(fmt::format("{} {} can't begin a step; Sunday is 0 there", rules_.name, base.text), base);
  }
  return Values{.first = value->number, .last = rules_.open_end};
}

absl::StatusOr<Values> ValueParser::parse_range(const Piece& range) const {
  const std::size_t hyphen = range.text.find('-');
  const absl::StatusOr<Value> first = parse_value(range.first(hyphen));
  if (!first.ok()) return first.status();
  const absl::StatusOr<Value> last = parse_value(range.from(hyphen + 1));
  if (!last.ok()) return last.status();
  int end = last->number;
  const bool to_sunday = rules_.kind == FieldKind::kDayOfWeek && last->named && end == 0;
  if (to_sunday && first->number > 0) end = 7;
  if (first->number > end) return refuse(backwards(range, *first, *last), range);
  return Values{.first = first->number, .last = end, .spread = true};
}

std::string ValueParser::backwards(const Piece& range, const Value& first, const Value& last) const {
  std::string problem = fmt::format("{} range {} runs backwards", rules_.name, quoted(range.text));
  if (rules_.kind == FieldKind::kYear) return problem;
  const bool named = first.named && last.named;
  return fmt::format("{}; write {},{}", problem, span(first.number, rules_.open_end, named),
                     span(rules_.least, last.number, named));
}

std::string ValueParser::span(int first, int last, bool named) const {
  const auto spelled = [&](int value) {
    return named ? std::string(rules_.names[static_cast<std::size_t>(value - rules_.least)])
                 : std::to_string(value);
  };
  return first >= last ? spelled(first) : fmt::format("{}-{}", spelled(first), spelled(last));
}

// The values among which H chooses.
absl::StatusOr<Values> ValueParser::parse_hashed_range(const Piece& base) const {
  if (rules_.kind == FieldKind::kYear) return refuse("a year can't be spread by H", base);
  if (hash_key_.empty()) {
    return refuse(
        fmt::format("{} H is spread by the namespace and name of an object; there is none here", rules_.name),
        base);
  }
  if (base.text.size() == 1) return Values{.first = rules_.least, .last = last_for_hash(rules_)};
  const bool in_brackets = base.text[1] == '(' && base.text.back() == ')';
  if (!in_brackets || base.text.find('-') == std::string_view::npos) {
    return refuse(fmt::format("{} {} is not of the form H, H({}-{}) or H/2", rules_.name, quoted(base.text),
                              rules_.least, rules_.open_end),
                  base);
  }
  return parse_range(base.from(2).first(base.text.size() - 3));
}

// One value of the range; or every step of it, from a value among the first `step` on.
absl::StatusOr<Values> ValueParser::hashed(const Values& values, bool stepped, const Piece& part) const {
  const int size = values.last - values.first + 1;
  if (stepped && values.step > size) {
    return refuse(fmt::format("{} step {} is longer than the {} values of H", rules_.name, values.step, size),
                  part);
  }
  const int choices = stepped ? values.step : size;
  Values result = values;
  result.first +=
      static_cast<int>(scaled(hash_of(hash_key_, rules_.kind), static_cast<std::uint64_t>(choices)));
  if (!stepped) result.last = result.first;
  result.spread = stepped;
  return result;
}

absl::StatusOr<Value> ValueParser::parse_value(const Piece& piece) const {
  if (is_number(piece.text)) {
    const int number = number_in(piece.text);
    if (number >= rules_.least && number <= rules_.most) return Value{number, false};
    return refuse(
        fmt::format("{} {} is outside {}–{}", rules_.name, shortened(piece.text), rules_.least, rules_.most),
        piece);
  }
  for (std::size_t i = 0; i < rules_.names.size(); ++i) {
    if (same_word(piece.text, rules_.names[i])) return Value{rules_.least + static_cast<int>(i), true};
  }
  if (piece.text.empty()) {
    return refuse(fmt::format("{} lacks a value from {} to {}", rules_.name, rules_.least, rules_.most),
                  piece);
  }
  return refuse(fmt::format("{} {} is not {}", rules_.name, quoted(piece.text), expectation(piece.text)),
                piece);
}

std::string ValueParser::expectation(std::string_view text) const {
  if (rules_.names.empty()) return fmt::format("a number from {} to {}", rules_.least, rules_.most);
  std::string guess = suggestion(text, rules_.names);
  if (guess.empty()) {
    guess = fmt::format(" ({}–{} or {}–{})", rules_.names.front(), rules_.names.back(), rules_.least,
                        rules_.most);
  }
  return std::string(rules_.named) + guess;
}

absl::StatusOr<int> ValueParser::parse_step(const Piece& piece) const {
  if (!is_number(piece.text)) {
    return refuse(fmt::format("{} step {} is not a number from 1 to {}", rules_.name, quoted(piece.text),
                              rules_.size()),
                  piece);
  }
  const int step = number_in(piece.text);
  if (step >= 1 && step <= rules_.size()) return step;
  return refuse(fmt::format("{} step {} is outside 1–{}", rules_.name, shortened(piece.text), rules_.size()),
                piece);
}

}  // namespace scheduledjob::schedule
