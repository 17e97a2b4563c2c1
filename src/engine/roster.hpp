// Everybody the engine knows of: awake as records, at rest perhaps as sleepers; and who is to be woken when.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/agenda.hpp"
#include "engine/options.hpp"
#include "engine/packer.hpp"
#include "engine/record.hpp"
#include "engine/sleepers.hpp"

namespace scheduledjob::engine {

// By UID. Not thread-safe. Nobody falls asleep but in put_to_sleep(), so references to records hold until
// then, or until they are erased.
class Roster {
 public:
  // Null when it sleeps, or is not known.
  Record* awake(const std::string& uid);
  // Null when it is awake, or is not known. Valid until the next call that is not const.
  Sleeper* asleep(const std::string& uid) { return sleepers_.find(uid); }

  // One that is not known yet.
  Record& add(const std::string& uid, Scope scope);
  // Null when nobody of that UID sleeps.
  Record* wake(const std::string& uid);
  void erase(const std::string& uid);  // who is awake

  // After its turn: when the next is due, and whether it is at rest now.
  void plan(Record& record, std::optional<Instant> next_turn);

  // Of those at rest, the ones that have been so for longest, some at a time, while more are awake than may
  // be.
  void put_to_sleep(const Options& options, Instant now);

  // Those awake, in no order. Nobody may be added, woken or erased meanwhile.
  template <typename Visit>
  void for_each_awake(Visit visit) {
    for (const auto& [uid, record] : awake_) visit(*record);
  }
  std::vector<std::string> uids_awake() const;
  template <typename Predicate>
  std::vector<std::string> uids_asleep(Predicate matches) {
    return sleepers_.find_all(matches);
  }

  // When somebody who is awake has a turn; when somebody is to be woken for one.
  std::optional<Instant> next_turn() const { return agenda_.next(); }
  std::optional<Instant> next_wakeup() const { return sleepers_.next_wakeup(); }

  // Whose time has come, earliest first; null when there is none. They are not planned any more.
  Record* pop_turn(Instant now) { return agenda_.pop_due(now); }
  Record* wake_due(Instant now);

  std::size_t size() const { return awake_.size() + sleepers_.size(); }
  std::size_t sleeping() const { return sleepers_.size(); }

 private:
  void leave_rest(Record& record);

  std::unordered_map<std::string, std::unique_ptr<Record>> awake_;
  std::list<Record*> resting_;  // of those; since when, the longest first
  Agenda agenda_;
  Sleepers sleepers_;
  Packer packer_;
};

}  // namespace scheduledjob::engine
