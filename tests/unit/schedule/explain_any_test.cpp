// Any expression: its sentence is sound, follows from what it means, and loses nothing of that. Seeds are
// fixed: a failure repeats.
#include <algorithm>
#include <array>
#include <map>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "schedule/cron.hpp"
#include "unit/schedule/explain_support.hpp"

namespace scheduledjob::schedule {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  int between(int least, int most) { return std::uniform_int_distribution(least, most)(engine_); }
  bool one_in(int n) { return between(1, n) == 1; }

  std::string field(int least, int most, std::vector<std::string> rare = {}) {
    std::string text;
    for (int parts = one_in(3) ? between(2, 6) : 1; parts > 0; --parts) {
      const int a = between(least, most);
      const int step = between(1, std::min(12, most - least));
      std::vector<std::string> forms{"*",
                                     fmt::format("*/{}", step),
                                     fmt::format("{}", a),
                                     fmt::format("{}", a),
                                     fmt::format("{}-{}", a, between(a, most)),
                                     fmt::format("{}/{}", a, step)};
      forms.insert(forms.end(), rare.begin(), rare.end());
      text += (text.empty() ? "" : ",") +
              forms[static_cast<std::size_t>(between(0, static_cast<int>(forms.size()) - 1))];
    }
    return text;
  }

  std::string expression() {
    const std::string day = fmt::format("{}W", between(1, 31));
    const std::string before_last = fmt::format("L-{}", between(0, 30));
    const std::string nth = fmt::format("{}#{}", between(0, 6), between(1, 5));
    const std::string last = fmt::format("{}L", between(0, 6));
    std::string text =
        fmt::format("{} {} {} {} {}", field(0, 59), field(0, 23),
                    one_in(3) ? "*" : field(1, 31, {day, before_last, "L", "LW"}),
                    one_in(2) ? "*" : field(1, 12), one_in(2) ? "*" : field(0, 6, {nth, last}));
    if (one_in(3))
      text = field(0, 59) + " " + text;
    else if (one_in(4))
      text = "0 " + text + " " + field(1970, 2199);
    return text;
  }

 private:
  std::mt19937_64 engine_;
};

// The same masks, written as lists of single values where that is possible.
std::string spelled_out(const Cron& cron, const std::string& expression) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at < expression.size();) {
    const std::size_t space = std::min(expression.find(' ', at), expression.size());
    fields.push_back(expression.substr(at, space - at));
    at = space + 1;
  }
  const auto spell = [](std::string& field, std::uint64_t mask, bool anything) {
    if (anything || field.find_first_of("LW#") != std::string::npos) return;
    std::vector<int> values;
    for (int value = 0; value < 64; ++value) {
      if ((mask >> value & 1) != 0) values.push_back(value);
    }
    field = fmt::format("{}", fmt::join(values, ","));
  };
  const std::size_t minute = fields.size() == 5 ? 0 : 1;
  const CronFields& masks = cron.fields();
  spell(fields[minute], masks.minutes, false);
  spell(fields[minute + 1], masks.hours, false);
  spell(fields[minute + 2], masks.days, masks.any_day);
  spell(fields[minute + 3], masks.months, false);
  spell(fields[minute + 4], masks.weekdays, masks.any_weekday);
  return fmt::format("{}", fmt::join(fields, " "));
}

TEST(Explain, AnyExpressionHasASoundSentenceThatItsMasksDetermine) {
  Random random(20260329);
  int compared = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string expression = random.expression();
    const auto cron_of_it = Cron::parse(expression);
    if (!cron_of_it.ok()) continue;
    const std::string text = sentence(expression);
    EXPECT_GT(text.size(), 6U) << expression;
    EXPECT_LT(text.size(), 1000U) << expression;
    EXPECT_EQ(text.find("  "), std::string::npos) << expression << ": " << text;
    EXPECT_EQ(text.find(" ,"), std::string::npos) << expression << ": " << text;
    EXPECT_TRUE(text.starts_with("At ") || text.starts_with("Every ")) << expression << ": " << text;
    EXPECT_TRUE(text.ends_with(", UTC.")) << expression << ": " << text;
    for (const std::string& warning : warnings(expression, "Europe/Berlin")) {
      EXPECT_TRUE(warning.ends_with(".")) << expression << ": " << warning;
      EXPECT_EQ(warning.find("  "), std::string::npos) << expression << ": " << warning;
      EXPECT_LT(warning.size(), 1000U) << expression << ": " << warning;
    }
    const std::string same = spelled_out(*cron_of_it, expression);
    if (same.size() > 256) continue;
    EXPECT_EQ(sentence(same), text) << expression << " and " << same;
    ++compared;
  }
  EXPECT_GT(compared, 1500);
}

