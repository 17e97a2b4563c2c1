#include "engine/sleepers.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <boost/uuid/string_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace scheduledjob::engine {
namespace {

constexpr std::size_t kUuidLength = 36;

bool is_uuid(std::string_view text) {
  if (text.size() != kUuidLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool wants_hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (wants_hyphen ? c != '-' : !is_digit) return false;
  }
  return true;
}

}  // namespace

bool Sleepers::can_keep(std::string_view uid) {
  return is_uuid(uid);
}

std::optional<Sleepers::Uuid> Sleepers::uuid_of(std::string_view uid) {
  if (!is_uuid(uid)) return std::nullopt;
  return boost::uuids::string_generator()(uid.begin(), uid.end());
}

std::string Sleepers::text_of(const Uuid& uid) {
  return boost::uuids::to_string(uid);
}

Sleeper* Sleepers::find(std::string_view uid) {
  if (sleepers_.empty()) return nullptr;
  const std::optional<Uuid> uuid = uuid_of(uid);
  if (!uuid) return nullptr;
  const auto place = sleepers_.find(*uuid);
  return place == sleepers_.end() ? nullptr : &place->second;
}

void Sleepers::put(std::string_view uid, Sleeper sleeper) {
  const Uuid uuid = uuid_of(uid).value();
  if (sleeper.wakeup != Sleeper::kNever) {
    wakeups_.push_back({sleeper.wakeup, uuid});
    std::push_heap(wakeups_.begin(), wakeups_.end(), std::greater<>());
  }
  sleepers_.insert_or_assign(uuid, std::move(sleeper));
}

std::optional<Sleeper> Sleepers::take(std::string_view uid) {
  const std::optional<Uuid> uuid = uuid_of(uid);
  const auto place = uuid ? sleepers_.find(*uuid) : sleepers_.end();
  if (place == sleepers_.end()) return std::nullopt;
  Sleeper taken = std::move(place->second);
  sleepers_.erase(place);
  drop_stale_wakeups();
  return taken;
}

std::optional<Instant> Sleepers::next_wakeup() const {
  if (wakeups_.empty()) return std::nullopt;
  return wakeups_.front().time;
}

std::optional<std::string> Sleepers::pop_due(Instant now) {
  if (wakeups_.empty() || wakeups_.front().time > now) return std::nullopt;
  const Uuid uid = wakeups_.front().uid;
  sleepers_.find(uid)->second.wakeup = Sleeper::kNever;
  drop_stale_wakeups();
  return text_of(uid);
}

bool Sleepers::is_stale(const Wakeup& wakeup) const {
  const auto place = sleepers_.find(wakeup.uid);
  return place == sleepers_.end() || place->second.wakeup != wakeup.time;
}

void Sleepers::drop_stale_wakeups() {
  while (!wakeups_.empty() && is_stale(wakeups_.front())) {
    std::pop_heap(wakeups_.begin(), wakeups_.end(), std::greater<>());
    wakeups_.pop_back();
  }
  // The others wait for their time to be dropped, unless there are as many of them as sleepers.
  constexpr std::size_t kFew = 64;
  if (wakeups_.size() <= 2 * sleepers_.size() + kFew) return;
  std::erase_if(wakeups_, [this](const Wakeup& wakeup) { return is_stale(wakeup); });
  std::make_heap(wakeups_.begin(), wakeups_.end(), std::greater<>());
}

}  // namespace scheduledjob::engine
