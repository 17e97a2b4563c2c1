// Objects as the API server sends them, for the tests of this room.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "api/codec.hpp"

namespace scheduledjob::api {

inline NominalTime at(std::string_view text) {
  return schedule::parse_rfc3339(text).value();
}

inline constexpr char kPlainTemplate[] =
    R"({"spec":{"template":{"spec":{"containers":[{"name":"a","image":"b"}],"restartPolicy":"Never"}}}})";

// A ScheduledJob whose spec has `members` (JSON members, comma-separated) and whose status is `status`.
inline std::string scheduled_job_json(std::string_view members, std::string_view status = "{}") {
  return fmt::format(
      R"({{"apiVersion":"scheduledjob.dev/v1","kind":"ScheduledJob","metadata":{{"name":"nightly","namespace":"reports",)"
      R"("uid":"0a1b","resourceVersion":"4711","generation":3,"creationTimestamp":"2026-01-02T03:04:05Z",)"
      R"("managedFields":[{{"manager":"kubectl","fieldsV1":{{"f:spec":{{"f:schedule":{{}}}}}}}}]}},)"
      R"("spec":{{{}}},"status":{}}})",
      members, status);
}

// As above, with a schedule and a template besides `members`.
inline std::string scheduled_job_with(std::string_view members) {
  std::string spec = fmt::format(R"("schedule":"0 2 * * *","jobTemplate":{})", kPlainTemplate);
  if (!members.empty()) spec += fmt::format(",{}", members);
  return scheduled_job_json(spec);
}

// Why the spec with these members is refused; empty when it is not.
inline std::string spec_error(std::string_view members) {
  const auto object = decode_scheduled_job(scheduled_job_with(members));
  return std::string(object.ok() ? object->spec.status().message() : object.status().message());
}

inline ScheduledJobSpec spec_with(std::string_view members) {
  return decode_scheduled_job(scheduled_job_with(members)).value().spec.value();
}

}  // namespace scheduledjob::api
