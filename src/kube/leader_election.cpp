#include "kube/leader_election.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <time.h>

#include "kube/lease_record.hpp"
#include "kube/lease_watch.hpp"
#include "kube/pause.hpp"

namespace scheduledjob::kube {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// As client-go: candidates come back after one to 2.2 retry periods.
constexpr double kJitter = 1.2;
// How late, at most, a candidate wakes after the moment at which the lease ends.
constexpr nanoseconds kWakeSpread = std::chrono::milliseconds(50);
// A race lost to another writer is worth one more look at once, not a fight.
constexpr int kRounds = 3;
// Who may not watch the lease asks again after it.
constexpr nanoseconds kWatchRefused = std::chrono::minutes(5);
constexpr nanoseconds kFirstReleasePause = std::chrono::milliseconds(100);
constexpr nanoseconds kLongestReleasePause = std::chrono::seconds(1);

ResourceKind leases() {
  return {"/apis/coordination.k8s.io/v1", "leases"};
}

absl::Status changes_too_fast() {
  return absl::AbortedError("the lease changes faster than it can be read");
}

nanoseconds scaled(nanoseconds duration, double factor) {
  return std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(duration) * factor);
}

}  // namespace

BootTime boot_time() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + nanoseconds(time.tv_nsec);
}

BootTime ElectionClock::now() {
  return boot_time();
}

std::chrono::system_clock::time_point ElectionClock::wall_time() {
  return std::chrono::system_clock::now();
}

void ElectionClock::wait(nanoseconds duration, const std::stop_token& stop) {
  pause(duration, stop);
}

double ElectionClock::random() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

ElectionClock& ElectionClock::of_this_machine() {
  static ElectionClock clock;
  return clock;
}

// The state of one run().
class LeaderElection::Candidate {
 public:
  explicit Candidate(LeaderElection& election)
      : election_(election),
        options_(election.options_),
        watch_(election.streams_, leases().collection(options_.namespace_), options_.name) {}

  // Returns when the lease is ours, or stop is requested (false).
  bool acquire(const std::stop_token& stop);

  // Returns OK when stop is requested; kAborted when the lease is lost.
  absl::Status keep(const std::stop_token& stop);

  void release();

  // Of the predecessor, once the lease is ours.
  const std::string& note() const { return note_; }

 private:
  enum class Answer { kOurs, kAnothers, kFailed };

  // One attempt to acquire or renew, begun at `begin`. kFailed leaves the reason in error_.
  Answer attempt(BootTime begin, milliseconds timeout);
  // Until the lease may be ours, or it is time to look.
  void stand_by(const std::stop_token& stop);
  absl::Status watch(const std::stop_token& stop);
  absl::Status try_to_release(const std::string& note, milliseconds timeout);
  absl::Status read(milliseconds timeout);
  Answer create(milliseconds timeout);
  // Writes `record` if the lease is still as it was seen; kAborted when it is not.
  absl::Status write(const LeaseRecord& record, milliseconds timeout, std::string_view note = {});
  LeaseRecord our_record() const;
  void see(StoredLease lease);

  bool ours() const { return seen_ && seen_->record.holder == options_.identity; }
  // By our own clock since the last change we saw; the clocks of others are never compared.
  BootTime ends_at() const { return changed_at_ + seen_->record.duration; }
  bool held_by_another(BootTime now) const {
    return seen_ && !seen_->record.holder.empty() && !ours() && now < ends_at();
  }
  nanoseconds time_to_next_try() const;
  void extend_fence(BootTime begin) {
    renewed_at_ = begin;
    election_.fence_.extend(begin + options_.lease_duration - options_.retry_period);
  }
  Answer failed(absl::Status error) {
    error_ = std::move(error);
    return Answer::kFailed;
  }
  void report(const absl::Status& error) const {
    if (election_.callbacks_.on_error) election_.callbacks_.on_error(error);
  }
  ElectionClock& clock() const { return election_.clock_; }
  std::string object() const { return leases().object(options_.namespace_, options_.name); }

  LeaderElection& election_;
  const LeaseOptions& options_;
  LeaseWatch watch_;
  std::optional<StoredLease> seen_;
  bool just_seen_ = false;  // by the watch: there is no need to read it first
  BootTime changed_at_{0};
  BootTime renewed_at_{0};
  bool leading_ = false;
  BootTime no_watch_before_{0};
  std::string note_;
  absl::Status error_;
};

bool LeaderElection::Candidate::acquire(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const BootTime begin = clock().now();
    const Answer answer = attempt(begin, options_.renew_deadline);
    if (answer == Answer::kOurs) {
      leading_ = true;
      extend_fence(begin);
      return true;
    }
    if (answer == Answer::kFailed) report(error_);
    stand_by(stop);
  }
  return false;
}

