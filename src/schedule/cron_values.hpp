// The values that one part of a cron field's list names: `*`, `7`, `1-5`, `*/15`, `H(0-29)/10`.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "schedule/cron_syntax.hpp"

namespace scheduledjob::schedule {

// first, first + step, … up to last.
struct Values {
  int first = 0;
  int last = 0;
  int step = 1;
  bool anything = false;  // `*` or `?` without a step
  bool spread = false;    // written as `*`, a range or a step
};

// A single value, by number or by name.
struct Value {
  int number = 0;
  bool named = false;
};

// All errors are kInvalidArgument and name the field and the column.
class ValueParser {
 public:
  ValueParser(const FieldRules& rules, std::string_view hash_key) : rules_(rules), hash_key_(hash_key) {}

  absl::StatusOr<Values> parse(const Piece& part) const;
  absl::StatusOr<Value> parse_value(const Piece& piece) const;

 private:
  absl::StatusOr<Values> parse_base(const Piece& base, bool stepped) const;
  absl::StatusOr<Values> parse_range(const Piece& range) const;
  absl::StatusOr<Values> parse_hashed_range(const Piece& base) const;
  absl::StatusOr<int> parse_step(const Piece& piece) const;
  absl::StatusOr<Values> hashed(const Values& values, bool stepped, const Piece& part) const;
  std::string backwards(const Piece& range, const Value& first, const Value& last) const;
  std::string span(int first, int last, bool named) const;
  std::string expectation(std::string_view text) const;

  const FieldRules& rules_;
  std::string_view hash_key_;
};

// An error about a piece: "<why>, column <column>".
absl::Status refuse(std::string_view why, const Piece& where);

bool is_number(std::string_view text);

// The value of decimal digits, at most 1,000,000.
int number_in(std::string_view digits);

char upper(char c);

// Whether two words are the same but for letter case (ASCII).
bool same_word(std::string_view a, std::string_view b);

// Numbers are quoted as they were written, but not at any length.
std::string shortened(std::string_view digits);

}  // namespace scheduledjob::schedule
