// Random cron expressions in every notation there is, each with the numbers it stands for. Made from a seed:
// a failure repeats.
#pragma once

#include <algorithm>
#include <array>
#include <cctype>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "unit/schedule/oracle.hpp"

namespace scheduledjob::schedule::oracle {

// How often a random test tries: as often as wanted in optimised builds, a tenth of that in debug builds,
// which are so much slower with a sanitizer in them.
constexpr int tries(int wanted) {
#ifdef NDEBUG
  return wanted;
#else
  return wanted / 10;
#endif
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  int between(int least, int most) { return std::uniform_int_distribution(least, most)(engine_); }
  std::int64_t instant(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution(least, most)(engine_);
  }
  bool one_in(int n) { return between(1, n) == 1; }

  template <class Range>
  auto one_of(const Range& range) {
    return range[static_cast<std::size_t>(between(0, static_cast<int>(range.size()) - 1))];
  }

  std::string in_any_case(std::string_view word) {
    std::string result(word);
    for (char& c : result) {
      const auto letter = static_cast<unsigned char>(c);
      c = static_cast<char>(one_in(2) ? std::tolower(letter) : std::toupper(letter));
    }
    return result;
  }

  DaylightSaving policy() {
    return {one_in(2) ? SkippedTime::kRunAfterGap : SkippedTime::kSkip,
            one_in(2) ? RepeatedTime::kRunOnce : RepeatedTime::kRunTwice};
  }

 private:
  std::mt19937_64 engine_;
};

inline constexpr std::array<std::string_view, 12> kMonthNames{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                              "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
inline constexpr std::array<std::string_view, 7> kWeekdayNames{"SUN", "MON", "TUE", "WED",
                                                               "THU", "FRI", "SAT"};

// Writes one field, part by part, and notes what each part stands for.
class FieldWriter {
 public:
  // Values run from `least` to `open_end` and may be written as `names`, which begin with that of `least`.
  FieldWriter(Random& random, int least, int open_end, std::span<const std::string_view> names = {})
      : random_(random), least_(least), open_end_(open_end), names_(names) {}

  // A list of one to three parts. The higher `sparse`, the more often a part is a single value.
  FieldWriter& write(int sparse) {
    for (int parts = random_.one_in(4) ? random_.between(2, 3) : 1; parts > 0; --parts) write_part(sparse);
    return *this;
  }

  FieldWriter& write_star() {
    append(random_.one_in(3) ? "?" : "*");
    anything_ = spread_ = true;
    add(least_, open_end_, 1);
    return *this;
  }

  FieldWriter& write_value(int value) {
    append(spelled(value));
    add(value, value, 1);
    return *this;
  }

  // Notes a part that is written in a way of its own.
  void append(std::string_view part) { text_ += text_.empty() ? part : fmt::format(",{}", part); }

  std::string spelled(int value) {
    if (names_.empty() || random_.one_in(2)) return std::to_string(value);
    return random_.in_any_case(names_[static_cast<std::size_t>(value - least_) % names_.size()]);
  }

  const std::string& text() const { return text_; }
  const std::set<int>& values() const { return values_; }
  bool anything() const { return anything_; }
  bool repeating() const { return spread_ && values_.size() > 1; }

 private:
  void write_part(int sparse) {
    const int first = random_.between(least_, open_end_);
    const int size = open_end_ - least_ + 1;
    const int step = random_.between(1, random_.one_in(4) ? size : std::min(size, 12));
    switch (random_.between(0, 4 + sparse)) {
      case 0:
        write_star();
        break;
      case 1:
        append(fmt::format("{}/{}", random_.one_in(3) ? "?" : "*", step));
        anything_ |= step == 1;
        spread_ = true;
        add(least_, open_end_, step);
        break;
      case 2:
        append(fmt::format("{}/{}", spelled(first), step));
        spread_ = true;
        add(first, open_end_, step);
        break;
      case 3:
        write_range(first, random_.one_in(2) ? step : 1);
        break;
      default:
        write_value(is_weekday() && first == 0 && random_.one_in(2) ? 7 : first);
    }
  }

  // Sunday may end a range of weekdays, as 7 or by its name; but SUN-SUN is one day.
  void write_range(int first, int step) {
    const int last = random_.between(first, is_weekday() ? 7 : open_end_);
    const std::string end = last == 7 && first == 0 && is_weekday() ? "7" : spelled(last);
    append(fmt::format("{}-{}{}", spelled(first), end, step > 1 ? fmt::format("/{}", step) : ""));
    spread_ = true;
    add(first, last, step);
  }

  void add(int first, int last, int step) {
    for (int value = first; value <= last; value += step) values_.insert(is_weekday() ? value % 7 : value);
  }

  bool is_weekday() const { return names_.size() == kWeekdayNames.size(); }

  Random& random_;
  int least_;
  int open_end_;
  std::span<const std::string_view> names_;
  std::string text_;
  std::set<int> values_;
  bool anything_ = false;
  bool spread_ = false;
};

// One to three of L, L-3, 15W, LW and plain days.
inline std::string write_special_days(Random& random, Expression& expression) {
  FieldWriter field(random, 1, 31);
  for (int parts = random.between(1, 3); parts > 0; --parts) {
    switch (random.between(0, 4)) {
      case 0:
        field.append(random.in_any_case("L"));
        expression.days_before_last.insert(0);
        break;
      case 1: {
        const int days = random.between(0, 30);
        field.append(random.in_any_case(fmt::format("L-{}", days)));
        expression.days_before_last.insert(days);
        break;
      }
      case 2: {
        const int day = random.between(1, 31);
        field.append(random.in_any_case(fmt::format("{}W", day)));
        expression.nearest_workdays.insert(day);
        break;
      }
      case 3:
        field.append(random.in_any_case("LW"));
        expression.last_workday = true;
        break;
      default:
        field.write_value(random.between(1, 31));
    }
  }
  expression.days = field.values();
  return field.text();
}

// One to three of FRIL, MON#2 and plain weekdays.
inline std::string write_special_weekdays(Random& random, Expression& expression) {
  FieldWriter field(random, 0, 6, kWeekdayNames);
  for (int parts = random.between(1, 3); parts > 0; --parts) {
    const int weekday = random.between(0, 7);
    switch (random.between(0, 2)) {
      case 0:
        field.append(field.spelled(weekday) + random.in_any_case("L"));
        expression.last_weekdays.insert(weekday % 7);
        break;
      case 1: {
        const int place = random.between(1, 5);
        field.append(fmt::format("{}#{}", field.spelled(weekday), place));
        expression.nth_weekdays.insert({weekday % 7, place});
        break;
      }
      default:
        field.write_value(weekday);
    }
  }
  expression.weekdays = field.values();
  return field.text();
}

// The field of days, then that of months and that of weekdays; frequent enough to be met within some days.
inline std::string write_days(Random& random, Expression& expression) {
  std::string text;
  if (random.one_in(3)) {
    text = write_special_days(random, expression);
  } else {
    FieldWriter days(random, 1, 31);
    random.one_in(2) ? days.write_star() : days.write(0);
    text = days.text();
    expression.days = days.values();
    expression.any_day = days.anything();
  }
  FieldWriter months(random, 1, 12, kMonthNames);
  random.one_in(2) ? months.write_star() : months.write(0);
  text += " " + months.text();
  expression.months = months.values();
  if (random.one_in(3)) return text + " " + write_special_weekdays(random, expression);

  FieldWriter weekdays(random, 0, 6, kWeekdayNames);
  random.one_in(2) ? weekdays.write_star() : weekdays.write(0);
  expression.weekdays = weekdays.values();
  expression.any_weekday = weekdays.anything();
  return text + " " + weekdays.text();
}

// Years that include `year` as far as it can be written; or, seldom, any.
inline std::string write_years(Random& random, Expression& expression, int year) {
  FieldWriter years(random, 1970, 2199);
  year = std::clamp(year, 1970, 2199);
  if (random.one_in(3)) {
    years.write(0);
  } else {
    years.write_value(year);
    if (random.one_in(2)) years.write_value(std::min(year + 1, 2199));
  }
  if (!years.anything()) expression.years = years.values();
  return years.text();
}

// A macro, with what it stands for.
inline Expression random_macro(Random& random) {
  const auto all = [&](int least, int most) {
    return FieldWriter(random, least, most).write_star().values();
  };
  Expression result;
  result.minutes = {0};
  result.hours = {0};
  result.days = all(1, 31);
  result.months = all(1, 12);
  result.weekdays = all(0, 6);
  result.any_day = result.any_weekday = true;
  switch (random.between(0, 4)) {
    case 0:
      result.text = random.one_in(2) ? "@yearly" : "@annually";
      result.days = result.months = {1};
      break;
    case 1:
      result.text = "@monthly";
      result.days = {1};
      break;
    case 2:
      result.text = "@weekly";
      result.weekdays = {0};
      break;
    case 3:
      result.text = random.one_in(2) ? "@daily" : "@midnight";
      break;
    default:
      result.text = "@hourly";
      result.hours = all(0, 23);
      result.repeating = true;
  }
  return result;
}

// An expression of five, six or seven fields or a macro, with a good chance to name times around `local`;
// half of them fixed ones, so that jumps of the clocks fall among them.
inline Expression random_expression(Random& random, absl::CivilSecond local) {
  if (random.one_in(20)) return random_macro(random);
  Expression result;
  FieldWriter seconds(random, 0, 59), minutes(random, 0, 59), hours(random, 0, 23);
  minutes.write(5);
  if (random.one_in(2)) {
    hours.write(5);
  } else {
    const int first = std::clamp(local.hour() - random.between(0, 2), 0, 22);
    hours.write_value(first);
    if (random.one_in(2)) hours.write_value(first + 1);
  }
  const int fields = random.one_in(2) ? 5 : random.between(6, 7);
  if (fields > 5) {
    result.seconds = seconds.write(12).values();
    result.text = seconds.text() + " ";
  }
  result.minutes = minutes.values();
  result.hours = hours.values();
  result.repeating = hours.repeating();
  result.text += fmt::format("{} {} {}", minutes.text(), hours.text(), write_days(random, result));
  if (fields == 7) result.text += " " + write_years(random, result, static_cast<int>(local.year()));
  return result;
}

}  // namespace scheduledjob::schedule::oracle
