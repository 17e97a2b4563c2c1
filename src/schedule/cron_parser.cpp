#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "schedule/cron.hpp"
#include "schedule/cron_syntax.hpp"
#include "schedule/cron_values.hpp"
#include "schedule/month_days.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::schedule {
namespace {

struct Masks {
  CronFields fields;
  RareFields rare;
};

// Reads one field into the masks of an expression.
class FieldParser {
 public:
  FieldParser(const FieldRules& rules, std::string_view hash_key, Masks& masks)
      : rules_(rules), values_(rules, hash_key), fields_(masks.fields), rare_(masks.rare) {}

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
  absl::Status parse_part(const Piece& part) {
    if (part.text.empty()) {
      return refuse(fmt::format("{} has a comma with nothing beside it", rules_.name), part);
    }
    if (rules_.kind == FieldKind::kDayOfMonth && is_relative_day(part.text)) return parse_relative_day(part);
    if (rules_.kind == FieldKind::kDayOfWeek && is_placed_weekday(part.text))
      return parse_placed_weekday(part);
    const absl::StatusOr<Values> values = values_.parse(part);
    if (!values.ok()) return values.status();
    add(*values);
    return absl::OkStatus();
  }

  // Days counted from the end of the month, and the weekdays nearest to a day.
  static bool is_relative_day(std::string_view text) {
    return upper(text.front()) == 'L' || (upper(text.back()) == 'W' && is_number(text.substr(0, 1)));
  }

  absl::Status parse_relative_day(const Piece& part) {
    if (same_word(part.text, "L")) {
      rare_.days_before_last |= 1;
      return absl::OkStatus();
    }
    if (same_word(part.text, "LW")) {
      rare_.last_workday = true;
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
      rare_.days_before_last |= std::uint32_t{1} << days;
      return absl::OkStatus();
    }
    const Piece day = part.first(part.text.size() - 1);
    if (!is_number(day.text)) {
      return refuse(fmt::format("day of month {} is not one day with a W, such as 15W", quoted(part.text)),
                    part);
    }
    const absl::StatusOr<Value> value = values_.parse_value(day);
    if (!value.ok()) return value.status();
    rare_.nearest_weekdays |= std::uint32_t{1} << value->number;
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
    const absl::StatusOr<Value> value = values_.parse_value(day);
    if (!value.ok()) return value.status();
    const auto bit = static_cast<std::uint8_t>(1 << value->number % 7);
    if (last) {
      rare_.last_weekdays |= bit;
      return absl::OkStatus();
    }
    const Piece place = part.from(hash + 1);
    const int n = is_number(place.text) ? number_in(place.text) : 0;
    if (n < 1 || n > 5) {
      return refuse(fmt::format("day of week {} has no place in the month from 1 to 5", quoted(part.text)),
                    place);
    }
    rare_.nth_weekdays[static_cast<std::size_t>(n - 1)] |= bit;
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
    for (int year = values.first; year <= values.last; year += values.step) rare_.years.add(year);
    if (every_year_) rare_.years = YearSet{};
  }

  const FieldRules& rules_;
  ValueParser values_;
  CronFields& fields_;
  RareFields& rare_;
  bool every_year_ = false;
};

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

absl::StatusOr<Cron> Cron::parse(std::string_view expression, std::string_view hash_key) {
  const absl::StatusOr<SplitExpression> split = split_expression(expression);
  if (!split.ok()) return split.status();

  Masks masks;
  if (split->has(FieldKind::kSecond)) masks.fields.seconds = 0;
  for (std::size_t i = 0; i < split->count; ++i) {
    FieldParser parser(rules_of(split->kinds[i]), hash_key, masks);
    if (absl::Status status = parser.parse(split->fields[i]); !status.ok()) return status;
  }
  masks.fields.repeating = masks.fields.repeating && std::popcount(masks.fields.hours) > 1;

  if (!names_a_date(masks.fields, masks.rare)) return refuse_date(*split);
  return Cron(masks.fields, masks.rare);
}

}  // namespace scheduledjob::schedule
