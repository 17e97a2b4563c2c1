#include "engine/roster.hpp"

#include <utility>

#include "engine/rest.hpp"

namespace scheduledjob::engine {

Record* Roster::awake(const std::string& uid) {
  const auto place = awake_.find(uid);
  return place == awake_.end() ? nullptr : place->second.get();
}

Record& Roster::add(const std::string& uid, Scope scope) {
  std::unique_ptr<Record>& record = awake_[uid];
  record = std::make_unique<Record>();
  record->uid = uid;
  record->scope = scope;
  return *record;
}

Record* Roster::wake(const std::string& uid) {
  std::optional<Sleeper> sleeper = sleepers_.take(uid);
  if (!sleeper) return nullptr;
  std::unique_ptr<Record>& record = awake_[uid];
  record = wake_up(uid, *std::move(sleeper), packer_);
  return record.get();
}

Record* Roster::wake_due(Instant now) {
  const std::optional<std::string> uid = sleepers_.pop_due(now);
  return uid ? wake(*uid) : nullptr;
}

void Roster::erase(const std::string& uid) {
  const auto place = awake_.find(uid);
  if (place == awake_.end()) return;
  agenda_.set(*place->second, std::nullopt);
  leave_rest(*place->second);
  awake_.erase(place);
}

void Roster::plan(Record& record, std::optional<Instant> next_turn) {
  agenda_.set(record, next_turn);
  if (!at_rest(record)) {
    leave_rest(record);
  } else if (record.resting) {
    resting_.splice(resting_.end(), resting_, *record.resting);
  } else {
    record.resting = resting_.insert(resting_.end(), &record);
  }
}

void Roster::leave_rest(Record& record) {
  if (!record.resting) return;
  resting_.erase(*record.resting);
  record.resting.reset();
}

void Roster::put_to_sleep(const Options& options, Instant now) {
  // More than one input brings, and never so many that the next has to wait for it.
  constexpr int kAtOnce = 2;
  for (int i = 0; i < kAtOnce && resting_.size() > options.resting_awake; ++i) {
    Record& record = *resting_.front();
    leave_rest(record);
    std::optional<Sleeper> sleeper = fall_asleep(record, options, packer_, now);
    if (!sleeper) continue;  // its next turn brings it back
    const std::string uid = record.uid;
    erase(uid);
    sleepers_.put(uid, *std::move(sleeper));
  }
}

std::vector<std::string> Roster::uids_awake() const {
  std::vector<std::string> uids;
  uids.reserve(awake_.size());
  for (const auto& [uid, record] : awake_) uids.push_back(uid);
  return uids;
}

}  // namespace scheduledjob::engine
