#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <openssl/sha.h>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "api/compile.hpp"
#include "api/enum_names.hpp"

namespace scheduledjob::api {
namespace {

// The canonical text below is a format: stored hashes are compared with it after every upgrade. A field that
// a later release adds may only add a line when it has a value other than its default.

std::string one_line(const std::string& text) {
  const std::vector<std::string> words = absl::StrSplit(text, absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  return absl::StrJoin(words, " ");
}

// Texts that do not parse hash as they stand: such a spec has no instants, but correcting it is an edit.
std::string canonical_duration(const std::string& text) {
  const absl::StatusOr<std::chrono::seconds> duration = schedule::parse_duration(text);
  return duration.ok() ? fmt::format("{}s", duration->count()) : one_line(text);
}

std::string canonical_time(const std::string& text) {
  const absl::StatusOr<NominalTime> time = schedule::parse_rfc3339(text);
  return time.ok() ? schedule::format_rfc3339(*time) : one_line(text);
}

std::string canonical_anchor(const std::optional<std::string>& anchor) {
  return anchor ? canonical_time(*anchor) : schedule::format_rfc3339(NominalTime{});
}

std::string canonical_entry(const ScheduleEntry& entry) {
  std::string line;
  if (entry.cron) line += "cron " + one_line(*entry.cron);
  if (entry.every)
    line += "every " + canonical_duration(*entry.every) + " from " + canonical_anchor(entry.anchor);
  if (entry.at) line += "at " + canonical_time(*entry.at);
  return line;
}

// In one order, and each only once: instants that coincide are one instant.
std::vector<std::string> canonical_schedules(const ScheduledJobSpec& spec) {
  std::vector<std::string> lines;
  if (spec.schedule) lines.push_back("cron " + one_line(*spec.schedule));
  for (const ScheduleEntry& entry : spec.schedules) lines.push_back(canonical_entry(entry));
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

std::string canonical_text(const ScheduledJobSpec& spec) {
  std::vector<std::string> lines = canonical_schedules(spec);
  lines.push_back("zone " + one_line(spec.time_zone.value_or("UTC")));
  lines.push_back(fmt::format("skipped {}", name_of(kSkippedTimeNames, spec.daylight_saving.skipped_time)));
  lines.push_back(
      fmt::format("repeated {}", name_of(kRepeatedTimeNames, spec.daylight_saving.repeated_time)));
  if (spec.not_before) lines.push_back("not before " + schedule::format_rfc3339(*spec.not_before));
  if (spec.not_after) lines.push_back("not after " + schedule::format_rfc3339(*spec.not_after));
  if (spec.jitter.count() != 0) lines.push_back(fmt::format("jitter {}s", spec.jitter.count()));
  if (spec.suspend) lines.emplace_back("suspended");
  return absl::StrJoin(lines, "\n");
}

}  // namespace

std::string basis_hash(const ScheduledJobSpec& spec) {
  const std::string text = canonical_text(spec);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + 8, ""));
}

}  // namespace scheduledjob::api
