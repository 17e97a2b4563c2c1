#include "sim/lease.hpp"

#include <algorithm>
#include <utility>

namespace scheduledjob::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds kDuration = 15s;
constexpr std::chrono::nanoseconds kRenewDeadline = 10s;
constexpr std::chrono::nanoseconds kRetryPeriod = 2s;
constexpr int kRounds = 3;

Duration micros(std::chrono::nanoseconds time) {
  return std::chrono::ceil<Duration>(time);
}

}  // namespace

void Election::see(const LeaseState& state) {
  if (!seen_ || seen_->version != state.version) changed_at_ = around_.boot();
  seen_ = state;
}

bool Election::held_by_another(Boot now) const {
  return seen_->holder != -1 && seen_->holder != around_.process && now < changed_at_ + seen_->duration;
}

void Election::extend_fence(Boot begin) {
  renewed_at_ = begin;
  fence_ = begin + kDuration - kRetryPeriod;
}

void Election::wait_for_the_lease() {
  Boot wait = std::chrono::duration_cast<Boot>(kRetryPeriod * (1 + 1.2 * around_.random()));
  if (seen_ && held_by_another(around_.boot())) {
    wait = std::min(wait, changed_at_ + seen_->duration - around_.boot() + 20ms);
  }
  around_.later(micros(wait), [this] { try_to_acquire(); });
}

void Election::try_to_acquire() {
  const Boot begin = around_.boot();
  around_.call([&lease = around_.lease] { return lease.read(); },
               [this, begin](const Reply<LeaseState>& read) {
                 if (!read.result.ok()) return wait_for_the_lease();
                 see(*read.result);
                 if (held_by_another(begin)) return wait_for_the_lease();
                 LeaseState ours{around_.process, 0, kDuration, {}};
                 around_.call([&lease = around_.lease, ours,
                               version = seen_->version] { return lease.write(ours, version); },
                              [this, begin, handover = seen_->handover](const Reply<LeaseState>& written) {
                                if (!written.result.ok()) return wait_for_the_lease();
                                see(*written.result);
                                extend_fence(begin);
                                around_.on_acquired(std::move(handover));
                                keep();
                              });
               });
}

void Election::keep() {
  const Boot deadline = renewed_at_ + kRenewDeadline;
  const Boot wait = std::max<Boot>(0s, std::min(kRetryPeriod, deadline - around_.boot()));
  around_.later(micros(wait), [this] {
    if (around_.boot() >= renewed_at_ + kRenewDeadline) return around_.on_lost();
    renew(kRounds);
  });
}

void Election::renew(int rounds_left) {
  const Boot begin = around_.boot();
  LeaseState ours{around_.process, 0, kDuration, {}};
  around_.call(
      [&lease = around_.lease, ours, version = seen_->version] { return lease.write(ours, version); },
      [this, begin, rounds_left](const Reply<LeaseState>& written) {
        if (written.result.ok()) {
          see(*written.result);
          extend_fence(begin);
        } else if (absl::IsAborted(written.result.status()) && rounds_left > 1) {
          return read_and_renew(rounds_left - 1);
        }
        keep();
      });
}

void Election::read_and_renew(int rounds_left) {
  around_.call([&lease = around_.lease] { return lease.read(); },
               [this, rounds_left](const Reply<LeaseState>& read) {
                 if (!read.result.ok()) return keep();
                 see(*read.result);
                 if (seen_->holder != around_.process) return around_.on_lost();
                 renew(rounds_left);
               });
}

void Election::release(std::optional<engine::Handover> handover) {
  fence_ = Boot{0};
  if (!seen_ || seen_->holder != around_.process) return;
  LeaseState nobody{-1, 0, 1s, std::move(handover)};
  around_.call(
      [&lease = around_.lease, nobody, version = seen_->version] { return lease.write(nobody, version); },
      [](const Reply<LeaseState>&) {});
}

}  // namespace scheduledjob::sim
