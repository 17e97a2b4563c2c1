#include "sim/watch_stream.hpp"

#include <algorithm>
#include <utility>

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;
using engine::Kind;

}  // namespace

void WatchStream::list() {
  connected_ = false;
  list_again_ = false;
  const std::uint64_t connection = ++connection_;
  around_.post(engine::ListStarted{around_.kind});
  around_.call(
      [&server = around_.server, kind = around_.kind]() -> absl::StatusOr<Snapshot> {
        return Snapshot{server.snapshot(kind), server.version()};
      },
      [this, connection](const Reply<Snapshot>& reply) {
        const Duration lag = around_.weather.lag(around_.replica, static_cast<std::size_t>(around_.kind));
        around_.later(lag, [this, connection, reply] {
          if (connection != connection_) return;
          if (!reply.result.ok()) {
            backoff_ = std::clamp<Duration>(backoff_ * 2, 1s, 30s);
            around_.later(backoff_, [this, connection] {
              if (connection == connection_) list();
            });
            return;
          }
          backoff_ = Duration{0};
          deliver_list(reply.result->items, reply.result->version, 0);
        });
      });
}

void WatchStream::deliver_list(const std::vector<Change>& items, ResourceVersion version, std::size_t from) {
  const std::size_t page = std::max<std::size_t>(1, items.size() / 2 + 1);
  const std::size_t end = std::min(items.size(), from + page);
  for (std::size_t i = from; i < end; ++i) deliver(items[i]);
  if (end < items.size() && !around_.first_page_only) {
    if (around_.weather.strikes(Trouble::kBrokenList, around_.replica)) return list();
    const std::uint64_t connection = connection_;
    around_.later(around_.dice.between(1ms, 20ms), [this, connection, items, version, end] {
      if (connection == connection_) deliver_list(items, version, end);
    });
    return;
  }
  around_.post(engine::ListFinished{around_.kind, version});
  version_ = version;
  connect();
}

void WatchStream::connect() {
  const auto& log = around_.server.log(around_.kind);
  const auto place =
      std::upper_bound(log.begin(), log.end(), version_,
                       [](ResourceVersion v, const Change& change) { return v < change.version; });
  cursor_ = static_cast<std::size_t>(place - log.begin());
  ++connection_;
  connected_ = true;
  schedule_bookmark(60s);
  server_changed();
}

void WatchStream::server_changed() {
  if (!connected_ || pumping_ || cursor_ >= around_.server.log(around_.kind).size()) return;
  pumping_ = true;
  const Duration lag = around_.weather.lag(around_.replica, static_cast<std::size_t>(around_.kind));
  around_.later(around_.dice.between(500us, 15ms) + lag, [this] { pump(); });
}

void WatchStream::pump() {
  pumping_ = false;
  if (!connected_) return;
  const Duration lag = around_.weather.lag(around_.replica, static_cast<std::size_t>(around_.kind));
  const auto& log = around_.server.log(around_.kind);
  while (cursor_ < log.size() && log[cursor_].at + lag <= around_.time.now()) {
    const Change& change = log[cursor_++];
    deliver(change);
    if (around_.weather.strikes(Trouble::kRepeatedEvent, around_.replica)) deliver(change);
    version_ = change.version;
  }
  server_changed();
}

void WatchStream::deliver(const Change& change) {
  if (change.job) {
    if (change.deleted) {
      around_.post(engine::JobDeleted{*change.job});
    } else {
      around_.post(engine::JobSeen{*change.job});
    }
  } else if (change.deleted) {
    around_.post(
        engine::ScheduledJobDeleted{change.object->metadata.uid, change.object->metadata.resource_version});
  } else {
    around_.post(engine::ScheduledJobSeen{change.object});
  }
}

void WatchStream::deliver_through(ResourceVersion version) {
  const auto& log = around_.server.log(around_.kind);
  while (cursor_ < log.size() && log[cursor_].version <= version) deliver(log[cursor_++]);
  version_ = std::max(version_, version);
  around_.post(engine::Progressed{around_.kind, version_});
}

void WatchStream::schedule_bookmark(Duration delay) {
  const std::uint64_t connection = connection_;
  around_.later(delay, [this, connection] {
    if (connection != connection_) return;
    const ResourceVersion version = around_.server.version();
    const Duration lag = around_.weather.lag(around_.replica, static_cast<std::size_t>(around_.kind));
    around_.later(lag, [this, connection, version] {
      if (connection != connection_) return;
      deliver_through(version);
      schedule_bookmark(60s);
    });
  });
}

void WatchStream::hurry() {
  if (!connected_) return;
  if (around_.dice.chance(0.5)) return list();  // as if few objects were there
  const std::uint64_t connection = ++connection_;
  around_.later(around_.dice.between(2ms, 10ms), [this, connection] {
    if (connection == connection_) schedule_bookmark(1s);
  });
}

void WatchStream::break_off() {
  if (!connected_) return;
  connected_ = false;
  const std::uint64_t connection = ++connection_;
  around_.later(around_.dice.spread(10ms, 10s), [this, connection] {
    if (connection != connection_) return;
    if (list_again_) return list();
    connect();
  });
}

void WatchStream::expire() {
  list_again_ = true;
  break_off();
}

}  // namespace scheduledjob::sim
