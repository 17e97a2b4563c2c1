#include "cli/next.hpp"

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/clock.hpp"
#include "cli/definition.hpp"
#include "cli/ink.hpp"
#include "schedule/schedule.hpp"

namespace scheduledjob::cli {
namespace {

using schedule::Definition;
using schedule::NominalTime;
using schedule::Schedule;

struct NamedInstant {
  NominalTime time;
  std::vector<std::string> entries;  // the fields that name it
};

struct Answer {
  Scheduled subject;
  std::vector<NamedInstant> instants;
  bool ended = false;  // there are no more than these
};

// One schedule for each entry, to tell which of them name an instant.
std::vector<std::pair<std::string, Schedule>> compile_alone(const Definition& definition) {
  std::vector<std::pair<std::string, Schedule>> alone;
  for (const schedule::Entry& entry : definition.entries) {
    Definition single = definition;
    single.entries = {entry};
    alone.emplace_back(entry.field, Schedule::compile(single).value());
  }
  return alone;
}

absl::StatusOr<Answer> answer(Scheduled subject, NominalTime after, std::size_t count) {
  const absl::StatusOr<Schedule> schedule = Schedule::compile(subject.definition);
  if (!schedule.ok()) return schedule.status();
  const auto alone = compile_alone(subject.definition);
  Answer answer;
  for (auto time = schedule->next_after(after); time && answer.instants.size() < count;
       time = schedule->next_after(*time)) {
    NamedInstant& instant = answer.instants.emplace_back(NamedInstant{*time, {}});
    for (const auto& [field, entry] : alone) {
      if (entry.latest_through(*time) == time) instant.entries.push_back(field);
    }
  }
  answer.ended = answer.instants.size() < count;
  answer.subject = std::move(subject);
  return answer;
}

std::string joined(const std::vector<std::string>& entries) {
  std::string list;
  for (const std::string& entry : entries) list.append(list.empty() ? "" : ", ").append(entry);
  return list;
}

class TextWriter {
 public:
  TextWriter(std::ostream& out, const NextCommand& command, const Surroundings& surroundings)
      : out_(out), ink_(surroundings.colours) {
    if (!command.after) now_ = surroundings.now;
  }

  void write(const Answer& answer) {
    const Scheduled& subject = answer.subject;
    if (!subject.title.empty()) {
      if (!std::exchange(first_, false)) out_ << '\n';
      const std::string& zone = subject.definition.time_zone;
      out_ << fmt::format("{} ({}), {}\n", ink_.bold(subject.title), subject.place,
                          zone.empty() ? "UTC" : zone);
    }
    for (const NamedInstant& instant : answer.instants) write(instant, subject.definition);
    if (answer.ended) out_ << ink_.yellow("no further instant") << '\n';
    for (const std::string& remark : subject.remarks) out_ << ink_.faint("# " + remark) << '\n';
  }

 private:
  void write(const NamedInstant& instant, const Definition& definition) {
    const LocalReading local = local_reading(instant.time, definition.time_zone);
    std::string clock = local.date_time;
    clock[clock.find('T')] = ' ';
    std::string line = fmt::format("{} {} {:<11}  {}", local.weekday, ink_.bold(clock),
                                   fmt::format("{} {}", local.offset, local.abbreviation),
                                   schedule::format_rfc3339(instant.time));
    if (now_) line += fmt::format("  {:<15}", "in " + distance(instant.time - *now_));
    if (definition.entries.size() > 1) line += "  " + ink_.faint(joined(instant.entries));
    line.erase(line.find_last_not_of(' ') + 1);
    out_ << line << '\n';
  }

  std::ostream& out_;
  Ink ink_;
  std::optional<NominalTime> now_;  // distances are from here
  bool first_ = true;
};

nlohmann::ordered_json to_json(const Answer& answer) {
  const Scheduled& subject = answer.subject;
  const std::string& zone = subject.definition.time_zone;
  nlohmann::ordered_json json;
  if (!subject.title.empty()) {
    json["object"] = subject.title;
    json["place"] = subject.place;
  }
  json["timeZone"] = zone.empty() ? "UTC" : zone;
  json["next"] = nlohmann::ordered_json::array();
  for (const NamedInstant& instant : answer.instants) {
    const LocalReading local = local_reading(instant.time, zone);
    nlohmann::ordered_json one;
    one["utc"] = schedule::format_rfc3339(instant.time);
    one["local"] = local.date_time + local.offset;
    if (!local.abbreviation.empty()) one["abbreviation"] = local.abbreviation;
    if (!subject.title.empty()) one["entries"] = instant.entries;
    json["next"].push_back(std::move(one));
  }
  json["ended"] = answer.ended;
  if (!subject.remarks.empty()) json["remarks"] = subject.remarks;
  return json;
}

void write_json(const std::vector<Answer>& answers, NominalTime after, std::ostream& out) {
  nlohmann::ordered_json json;
  json["after"] = schedule::format_rfc3339(after);
  json["schedules"] = nlohmann::ordered_json::array();
  for (const Answer& answer : answers) json["schedules"].push_back(to_json(answer));
  out << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

}  // namespace

ExitCode run_next(const NextCommand& command, std::istream& in, std::ostream& out, std::ostream& err,
                  const Surroundings& surroundings) {
  const NominalTime after = command.after.value_or(surroundings.now);
  bool all_right = true;
  std::vector<Answer> answers;
  for (Scheduled& subject : scheduled_by(command.subject, after, in, err, all_right)) {
    absl::StatusOr<Answer> found = answer(std::move(subject), after, command.count);
    if (found.ok()) {
      answers.push_back(*std::move(found));
    } else {
      err << std::string(found.status().message()) << '\n';
      all_right = false;
    }
  }
  if (command.output == OutputForm::kJson) {
    if (all_right || !answers.empty()) write_json(answers, after, out);
  } else {
    TextWriter writer(out, command, surroundings);
    for (const Answer& found : answers) writer.write(found);
  }
  return all_right ? kFine : kWrongInput;
}

}  // namespace scheduledjob::cli
