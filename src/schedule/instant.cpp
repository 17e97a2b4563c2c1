#include "schedule/instant.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "schedule/rfc3339.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::schedule {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

constexpr std::size_t kLongestTime = 64;

// Reads a text from left to right; after the first thing that is not as expected, everything fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    if (rest_.size() < count) return fail();
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  void literal(char expected) {
    if (!next_is(expected)) fail();
  }

  bool next_is(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void fraction_of_a_second() {
    if (!next_is('.')) return;
    digits(1);
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') rest_.remove_prefix(1);
  }

  bool at_end() const { return rest_.empty(); }
  bool good() const { return good_; }

 private:
  int fail() {
    good_ = false;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

void put_digits(std::string& text, std::size_t place, std::size_t count, std::int64_t number) {
  for (std::size_t i = place + count; i-- > place; number /= 10)
    text[i] = static_cast<char>('0' + number % 10);
}

std::optional<seconds> read_offset(Reader& reader) {
  if (reader.next_is('Z')) return seconds{0};
  const bool east = reader.next_is('+');
  if (!east) reader.literal('-');
  const hours hour{reader.digits(2)};
  reader.literal(':');
  const minutes minute{reader.digits(2)};
  if (hour > hours{23} || minute > minutes{59}) return std::nullopt;
  return east ? seconds{hour + minute} : -seconds{hour + minute};
}

}  // namespace

std::optional<DateTime> read_date_time(std::string_view text) {
  if (text.size() > kLongestTime) return std::nullopt;
  Reader reader(text);
  const std::chrono::year year{reader.digits(4)};
  reader.literal('-');
  const auto month = static_cast<unsigned>(reader.digits(2));
  reader.literal('-');
  const auto day = static_cast<unsigned>(reader.digits(2));
  reader.literal('T');
  const hours hour{reader.digits(2)};
  reader.literal(':');
  const minutes minute{reader.digits(2)};
  reader.literal(':');
  const seconds second{reader.digits(2)};
  reader.fraction_of_a_second();

  const year_month_day date{year, std::chrono::month{month}, std::chrono::day{day}};
  const bool on_the_clock = hour < hours{24} && minute < minutes{60} && second < seconds{60};
  if (!reader.good() || !date.ok() || !on_the_clock) return std::nullopt;

  DateTime result;
  result.local = std::chrono::local_days{date} + hour + minute + second;
  if (reader.at_end()) return result;
  result.offset = read_offset(reader);
  if (!result.offset || !reader.good() || !reader.at_end()) return std::nullopt;
  return result;
}

absl::StatusOr<NominalTime> parse_rfc3339(std::string_view text) {
  const std::optional<DateTime> parsed = read_date_time(text);
  if (!parsed || !parsed->offset) {
    return absl::InvalidArgumentError(fmt::format(
        "{} is not a date and time with an offset, such as 2026-03-29T01:30:00Z or 2026-03-29T03:30:00+02:00",
        quoted(text)));
  }
  const NominalTime time{parsed->local.time_since_epoch() - *parsed->offset};
  if (time < kEarliestInstant || time > kLatestInstant) {
    return absl::InvalidArgumentError(fmt::format("{} is outside the years 1970–2199", quoted(text)));
  }
  return time;
}

// By hand, since every status and every line of the log has several.

std::string format_rfc3339(NominalTime time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss<seconds> clock{time - day};
  std::string text = "0000-00-00T00:00:00Z";
  put_digits(text, 0, 4, static_cast<int>(date.year()));
  put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text, 11, 2, clock.hours().count());
  put_digits(text, 14, 2, clock.minutes().count());
  put_digits(text, 17, 2, clock.seconds().count());
  return text;
}

std::string format_rfc3339_micro(Instant time) {
  const auto whole = floor<seconds>(time);
  std::string text = format_rfc3339(whole);
  text.back() = '.';
  text += "000000Z";
  put_digits(text, 20, 6, (time - whole).count());
  return text;
}

}  // namespace scheduledjob::schedule
