#include "cli/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

using Kind = Node::Kind;

constexpr std::array<std::string_view, 11> kTrue{"y",    "Y",    "yes", "Yes", "YES", "true",
                                                 "True", "TRUE", "on",  "On",  "ON"};
constexpr std::array<std::string_view, 11> kFalse{"n",     "N",     "no",  "No",  "NO", "false",
                                                  "False", "FALSE", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 5> kNull{"", "~", "null", "Null", "NULL"};
constexpr std::array<std::string_view, 12> kNotFinite{".nan",  ".NaN",  ".NAN",  ".inf",  ".Inf",  ".INF",
                                                      "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"};

template <std::size_t size>
bool is_one_of(const std::array<std::string_view, size>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The base that a prefix ("0x", "0o", "0b", "0") names; the prefix is removed.
int take_base(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char mark = digits[1];
  const int base = mark == 'x' || mark == 'X'   ? 16
                   : mark == 'o' || mark == 'O' ? 8
                   : mark == 'b' || mark == 'B' ? 2
                                                : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

// The decimal form of a whole number, of any size if it is written in decimal.
std::optional<std::string> whole_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string_view digits = text;
  const int base = take_base(digits);
  if (base == 10 && all_digits(digits))
    return fmt::format("{}{}", negative && digits != "0" ? "-" : "", digits);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return fmt::format("{}{}", negative && number != 0 ? "-" : "", number);
}

// Whether `text` is digits with a point and an exponent, each optional, and at least one digit in front.
bool has_form_of_a_fraction(std::string_view text) {
  const auto take_digits = [&text] {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end > 0;
  };
  const auto take = [&text](std::string_view any) {
    const bool there = !text.empty() && any.find(text.front()) != std::string_view::npos;
    if (there) text.remove_prefix(1);
    return there;
  };
  take("+-");
  const bool before_point = take_digits();
  const bool after_point = take(".") && take_digits();
  if (!before_point && !after_point) return false;
  if (take("eE")) {
    take("+-");
    if (!take_digits()) return false;
  }
  return text.empty();
}

std::optional<std::string> fraction(std::string_view text) {
  if (!has_form_of_a_fraction(text)) return std::nullopt;
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return fmt::format("{}", number);
}

absl::StatusOr<Scalar> typed_by_form(const std::string& text) {
  if (is_one_of(kNull, text)) return Scalar{};
  if (is_one_of(kTrue, text)) return Scalar{Kind::kBoolean, "true"};
  if (is_one_of(kFalse, text)) return Scalar{Kind::kBoolean, "false"};
  if (is_one_of(kNotFinite, text)) {
    return absl::InvalidArgumentError(fmt::format("{} is a number that JSON has no form for", text));
  }
  const bool like_a_number = std::string_view("+-.0123456789").find(text.front()) != std::string_view::npos;
  if (like_a_number) {
    std::string plain = text;
    plain.erase(std::remove(plain.begin(), plain.end(), '_'), plain.end());
    if (auto number = whole_number(plain)) return Scalar{Kind::kNumber, *std::move(number)};
    if (auto number = fraction(plain)) return Scalar{Kind::kNumber, *std::move(number)};
  }
  return Scalar{Kind::kString, text};
}

}  // namespace

absl::StatusOr<Scalar> typed_scalar(std::string_view tag, const std::string& text) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag == "?") return typed_by_form(text);
  if (tag == "!" || tag == "tag:yaml.org,2002:str") return Scalar{Kind::kString, text};
  const std::string_view type = tag.starts_with(kCore) ? tag.substr(kCore.size()) : std::string_view();
  if (type != "bool" && type != "int" && type != "float" && type != "null") {
    return absl::InvalidArgumentError(fmt::format("the tag {} is not understood", schedule::quoted(tag)));
  }
  const Kind expected = type == "bool" ? Kind::kBoolean : type == "null" ? Kind::kNull : Kind::kNumber;
  absl::StatusOr<Scalar> scalar = typed_by_form(text);
  if (scalar.ok() && scalar->kind != expected) {
    return absl::InvalidArgumentError(fmt::format("{} is not of type !!{}", schedule::quoted(text), type));
  }
  return scalar;
}

}  // namespace scheduledjob::cli
