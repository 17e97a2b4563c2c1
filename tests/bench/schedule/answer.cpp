// Answers questions about cron expressions, one JSON object a line, in order:
//
//   {"cron": "0 2 * * *", "timeZone": "Europe/Berlin", "after": "2026-01-01T00:00:00Z", "count": 3}
//   {"next": ["2026-01-01T01:00:00Z", "2026-01-02T01:00:00Z", "2026-01-03T01:00:00Z"]}
//
// or {"error": "…"}. Without a time zone it is UTC; `count` is 1 to 1000, and one when it is left out. Fewer
// instants than asked for: there are no more up to the year 2199. Ends with its input; exit code 0.
#include <cstdint>
#include <iostream>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "schedule/schedule.hpp"

namespace {

using nlohmann::json;
using scheduledjob::schedule::NominalTime;
using scheduledjob::schedule::Schedule;

constexpr std::size_t kLongestLine = 64 * 1024;
constexpr std::int64_t kMostInstants = 1000;

struct Question {
  scheduledjob::schedule::Definition definition;
  NominalTime after;
  std::int64_t count = 1;
};

absl::StatusOr<Question> read_question(const std::string& line) {
  if (line.size() > kLongestLine) return absl::InvalidArgumentError("the line is longer than 64 KiB");
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return absl::InvalidArgumentError("the line is not a JSON object");
  Question question;
  std::string after;
  try {
    question.definition.entries = {
        {"cron", scheduledjob::schedule::Entry::Cron{object.at("cron").get<std::string>()}}};
    question.definition.time_zone = object.value("timeZone", "");
    after = object.at("after").get<std::string>();
    const json count = object.value("count", json(1));
    if (!count.is_number_integer()) return absl::InvalidArgumentError("count: not a whole number");
    question.count = count.get<std::int64_t>();
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(error.what());
  }
  if (question.count < 1 || question.count > kMostInstants) {
    return absl::InvalidArgumentError(
        fmt::format("count: {} is outside 1–{}", question.count, kMostInstants));
  }
  const auto time = scheduledjob::schedule::parse_rfc3339(after);
  if (!time.ok()) return absl::InvalidArgumentError("after: " + std::string(time.status().message()));
  question.after = *time;
  return question;
}

json next_instants(const Schedule& schedule, NominalTime after, std::int64_t count) {
  json instants = json::array();
  for (auto time = schedule.next_after(after); time && count > 0;
       time = schedule.next_after(*time), --count) {
    instants.push_back(scheduledjob::schedule::format_rfc3339(*time));
  }
  return instants;
}

json answer(const std::string& line) {
  const auto error = [](const absl::Status& status) {
    return json{{"error", std::string(status.message())}};
  };
  const absl::StatusOr<Question> question = read_question(line);
  if (!question.ok()) return error(question.status());
  const absl::StatusOr<Schedule> schedule = Schedule::compile(question->definition);
  if (!schedule.ok()) return error(schedule.status());
  return {{"next", next_instants(*schedule, question->after, question->count)}};
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(line).dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace) << '\n';
  }
}
