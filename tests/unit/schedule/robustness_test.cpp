// Arbitrary bytes: refused with a message that is safe to show, or accepted and answered. Seeds are fixed.
#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "schedule/cron.hpp"
#include "unit/schedule/support.hpp"

namespace scheduledjob::schedule {
namespace {

bool is_valid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

void expect_sound(const Definition& definition) {
  const auto schedule = Schedule::compile(definition);
  if (!schedule.ok()) {
    const std::string message(schedule.status().message());
    EXPECT_FALSE(message.empty());
    EXPECT_LT(message.size(), 400U);
    EXPECT_TRUE(is_valid_utf8(message)) << message;
    return;
  }
  const NominalTime moment = utc("2026-03-29T00:30:00Z");
  const auto next = schedule->next_after(moment);
  if (!next) return;
  EXPECT_GT(*next, moment);
  EXPECT_EQ(schedule->latest_through(*next), next);
  EXPECT_EQ(schedule->count_between(moment, *next), 1U);
}

class Bytes {
 public:
  explicit Bytes(std::uint64_t seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine_);
  }

  std::string any(std::size_t longest) {
    std::string text(below(longest + 1), ' ');
    for (char& c : text) c = static_cast<char>(below(256));
    return text;
  }

  std::string of(std::string_view alphabet, std::size_t longest) {
    std::string text(below(longest + 1), ' ');
    for (char& c : text) c = alphabet[below(alphabet.size())];
    return text;
  }

  // One to three bytes of `text` changed, removed or inserted.
  std::string mutated(std::string text) {
    for (std::size_t n = below(3) + 1; n > 0; --n) {
      const std::size_t at = below(text.size() + 1);
      switch (below(3)) {
        case 0:
          text.insert(at, 1, static_cast<char>(below(256)));
          break;
        case 1:
          text.erase(std::min(at, text.size()), 1);
          break;
        default:
          if (at < text.size()) text[at] = "0123456789*/-,?LW#@ MON"[below(23)];
      }
    }
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

TEST(Robustness, AnyBytesAsAnExpression) {
  Bytes bytes(1);
  for (int i = 0; i < 1500; ++i) expect_sound(definition({cron(bytes.any(300))}));
  for (int i = 0; i < 5000; ++i)
    expect_sound(definition({cron(bytes.of("0123456789 */-,?LWlw#@MONJAN\t", 24))}));
}

TEST(Robustness, NearMissesOfRealExpressions) {
  Bytes bytes(2);
  const std::vector<std::string> real{
      "*/15 * * * *", "0 9-17 * * MON-FRI", "0 0 L-3,15W * 5L,MON#2",           "@daily",
      "@every 1h30m", "30 2 29 2 *",        "0 0 12 1/5 JAN-MAR ? 2024-2030/2", "0 0 1,15 * SUN",
      "59 23 31 12 7"};
  for (int i = 0; i < 5000; ++i) {
    expect_sound(definition({cron(bytes.mutated(real[bytes.below(real.size())]))}, "Europe/Berlin"));
  }
}

TEST(Robustness, AnyBytesAsAZone) {
  Bytes bytes(3);
  for (int i = 0; i < 60; ++i) expect_sound(definition({cron("0 0 * * *")}, bytes.any(100)));
  for (int i = 0; i < 60; ++i) expect_sound(definition({cron("0 0 * * *")}, bytes.mutated("Europe/Berlin")));
}

TEST(Robustness, AnyBytesAsATimeOrADuration) {
  Bytes bytes(4);
  for (int i = 0; i < 1500; ++i) {
    expect_sound(definition({once(bytes.mutated("2026-12-31T23:59:59.5+02:00"))}, "Europe/Berlin"));
    expect_sound(definition({once(bytes.any(80))}));
    expect_sound(definition({cron("@every " + bytes.mutated("1h30m5.5s"))}));
    const auto duration = parse_duration(bytes.of("0123456789.hmsdwnu", 30), true);
    EXPECT_LE(duration.value_or(std::chrono::seconds{0}), std::chrono::days{3653});
  }
}

// The longest expressions there can be, of the parts that cost most.
TEST(Robustness, LongExpressionsCostLittle) {
  const std::string parts = "0-59/1,0-59/1,0-59/1,0-59/1,0-59/1,0-59/1,0-59/1,0-59/1,0-59/1,0-59/1";
  std::string expression =
      parts + " " + "* 1W,2W,3W,4W,5W,6W,7W,8W,9W,10W,11W,12W,13W,14W,15W,16W,17W,18W,19W,20W " + "*";
  expression += " 0L,1L,2L,3L,4L,5L,6L,0#1,0#2,0#3,0#4,0#5,1#1,1#2,1#3,1#4,1#5,2#1,2#2,2#3";
  ASSERT_LE(expression.size(), 256U);
  expect_sound(definition(std::vector<Entry>(100, cron(expression)), "Europe/Berlin"));
}

}  // namespace
}  // namespace scheduledjob::schedule