// Sentences, each with what the first expression that had it means.
class Sentences {
 public:
  void expect_own_sentence(const std::string& expression) {
    const Cron parsed = Cron::parse(expression).value();
    const std::string text = sentence(expression);
    if (text.find(" more") != std::string::npos) return;
    const auto [known, is_new] = meanings_.try_emplace(text, meaning_of(parsed));
    EXPECT_EQ(known->second, meaning_of(parsed)) << expression << ": " << text;
  }
  std::size_t size() const { return meanings_.size(); }

 private:
  using Meaning = std::array<std::uint64_t, 6>;

  static Meaning meaning_of(const Cron& parsed) {
    const CronFields& fields = parsed.fields();
    return {fields.seconds, fields.minutes, fields.hours, fields.days, fields.months, fields.weekdays};
  }

  std::map<std::string, Meaning> meanings_;
};

// Every "a-b/n" in the place of the {} of each form.
std::size_t expect_progressions_to_differ(int least, int most, const std::vector<std::string>& forms) {
  Sentences sentences;
  for (const std::string& form : forms) {
    for (int first = least; first <= most; ++first) {
      for (int last = first; last <= most; ++last) {
        for (int step = 1; step <= 9; ++step) {
          const std::string progression = fmt::format("{}-{}/{}", first, last, step);
          sentences.expect_own_sentence(fmt::format(fmt::runtime(form), progression));
        }
      }
    }
  }
  return sentences.size();
}

TEST(Explain, NoTwoProgressionsReadAlike) {
  EXPECT_GT(expect_progressions_to_differ(0, 59, {"{} * * * *", "{} 9-17 * * *", "{} 4,9 * * *"}), 9000U);
  EXPECT_GT(expect_progressions_to_differ(0, 23,
                                          {"* {} * * *", "0 {} * * *", "30 {} * * *", "5,20 {} * * *",
                                           "*/5 {} * * *", "*/7 {} * * *", "30 15 {} * * *"}),
            3500U);
  EXPECT_GT(expect_progressions_to_differ(0, 59, {"{} * * * * *", "{} 0 9,12 * * *"}), 6000U);
  EXPECT_GT(expect_progressions_to_differ(1, 31, {"0 0 {} * *", "0 0 {} 1 *"}), 1500U);
}

TEST(Explain, NoTwoSetsOfMonthsOrWeekdaysReadAlike) {
  const auto chosen = [](unsigned mask, int least) {
    std::vector<int> values;
    for (int bit = 0; bit < 12; ++bit) {
      if ((mask >> bit & 1) != 0) values.push_back(bit + least);
    }
    return fmt::format("{}", fmt::join(values, ","));
  };
  Sentences sentences;
  for (unsigned mask = 1; mask < 1U << 12; ++mask) {
    sentences.expect_own_sentence(fmt::format("0 0 1 {} *", chosen(mask, 1)));
    sentences.expect_own_sentence(fmt::format("0 0 * {} *", chosen(mask, 1)));
  }
  for (unsigned mask = 1; mask < (1U << 7) - 1; ++mask) {
    sentences.expect_own_sentence(fmt::format("0 0 * * {}", chosen(mask, 0)));
    sentences.expect_own_sentence(fmt::format("0 0 13 * {}", chosen(mask, 0)));
  }
  EXPECT_GT(sentences.size(), 8000U);
}

}  // namespace
}  // namespace scheduledjob::schedule