absl::Status LeaderElection::Candidate::keep(const std::stop_token& stop) {
  while (true) {
    const BootTime deadline = renewed_at_ + options_.renew_deadline;
    clock().wait(std::min<nanoseconds>(options_.retry_period, deadline - clock().now()), stop);
    if (stop.stop_requested()) return absl::OkStatus();
    const BootTime begin = clock().now();
    if (begin >= deadline) {
      return absl::AbortedError(fmt::format(
          "leadership is lost: the lease {}/{} was not renewed for {:.3g} s; last error: {}",
          options_.namespace_, options_.name, std::chrono::duration<double>(begin - renewed_at_).count(),
          error_.ok() ? "none, the process stood still" : std::string(error_.message())));
    }
    // Two tries fit before the deadline: one may hang on a connection that is dead.
    const auto left = std::chrono::ceil<milliseconds>(deadline - begin);
    switch (attempt(begin, std::min(left, options_.renew_deadline / 2))) {
      case Answer::kOurs:
        error_ = absl::OkStatus();
        extend_fence(begin);
        break;
      case Answer::kAnothers:
        return absl::AbortedError(fmt::format("leadership is lost: the lease {}/{} is held by {:?}",
                                              options_.namespace_, options_.name, seen_->record.holder));
      case Answer::kFailed:
        report(error_);
        break;
    }
  }
}

void LeaderElection::Candidate::stand_by(const std::stop_token& stop) {
  const BootTime begin = clock().now();
  if (!held_by_another(begin) || begin < no_watch_before_) return clock().wait(time_to_next_try(), stop);
  const absl::Status status = watch(stop);
  if (absl::IsPermissionDenied(status)) {
    no_watch_before_ = begin + kWatchRefused;
    report(status);
  }
  // Whatever ended it: the lease is free or worth a look, but not again and again.
  const BootTime end = clock().now();
  if (held_by_another(end) && end - begin < options_.retry_period) clock().wait(time_to_next_try(), stop);
}

// For as long as the holder shows that it lives, and no longer.
absl::Status LeaderElection::Candidate::watch(const std::stop_token& stop) {
  const nanoseconds silence = ends_at() - clock().now() + scaled(kWakeSpread, clock().random());
  return watch_.run(
      seen_->resource_version, std::chrono::ceil<milliseconds>(silence),
      [this](StoredLease lease) {
        const bool renewed = !(lease.record == seen_->record);
        see(std::move(lease));
        just_seen_ = !held_by_another(clock().now());
        return renewed && !just_seen_;
      },
      stop);
}

void LeaderElection::Candidate::release() {
  if (!ours()) return;
  const Farewell farewell = election_.callbacks_.on_release ? election_.callbacks_.on_release() : Farewell{};
  const milliseconds timeout = options_.renew_deadline / 2;
  nanoseconds pause = kFirstReleasePause;
  while (true) {
    const absl::Status status = try_to_release(farewell.note, timeout);
    if (status.ok()) return;
    report(status);
    if (clock().now() + pause >= farewell.until) return;
    clock().wait(pause, {});
    pause = std::min(2 * pause, kLongestReleasePause);
  }
}

absl::Status LeaderElection::Candidate::try_to_release(const std::string& note, milliseconds timeout) {
  absl::Status status;
  for (int round = 0; round < kRounds && ours(); ++round) {
    LeaseRecord record = seen_->record;
    record.holder.clear();
    record.duration = std::chrono::seconds(1);
    record.acquire_time = record.renew_time = micro_time(clock().wall_time());
    status = write(record, timeout, note);
    if (!absl::IsAborted(status)) break;
    status = read(timeout);
    if (!status.ok()) break;
  }
  if (absl::IsNotFound(status)) return absl::OkStatus();
  return status.ok() && ours() ? changes_too_fast() : status;
}

LeaderElection::Candidate::Answer LeaderElection::Candidate::attempt(BootTime begin, milliseconds timeout) {
  // While leading, the lease is as we wrote it unless a conflict says otherwise.
  bool must_read = !(std::exchange(just_seen_, false) || (leading_ && ours()));
  for (int round = 0; round < kRounds; ++round) {
    if (must_read) {
      const absl::Status status = read(timeout);
      if (absl::IsNotFound(status)) {
        const Answer answer = create(timeout);
        if (answer != Answer::kAnothers) return answer;
        continue;  // somebody else was faster: read what they made
      }
      if (!status.ok()) return failed(status);
    }
    if (leading_ && !ours()) return Answer::kAnothers;
    if (held_by_another(begin)) return Answer::kAnothers;
    std::string note = seen_->note;
    const absl::Status status = write(our_record(), timeout);
    if (status.ok()) {
      if (!leading_) note_ = std::move(note);
      return Answer::kOurs;
    }
    if (!absl::IsAborted(status) && !absl::IsNotFound(status)) return failed(status);
    must_read = true;
  }
  return failed(changes_too_fast());
}

