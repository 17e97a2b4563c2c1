#include "api/event.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace scheduledjob::api {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

const schedule::Instant kTime{1'790'000'000'250ms};

Event failure() {
  return {.regarding = {"shop", "nightly"},
          .regarding_uid = "7c1e",
          .type = EventType::kWarning,
          .reason = "RunFailed",
          .action = "BackoffLimitExceeded",
          .note = "The run failed"};
}

TEST(Event, IsAboutTheScheduledJobAndLivesInItsNamespace) {
  const Json json = Json::parse(event_manifest(failure(), "nightly.1", kTime, "pod-1"));
  EXPECT_EQ(json, Json::parse(R"({
    "apiVersion": "events.k8s.io/v1", "kind": "Event",
    "metadata": {"name": "nightly.1", "namespace": "shop"},
    "eventTime": "2026-09-21T14:13:20.250000Z",
    "reportingController": "scheduledjob.dev/operator", "reportingInstance": "pod-1",
    "regarding": {"apiVersion": "scheduledjob.dev/v1", "kind": "ScheduledJob", "namespace": "shop",
                  "name": "nightly", "uid": "7c1e"},
    "type": "Warning", "reason": "RunFailed", "action": "BackoffLimitExceeded", "note": "The run failed"})"));
}

TEST(Event, KeepsWithinTheBoundsOfTheApiServerWhateverItIsToSay) {
  Event event = failure();
  event.note = std::string(kMaxEventNoteLength - 1, 'x') + "\u00e9\u00e9 and more";
  const Json json = Json::parse(event_manifest(event, "nightly.1", kTime, std::string(500, 'r')));
  EXPECT_EQ(json["note"], std::string(kMaxEventNoteLength - 1, 'x'));
  EXPECT_EQ(json["reportingInstance"].get<std::string>().size(), kMaxEventReporterLength);
}

TEST(Event, IsJsonAlsoWhenItsNoteIsNoUtf8) {
  Event event = failure();
  event.note = "half a letter: \xc3";
  EXPECT_FALSE(
      Json::parse(event_manifest(event, "nightly.1", kTime, "pod-1"), nullptr, false).is_discarded());
}

TEST(Event, CountsItsRepeats) {
  EXPECT_EQ(Json::parse(event_series_patch(3, kTime)),
            Json::parse(R"({"series": {"count": 3, "lastObservedTime": "2026-09-21T14:13:20.250000Z"}})"));
}

}  // namespace
}  // namespace scheduledjob::api
