// The pieces of a cron expression's text: its fields with their places, and what each kind of field allows.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace scheduledjob::schedule {

inline constexpr std::size_t kLongestExpression = 256;

enum class FieldKind { kSecond, kMinute, kHour, kDayOfMonth, kMonth, kDayOfWeek, kYear };

// What a kind of field allows.
struct FieldRules {
  FieldKind kind;
  std::string_view name;
  int least;
  int most;
  int open_end;                             // where "a/n" ends
  std::string_view named;                   // what a name of this field is ("a month")
  std::span<const std::string_view> names;  // the name of least, of least + 1, …

  int size() const { return open_end - least + 1; }
};

const FieldRules& rules_of(FieldKind kind);

// A part of an expression, with its place in the whole.
struct Piece {
  std::string_view text;
  std::size_t column = 1;  // of its first character, from 1

  Piece from(std::size_t offset) const { return {text.substr(offset), column + offset}; }
  Piece first(std::size_t length) const { return {text.substr(0, length), column}; }
};

// The fields of an expression, in order; kinds follow each other as FieldKind declares them.
struct SplitExpression {
  std::array<Piece, 7> fields;
  std::array<FieldKind, 7> kinds{};
  std::size_t count = 0;

  bool has(FieldKind kind) const { return kind >= kinds[0] && kind <= kinds[count - 1]; }
  const Piece& field(FieldKind kind) const {
    return fields[static_cast<std::size_t>(kind) - static_cast<std::size_t>(kinds[0])];
  }
};

// Cuts an expression at its white space (Unicode's, as CronJob does) and tells the kind of each field. A
// macro such as @daily is replaced by what it stands for. Errors: kInvalidArgument for a macro that is none,
// a wrong number of fields, an expression that is empty, too long or begins with a time zone.
absl::StatusOr<SplitExpression> split_expression(std::string_view expression);

// `text` without the white space around it.
std::string_view trimmed(std::string_view text);

}  // namespace scheduledjob::schedule
