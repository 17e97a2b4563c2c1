// The objects at rest of which little is kept: what a leader can rebuild from the object itself is not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/uuid/uuid.hpp>

#include "absl/container/flat_hash_map.h"
#include "engine/input.hpp"
#include "engine/packer.hpp"
#include "engine/record.hpp"

namespace scheduledjob::engine {

// What is left of a Record.
struct Sleeper {
  static constexpr Instant kNever = Instant::max();

  Scope scope = 0;
  std::uint64_t list_round = 0;
  ResourceVersion version = 0;
  Instant wakeup = kNever;  // when a leader would have something to do about it
  Packed object;
  std::unique_ptr<std::map<NominalTime, Run>> runs;  // null: none
};

// By UID. Not thread-safe.
class Sleepers {
 public:
  // Whether objects with this UID can be kept: it is a UUID, as Kubernetes makes them.
  static bool can_keep(std::string_view uid);

  // Null when there is none. Valid until the next call that is not const.
  Sleeper* find(std::string_view uid);

  void put(std::string_view uid, Sleeper sleeper);
  std::optional<Sleeper> take(std::string_view uid);

  std::size_t size() const { return sleepers_.size(); }
  std::optional<Instant> next_wakeup() const;

  // The UID of one whose wakeup has come, earliest first; it sleeps on, without one.
  std::optional<std::string> pop_due(Instant now);

  // UIDs of those that `matches`.
  template <typename Predicate>
  std::vector<std::string> find_all(Predicate matches) {
    std::vector<std::string> uids;
    for (auto& [uid, sleeper] : sleepers_) {
      if (matches(sleeper)) uids.push_back(text_of(uid));
    }
    return uids;
  }

 private:
  using Uuid = boost::uuids::uuid;
  struct Hash {
    std::size_t operator()(const Uuid& uid) const { return boost::uuids::hash_value(uid); }
  };
  // Stays when its sleeper is woken by something else: then the sleeper, if there is one, has another time.
  struct Wakeup {
    Instant time;
    Uuid uid;
    bool operator>(const Wakeup& other) const { return time > other.time; }
  };

  static std::optional<Uuid> uuid_of(std::string_view uid);
  static std::string text_of(const Uuid& uid);
  bool is_stale(const Wakeup& wakeup) const;
  void drop_stale_wakeups();

  absl::flat_hash_map<Uuid, Sleeper, Hash> sleepers_;
  std::vector<Wakeup> wakeups_;  // a heap, the earliest in front; never stale in front
};

}  // namespace scheduledjob::engine
