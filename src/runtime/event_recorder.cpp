#include "runtime/event_recorder.hpp"

#include <chrono>
#include <utility>

namespace scheduledjob::runtime {
namespace {

constexpr std::chrono::seconds kTimeout{3};

const kube::ResourceKind& events() {
  static const kube::ResourceKind kEvents{"/apis/events.k8s.io/v1", "events"};
  return kEvents;
}

}  // namespace

EventRecorder::EventRecorder(Rooms rooms, std::string reporter) : rooms_(rooms), book_(std::move(reporter)) {}

void EventRecorder::record(const api::Event& event) {
  if (auto write = book_.occurred(event, rooms_.clock.now())) post(*std::move(write));
}

void EventRecorder::write_repeats() {
  for (EventWrite& write : book_.repeats(rooms_.clock.now())) post(std::move(write));
}

void EventRecorder::post(EventWrite write) {
  if (waiting_.load() >= kMostWaiting) return rooms_.telemetry.record_dropped_event();
  ++waiting_;
  rooms_.lanes.post(Lane::kEvent, [this, write = std::move(write)] {
    --waiting_;
    if (!send(write).ok()) rooms_.telemetry.record_dropped_event();
  });
}

absl::Status EventRecorder::send(const EventWrite& write) {
  if (write.creates)
    return rooms_.client.create(events().collection(write.namespace_), write.body, kTimeout).status();
  return rooms_.client.merge_patch(events().object(write.namespace_, write.name), write.body, kTimeout)
      .status();
}

}  // namespace scheduledjob::runtime
