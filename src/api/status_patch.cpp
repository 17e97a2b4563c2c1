#include "api/codec.hpp"
#include "api/status_writer.hpp"
#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

template <typename Element>
void cut(std::vector<Element>& list, std::size_t max_size) {
  if (list.size() > max_size) list.erase(list.begin() + static_cast<std::ptrdiff_t>(max_size), list.end());
}

void cut(std::string& text, std::size_t max_bytes) {
  text.resize(clamp_utf8(text, max_bytes).size());
}

}  // namespace

void clamp_to_schema(ScheduledJobStatus& status) {
  cut(status.conditions, kMaxConditions);
  cut(status.active, kMaxActiveReferences);
  cut(status.next_schedule_times, kMaxNextTimes);
  cut(status.open, kMaxOpenRuns);
  cut(status.pending, kMaxPendingRuns);
  cut(status.recent_runs, kMaxRecentRuns);
  cut(status.resumed_by, kMaxResumeLength);
  for (Condition& condition : status.conditions) {
    cut(condition.reason, kMaxReasonLength);
    cut(condition.message, kMaxMessageLength);
  }
  for (RecentRun& run : status.recent_runs) {
    cut(run.reason, kMaxReasonLength);
    cut(run.message, kMaxMessageLength);
  }
}

std::string encode_status_patch(const ScheduledJobStatus& status, ResourceVersion resource_version) {
  ScheduledJobStatus clamped = status;
  clamp_to_schema(clamped);
  JsonWriter writer;
  writer.object([&] {
    writer.name("metadata");
    writer.object([&] { writer.member("resourceVersion", std::to_string(resource_version)); });
    writer.name("status");
    write_status(clamped, Absent::kNull, writer);
  });
  return std::move(writer).finish();
}

}  // namespace scheduledjob::api
