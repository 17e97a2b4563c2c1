#include "cli/batch_question.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <variant>

#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "cli/daylight_saving_rules.hpp"
#include "schedule/wording.hpp"

namespace scheduledjob::cli {
namespace {

using simdjson::ondemand::value;

constexpr std::array<std::string_view, 7> kFields{"cron",           "timeZone",  "after", "count",
                                                  "daylightSaving", "namespace", "name"};

absl::Status wrong(std::string_view field, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("{}: {}", field, why));
}

absl::Status not_json(simdjson::error_code code) {
  return absl::InvalidArgumentError(
      fmt::format("the line is no JSON object: {}", simdjson::error_message(code)));
}

absl::Status read_text(std::string_view field, value from, std::string& to) {
  std::string_view text;
  if (from.get_string().get(text) != simdjson::SUCCESS) return wrong(field, "must be a string");
  to.assign(text);
  return absl::OkStatus();
}

absl::Status read_after(value from, schedule::NominalTime& to) {
  std::string_view text;
  if (from.get_string().get(text) != simdjson::SUCCESS) return wrong("after", "must be a string");
  const auto time = schedule::parse_rfc3339(text);
  if (!time.ok()) return wrong("after", std::string(time.status().message()));
  to = *time;
  return absl::OkStatus();
}

absl::Status read_count(value from, std::size_t& to) {
  std::int64_t count = 0;
  const bool read = from.get_int64().get(count) == simdjson::SUCCESS;
  if (!read || count < 1 || count > static_cast<std::int64_t>(kMostInstants)) {
    return wrong("count", fmt::format("must be a whole number from 1 to {}", kMostInstants));
  }
  to = static_cast<std::size_t>(count);
  return absl::OkStatus();
}

absl::Status read_daylight_saving(value from, schedule::DaylightSaving& to) {
  simdjson::ondemand::object members;
  if (from.get_object().get(members) != simdjson::SUCCESS) {
    return wrong("daylightSaving", "must be an object");
  }
  for (auto member : members) {
    std::string_view key;
    std::string_view rule;
    if (member.unescaped_key().get(key) != simdjson::SUCCESS ||
        member.value().get_string().get(rule) != simdjson::SUCCESS) {
      return wrong("daylightSaving", "must have members that are strings");
    }
    const absl::Status status = key == "skippedTime"    ? set_skipped_time(rule, to)
                                : key == "repeatedTime" ? set_repeated_time(rule, to)
                                                        : absl::InvalidArgumentError("is no field");
    if (!status.ok()) {
      return wrong(fmt::format("daylightSaving.{}", key), std::string(status.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace

QuestionReader::QuestionReader() {
  question_.definition.entries.push_back({"cron", schedule::Entry::Cron{}});
}

void QuestionReader::reset() {
  question_.definition.time_zone.clear();
  question_.definition.daylight_saving = {};
  question_.count = 1;
  namespace_ = "default";
  name_.clear();
  has_cron_ = has_after_ = false;
}

absl::Status QuestionReader::read(std::string_view line) {
  reset();
  simdjson::ondemand::document document;
  simdjson::ondemand::object members;
  if (const auto code = parser_.iterate(line.data(), line.size(), line.size() + kPadding).get(document)) {
    return not_json(code);
  }
  if (const auto code = document.get_object().get(members)) return not_json(code);
  for (auto member : members) {
    std::string_view key;
    value found;
    if (const auto code = member.unescaped_key().get(key)) return not_json(code);
    if (const auto code = member.value().get(found)) return not_json(code);
    if (absl::Status status = read_member(key, found); !status.ok()) return status;
  }
  const char* rest = nullptr;
  if (document.current_location().get(rest) != simdjson::OUT_OF_BOUNDS) {
    return absl::InvalidArgumentError("the line is no JSON object: text follows it");
  }
  if (!has_cron_) return wrong("cron", "is required");
  if (!has_after_) return wrong("after", "is required");
  question_.definition.created = question_.after;
  question_.definition.hash_key.clear();
  if (!name_.empty()) question_.definition.hash_key.append(namespace_).append("/").append(name_);
  return absl::OkStatus();
}

absl::Status QuestionReader::read_member(std::string_view key, value found) {
  if (key == "cron") {
    has_cron_ = true;
    auto& entry = question_.definition.entries.front();
    return read_text(key, found, std::get<schedule::Entry::Cron>(entry.when).expression);
  }
  if (key == "after") {
    has_after_ = true;
    return read_after(found, question_.after);
  }
  if (key == "timeZone") return read_text(key, found, question_.definition.time_zone);
  if (key == "namespace") return read_text(key, found, namespace_);
  if (key == "name") return read_text(key, found, name_);
  if (key == "count") return read_count(found, question_.count);
  if (key == "daylightSaving") return read_daylight_saving(found, question_.definition.daylight_saving);
  return absl::InvalidArgumentError(
      fmt::format("{} is no field{}", schedule::quoted(key), schedule::suggestion(key, kFields)));
}

}  // namespace scheduledjob::cli
