#include "runtime/resources.hpp"

#include <charconv>
#include <string>
#include <system_error>

#include "api/scheduled_job.hpp"

namespace scheduledjob::runtime {

const kube::ResourceKind& resource(engine::Kind kind) {
  static const kube::ResourceKind scheduled_jobs{std::string("/apis/") + api::kApiVersion, "scheduledjobs"};
  static const kube::ResourceKind jobs{"/apis/batch/v1", "jobs"};
  return kind == engine::Kind::kScheduledJob ? scheduled_jobs : jobs;
}

std::optional<api::ResourceVersion> parse_version(std::string_view text) {
  api::ResourceVersion version = 0;
  const char* const end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, version);
  if (error != std::errc{} || parsed != end) return std::nullopt;
  return version;
}

}  // namespace scheduledjob::runtime
