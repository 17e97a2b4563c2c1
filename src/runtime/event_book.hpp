// Which Events are written when: repeats become a series, not a flood.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "api/event.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::runtime {

// A request that writes an Event: its creation, or a merge patch that counts repeats.
struct EventWrite {
  bool creates = false;
  std::string namespace_;
  std::string name;
  std::string body;
};

// The first Event of its kind is written at once. While the same (object, reason, action) happens again
// within kSeriesEnd, it is counted in that Event's series, which is written no more often than every
// kSeriesInterval; after such a pause it is a new Event. Never holds more than kMaxSeries series: what is
// beyond is not written.
//
// Not thread-safe. The time is the caller's.
class EventBook {
 public:
  static constexpr std::chrono::minutes kSeriesEnd{6};  // as in client-go
  static constexpr std::chrono::seconds kSeriesInterval{30};
  static constexpr std::size_t kMaxSeries = 4096;

  // `reporter` names this replica.
  explicit EventBook(std::string reporter) : reporter_(std::move(reporter)) {}

  // What to write now, if anything.
  std::optional<EventWrite> occurred(const api::Event& event, schedule::Instant now);

  // Repeats that have waited long enough. Forgets series that have ended.
  std::vector<EventWrite> repeats(schedule::Instant now);

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // uid, reason, action
  struct Series {
    std::string namespace_;
    std::string name;
    std::int64_t count = 1;
    std::int64_t written_count = 1;
    schedule::Instant last{};
    schedule::Instant written{};
  };

  static std::optional<EventWrite> write_repeat(Series& series, schedule::Instant now);
  std::string name_for(const api::Event& event, schedule::Instant now);

  const std::string reporter_;
  std::map<Key, Series> series_;
  std::int64_t last_suffix_ = 0;
};

}  // namespace scheduledjob::runtime