absl::Status LeaderElection::Candidate::read(milliseconds timeout) {
  const absl::StatusOr<std::string> json = election_.client_.get(object(), timeout);
  if (!json.ok()) return json.status();
  absl::StatusOr<StoredLease> lease = read_lease(*json);
  if (!lease.ok()) return lease.status();
  see(std::move(*lease));
  return absl::OkStatus();
}

LeaderElection::Candidate::Answer LeaderElection::Candidate::create(milliseconds timeout) {
  seen_.reset();
  const std::string manifest = lease_manifest(options_.namespace_, options_.name, our_record());
  const absl::StatusOr<std::string> json = election_.client_.create(
      leases().collection(options_.namespace_), manifest, std::chrono::ceil<std::chrono::seconds>(timeout));
  if (absl::IsAlreadyExists(json.status())) return Answer::kAnothers;
  if (!json.ok()) return failed(json.status());
  absl::StatusOr<StoredLease> lease = read_lease(*json);
  if (!lease.ok()) return failed(lease.status());
  see(std::move(*lease));
  return Answer::kOurs;
}

absl::Status LeaderElection::Candidate::write(const LeaseRecord& record, milliseconds timeout,
                                              std::string_view note) {
  const absl::StatusOr<std::string> json =
      election_.client_.merge_patch(object(), lease_patch(record, seen_->resource_version, note), timeout);
  if (!json.ok()) return json.status();
  absl::StatusOr<StoredLease> lease = read_lease(*json);
  if (!lease.ok()) return lease.status();
  see(std::move(*lease));
  return absl::OkStatus();
}

LeaseRecord LeaderElection::Candidate::our_record() const {
  LeaseRecord record;
  record.holder = options_.identity;
  record.duration = std::chrono::ceil<std::chrono::seconds>(options_.lease_duration);
  record.renew_time = record.acquire_time = micro_time(clock().wall_time());
  if (seen_) record.transitions = seen_->record.transitions + (ours() ? 0 : 1);
  if (ours()) record.acquire_time = seen_->record.acquire_time;
  return record;
}

void LeaderElection::Candidate::see(StoredLease lease) {
  const bool new_holder = !seen_ || seen_->record.holder != lease.record.holder;
  if (!seen_ || !(seen_->record == lease.record)) changed_at_ = clock().now();
  seen_ = std::move(lease);
  if (new_holder && !seen_->record.holder.empty() && election_.callbacks_.on_new_leader) {
    election_.callbacks_.on_new_leader(seen_->record.holder);
  }
}

nanoseconds LeaderElection::Candidate::time_to_next_try() const {
  const nanoseconds usual = scaled(options_.retry_period, 1 + kJitter * clock().random());
  const BootTime now = clock().now();
  if (!held_by_another(now)) return usual;
  return std::min(usual, ends_at() - now + scaled(kWakeSpread, clock().random()));
}

LeaderElection::LeaderElection(Client& client, Transport& streams, LeaseOptions options, Fence& fence,
                               Callbacks callbacks, ElectionClock& clock)
    : client_(client),
      streams_(streams),
      options_(std::move(options)),
      fence_(fence),
      callbacks_(std::move(callbacks)),
      clock_(clock) {}

absl::Status LeaderElection::run(const std::stop_token& stop) {
  Candidate candidate(*this);
  if (!candidate.acquire(stop)) return absl::OkStatus();
  if (callbacks_.on_acquired) callbacks_.on_acquired(candidate.note());
  absl::Status status = candidate.keep(stop);
  fence_.close();
  if (status.ok()) candidate.release();
  return status;
}

absl::StatusOr<bool> LeaderElection::still_leader() {
  const absl::StatusOr<std::string> json =
      client_.get(leases().object(options_.namespace_, options_.name), options_.renew_deadline / 2);
  if (absl::IsNotFound(json.status())) return false;
  if (!json.ok()) return json.status();
  const absl::StatusOr<StoredLease> lease = read_lease(*json);
  if (!lease.ok()) return lease.status();
  return lease->record.holder == options_.identity;
}

}  // namespace scheduledjob::kube
