#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "schedule/cron.hpp"
#include "schedule/cron_syntax.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::schedule {
namespace {

constexpr int kTooLarge = 1'000'000;

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

// What one part of a list names: first, first + step, … up to last.
struct Values {
  int first = 0;
  int last = 0;
  int step = 1;
  bool anything = false;  // `*` or `?` without a step
  bool spread = false;    // written as `*`, a range or a step
};

// Reads one field into the masks of an expression.
class FieldParser {
 public:
  FieldParser(const FieldRules& rules, CronFields& fields) : rules_(rules), fields_(fields) {}

  absl::Status parse(Piece list) {
    while (true) {
      const std::size_t comma = list.text.find(',');
      if (absl::Status status = parse_part(list.first(comma)); !status.ok()) return status;
      if (comma == std::string_view::npos) break;
      list = list.from(comma + 1);
    }
    return absl::OkStatus();
  }

 private:
  struct Value {
    int number = 0;
    bool named = false;
  };

  absl::Status parse_part(const Piece& part) {
    if (part.text.empty()) {
      return refuse(fmt::format("{} has a comma with nothing beside it", rules_.name), part);
    }
    if (rules_.kind == FieldKind::kDayOfMonth && is_relative_day(part.text)) return parse_relative_day(part);
    if (rules_.kind == FieldKind::kDayOfWeek && is_placed_weekday(part.text))
      return parse_placed_weekday(part);
    const absl::StatusOr<Values> values = parse_values(part);
    if (!values.ok()) return values.status();
    add(*values);
    return absl::OkStatus();
  }

  // `*`, `7`, `1-5`, each with or without a step.
  absl::StatusOr<Values> parse_values(const Piece& part) const {
    const std::size_t slash = part.text.find('/');
    const bool stepped = slash != std::string_view::npos;
    const Piece base = part.first(slash);
    absl::StatusOr<Values> values = parse_base(base, stepped);
    if (!values.ok() || !stepped) return values;

    const absl::StatusOr<int> step = parse_step(part.from(slash + 1));
    if (!step.ok()) return step.status();
    values->step = *step;
    values->anything = values->anything && *step == 1;
    values->spread = true;
    return values;
  }

  absl::StatusOr<Values> parse_base(const Piece& base, bool stepped) const {
    if (base.text == "*" || base.text == "?") {
      return Values{.first = rules_.least, .last = rules_.open_end, .anything = true, .spread = true};
    }
    if (const std::size_t hyphen = base.text.find('-'); hyphen != std::string_view::npos) {
      return parse_range(base, base.first(hyphen), base.from(hyphen + 1));
    }
    const absl::StatusOr<Value> value = parse_value(base);
    if (!value.ok()) return value.status();
    if (!stepped) return Values{.first = value->number, .last = value->number};
    if (value->number > rules_.open_end) {
      return refuse(fmt::format("{} {} can't begin a step; Sunday is 0 there", rules_.name, base.text), base);
    }
    return Values{.first = value->number, .last = rules_.open_end};
  }

  absl::StatusOr<Values> parse_range(const Piece& range, const Piece& left, const Piece& right) const {
    const absl::StatusOr<Value> first = parse_value(left);
    if (!first.ok()) return first.status();
    const absl::StatusOr<Value> last = parse_value(right);
    if (!last.ok()) return last.status();
    int end = last->number;
    const bool to_sunday = rules_.kind == FieldKind::kDayOfWeek && last->named && end == 0;
    if (to_sunday && first->number > 0) end = 7;
    if (first->number > end) return refuse(backwards(range, *first, *last), range);
    return Values{.first = first->number, .last = end, .spread = true};
  }

  std::string backwards(const Piece& range, const Value& first, const Value& last) const {
    std::string problem = fmt::format("{} range {} runs backwards", rules_.name, quoted(range.text));
    if (rules_.kind == FieldKind::kYear) return problem;
    const bool named = first.named && last.named;
    return fmt::format("{}; write {},{}", problem, span(first.number, rules_.open_end, named),
                       span(rules_.least, last.number, named));
  }

