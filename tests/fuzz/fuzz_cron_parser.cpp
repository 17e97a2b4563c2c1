// Any bytes as a cron expression: refused with a message that shows where, or taken and answered.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz/invariants.hpp"
#include "schedule/cron.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::fuzz {
namespace {

using schedule::Cron;
using schedule::DaylightSaving;
using schedule::Definition;
using schedule::Entry;
using schedule::kEarliestInstant;
using schedule::kLatestInstant;
using schedule::LocalTime;
using schedule::NominalTime;
using schedule::RepeatedTime;
using schedule::Schedule;
using schedule::SkippedTime;
using std::chrono::seconds;

// Of the object that H is spread by.
constexpr char kHashKey[] = "team-a/nightly-report";

// Both ends, a day like any other, and both jumps of Berlin's clocks in 2026.
constexpr std::array kMoments{kEarliestInstant - seconds{1}, NominalTime{seconds{951782399}},
                              NominalTime{seconds{1774746000}}, NominalTime{seconds{1792891800}},
                              kLatestInstant - std::chrono::days{40}};

Definition definition_of(std::string_view expression, std::string zone, DaylightSaving daylight_saving) {
  Definition definition;
  definition.entries = {{"spec.schedule", Entry::Cron{std::string(expression)}}};
  definition.time_zone = std::move(zone);
  definition.daylight_saving = daylight_saving;
  definition.hash_key = kHashKey;
  return definition;
}

// Whether a message is about a field of the expression, and so has to end with a place in it.
bool is_about_a_field(std::string_view message) {
  constexpr std::array<std::string_view, 8> kFields{"second ", "minute ",      "hour ", "day of month ",
                                                    "month ",  "day of week ", "year ", "no date "};
  for (const std::string_view field : kFields) {
    if (message.starts_with(field)) return true;
  }
  return false;
}

void require_column(std::string_view message, std::size_t length) {
  constexpr std::string_view kColumn = ", column ";
  const std::size_t at = message.rfind(kColumn);
  require(at != std::string_view::npos, "an error about a field has a column");
  std::size_t column = 0;
  for (const char digit : message.substr(at + kColumn.size())) {
    require(digit >= '0' && digit <= '9' && column <= length, "the column is a number and the last word");
    column = column * 10 + static_cast<std::size_t>(digit - '0');
  }
  require(column >= 1 && column <= length + 1, "the column lies in the expression");
}

void require_refused_everywhere(std::string_view expression, const absl::Status& error) {
  require_presentable(error);
  const std::string message(error.message());
  if (is_about_a_field(message)) require_column(message, expression.size());
  const auto schedule = Schedule::compile(definition_of(expression, "", {}));
  if (schedule.ok()) {
    require(expression.find("@every") != std::string_view::npos, "only @every is no expression of Cron's");
    for (const NominalTime moment : kMoments) require_consistent(*schedule, moment);
    return;
  }
  require_presentable(schedule.status());
  if (expression.find("@every") == std::string_view::npos) {
    require(std::string(schedule.status().message()) == "spec.schedule: " + message,
            "a schedule gives the error of its expression");
  }
}

LocalTime local(NominalTime time) {
  return LocalTime{time.time_since_epoch()};
}

void require_answers(const Cron& cron, std::string_view expression) {
  const auto schedule = Schedule::compile(definition_of(expression, "", {}));
  const auto again = Schedule::compile(definition_of(expression, "", {}));
  require(schedule.ok() && again.ok(), "what Cron takes, a schedule takes");
  for (const NominalTime moment : kMoments) {
    require_consistent(*schedule, moment);
    const auto next = schedule->next_after(moment);
    require(next == again->next_after(moment), "the same expression names the same instants");
    if (!next) continue;
    require(cron.matches(local(*next)), "the next instant matches");
    const NominalTime close = *next - seconds{1};
    require(close <= moment || !cron.matches(local(close)), "nothing matches before the next instant");
  }
}

void require_zoned_answers(std::string_view expression) {
  for (const SkippedTime skipped : {SkippedTime::kRunAfterGap, SkippedTime::kSkip}) {
    for (const RepeatedTime repeated : {RepeatedTime::kRunOnce, RepeatedTime::kRunTwice}) {
      const auto schedule =
          Schedule::compile(definition_of(expression, "Europe/Berlin", {skipped, repeated}));
      require(schedule.ok(), "what Cron takes, a schedule takes in any zone");
      for (const NominalTime moment : kMoments) require_consistent(*schedule, moment);
    }
  }
}

void try_expression(std::string_view expression) {
  const auto cron = Cron::parse(expression, kHashKey);
  if (!cron.ok()) return require_refused_everywhere(expression, cron.status());
  require_answers(*cron, expression);
  require_zoned_answers(expression);
}

}  // namespace
}  // namespace scheduledjob::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  scheduledjob::fuzz::try_expression(scheduledjob::fuzz::text_of(data, size));
  return 0;
}
