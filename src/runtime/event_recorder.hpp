// Writes Events into the API server, as well as can be.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "api/event.hpp"
#include "kube/client.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_book.hpp"
#include "runtime/telemetry.hpp"
#include "runtime/write_lanes.hpp"

namespace scheduledjob::runtime {

// Events take the least important lane and are the first to be dropped: when kMostWaiting of them wait there,
// or when their one attempt fails. What is dropped is counted.
//
// record() and write_repeats() belong to one thread, the loop's. Everything it refers to must outlive the
// lanes' last task, and so must this.
class EventRecorder {
 public:
  static constexpr std::size_t kMostWaiting = 512;

  struct Rooms {
    kube::Client& client;
    WriteLanes& lanes;
    const Clock& clock;
    Telemetry& telemetry;
  };

  // `reporter` names this replica.
  EventRecorder(Rooms rooms, std::string reporter);

  // Neither blocks.
  void record(const api::Event& event);
  void write_repeats();

 private:
  void post(EventWrite write);
  absl::Status send(const EventWrite& write);

  Rooms rooms_;
  EventBook book_;
  std::atomic<std::size_t> waiting_{0};
};

}  // namespace scheduledjob::runtime