  std::string span(int first, int last, bool named) const {
    const auto spelled = [&](int value) {
      return named ? std::string(rules_.names[static_cast<std::size_t>(value - rules_.least)])
                   : std::to_string(value);
    };
    return first >= last ? spelled(first) : fmt::format("{}-{}", spelled(first), spelled(last));
  }

  absl::StatusOr<Value> parse_value(const Piece& piece) const {
    if (is_number(piece.text)) {
      const int number = number_in(piece.text);
      if (number >= rules_.least && number <= rules_.most) return Value{number, false};
      return refuse(fmt::format("{} {} is outside {}–{}", rules_.name, shortened(piece.text), rules_.least,
                                rules_.most),
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

  std::string expectation(std::string_view text) const {
    if (rules_.names.empty()) return fmt::format("a number from {} to {}", rules_.least, rules_.most);
    std::string guess = suggestion(text, rules_.names);
    if (guess.empty()) {
      guess = fmt::format(" ({}–{} or {}–{})", rules_.names.front(), rules_.names.back(), rules_.least,
                          rules_.most);
    }
    return std::string(rules_.named) + guess;
  }

  absl::StatusOr<int> parse_step(const Piece& piece) const {
    if (!is_number(piece.text)) {
      return refuse(fmt::format("{} step {} is not a number from 1 to {}", rules_.name, quoted(piece.text),
                                rules_.size()),
                    piece);
    }
    const int step = number_in(piece.text);
    if (step >= 1 && step <= rules_.size()) return step;
    return refuse(
        fmt::format("{} step {} is outside 1–{}", rules_.name, shortened(piece.text), rules_.size()), piece);
  }

  // Numbers are quoted as they were written, but not at any length.
  static std::string shortened(std::string_view digits) {
    return digits.size() <= 20 ? std::string(digits) : std::string(digits.substr(0, 20)) + "…";
  }

  // Days counted from the end of the month, and the weekdays nearest to a day.
  static bool is_relative_day(std::string_view text) {
    return upper(text.front()) == 'L' || (upper(text.back()) == 'W' && is_number(text.substr(0, 1)));
  }

  absl::Status parse_relative_day(const Piece& part) {
    if (same_word(part.text, "L")) {
      fields_.days_before_last |= 1;
      return absl::OkStatus();
    }
    if (same_word(part.text, "LW")) {
      fields_.last_workday = true;
      return absl::OkStatus();
    }
    if (upper(part.text.front()) == 'L') {
      const Piece offset = part.from(std::min<std::size_t>(2, part.text.size()));
      if (part.text[1] != '-' || !is_number(offset.text)) {
        return refuse(fmt::format("day of month {} is not L, L-3 or LW", quoted(part.text)), part);
      }
      const int days = number_in(offset.text);
      if (days > 30) {
        return refuse(fmt::format("day of month offset {} is outside 0–30", shortened(offset.text)), offset);
      }
      fields_.days_before_last |= std::uint32_t{1} << days;
      return absl::OkStatus();
    }
    const Piece day = part.first(part.text.size() - 1);
    if (!is_number(day.text)) {
      return refuse(fmt::format("day of month {} is not one day with a W, such as 15W", quoted(part.text)),
                    part);
    }
    const absl::StatusOr<Value> value = parse_value(day);
    if (!value.ok()) return value.status();
    fields_.nearest_weekdays |= std::uint32_t{1} << value->number;
    return absl::OkStatus();
  }

  // A weekday with its place in the month: the last (5L, FRIL) or the nth (MON#2).
  static bool is_placed_weekday(std::string_view text) {
    return text.find('#') != std::string_view::npos || upper(text.back()) == 'L';
  }

  absl::Status parse_placed_weekday(const Piece& part) {
    const std::size_t hash = part.text.find('#');
    const bool last = hash == std::string_view::npos;
    const Piece day = part.first(last ? part.text.size() - 1 : hash);
    if (day.text.empty()) {
      return refuse(fmt::format("day of week {} lacks its weekday; write 5L or FRI#2", quoted(part.text)),
                    part);
    }
    const absl::StatusOr<Value> value = parse_value(day);
    if (!value.ok()) return value.status();
    const auto bit = static_cast<std::uint8_t>(1 << value->number % 7);
    if (last) {
      fields_.last_weekdays |= bit;
      return absl::OkStatus();
    }
    const Piece place = part.from(hash + 1);
    const int n = is_number(place.text) ? number_in(place.text) : 0;
    if (n < 1 || n > 5) {
      return refuse(fmt::format("day of week {} has no place in the month from 1 to 5", quoted(part.text)),
                    place);
    }
    fields_.nth_weekdays[static_cast<std::size_t>(n - 1)] |= bit;
    return absl::OkStatus();
  }

  void add(const Values& values) {
    if (rules_.kind == FieldKind::kYear) return add_years(values);
    std::uint64_t mask = 0;
    for (int value = values.first; value <= values.last; value += values.step)
      mask |= std::uint64_t{1} << value;
    switch (rules_.kind) {
      case FieldKind::kSecond:
        fields_.seconds |= mask;
        break;
      case FieldKind::kMinute:
        fields_.minutes |= mask;
        break;
      case FieldKind::kHour:
        fields_.hours |= static_cast<std::uint32_t>(mask);
        fields_.repeating |= values.spread;
        break;
      case FieldKind::kDayOfMonth:
        fields_.days |= static_cast<std::uint32_t>(mask);
        fields_.any_day |= values.anything;
        break;
      case FieldKind::kMonth:
        fields_.months |= static_cast<std::uint16_t>(mask);
        break;
      case FieldKind::kDayOfWeek:
        fields_.weekdays |= static_cast<std::uint8_t>((mask | mask >> 7) & 0x7f);
        fields_.any_weekday |= values.anything;
        break;
      case FieldKind::kYear:
        break;
    }
  }

  void add_years(const Values& values) {
    every_year_ |= values.anything;
    for (int year = values.first; year <= values.last; year += values.step) fields_.years.add(year);
    if (every_year_) fields_.years = YearSet{};
  }

  const FieldRules& rules_;
  CronFields& fields_;
  bool every_year_ = false;
};

// Whether any date exists on which the expression can match. The calendar's kinds of years all come within 28
// of these.
bool names_a_date(const Cron& cron) {
  using std::chrono::months;
  const int last_year = cron.fields().years.restricted() ? kLastYear : kFirstYear + 27;
  const auto end = std::chrono::year{last_year + 1} / 1;
  for (auto month = std::chrono::year{kFirstYear} / 1; month < end; month += months{1}) {
    if (cron.days_of(month) != 0) return true;
  }
  return false;
}

absl::Status refuse_date(const SplitExpression& split) {
  std::string wanted;
  for (const FieldKind kind :
       {FieldKind::kDayOfMonth, FieldKind::kMonth, FieldKind::kDayOfWeek, FieldKind::kYear}) {
    if (!split.has(kind)) continue;
    wanted += fmt::format("{}{} {}", wanted.empty() ? "" : ", ", rules_of(kind).name,
                          quoted(split.field(kind).text));
  }
  return refuse(fmt::format("no date from 1970 to 2199 has {}", wanted), split.field(FieldKind::kDayOfMonth));
}

}  // namespace

absl::StatusOr<Cron> Cron::parse(std::string_view expression) {
  const absl::StatusOr<SplitExpression> split = split_expression(expression);
  if (!split.ok()) return split.status();

  CronFields fields;
  if (split->has(FieldKind::kSecond)) fields.seconds = 0;
  for (std::size_t i = 0; i < split->count; ++i) {
    FieldParser parser(rules_of(split->kinds[i]), fields);
    if (absl::Status status = parser.parse(split->fields[i]); !status.ok()) return status;
  }
  fields.repeating = fields.repeating && std::popcount(fields.hours) > 1;

  const Cron cron(fields);
  if (!names_a_date(cron)) return refuse_date(*split);
  return cron;
}

}  // namespace scheduledjob::schedule
