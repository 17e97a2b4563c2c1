#include "api/event.hpp"

#include <nlohmann/json.hpp>

#include "api/scheduled_job.hpp"
#include "api/text_bounds.hpp"

namespace scheduledjob::api {
namespace {

using Json = nlohmann::json;

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string event_manifest(const Event& event, const std::string& name, schedule::Instant time,
                           std::string_view reporter) {
  return text_of({{"apiVersion", "events.k8s.io/v1"},
                  {"kind", "Event"},
                  {"metadata", {{"name", name}, {"namespace", event.regarding.namespace_}}},
                  {"eventTime", schedule::format_rfc3339_micro(time)},
                  {"reportingController", "scheduledjob.dev/operator"},
                  {"reportingInstance", clamp_utf8(reporter, kMaxEventReporterLength)},
                  {"regarding",
                   {{"apiVersion", kApiVersion},
                    {"kind", kKind},
                    {"namespace", event.regarding.namespace_},
                    {"name", event.regarding.name},
                    {"uid", event.regarding_uid}}},
                  {"type", event.type == EventType::kWarning ? "Warning" : "Normal"},
                  {"reason", event.reason},
                  {"action", event.action},
                  {"note", clamp_utf8(event.note, kMaxEventNoteLength)}});
}

std::string event_series_patch(std::int64_t count, schedule::Instant last) {
  return text_of(
      {{"series", {{"count", count}, {"lastObservedTime", schedule::format_rfc3339_micro(last)}}}});
}

}  // namespace scheduledjob::api
