#include "kube/exec_credentials.hpp"

#include <algorithm>
#include <utility>

namespace scheduledjob::kube {
namespace {

using std::chrono::seconds;

// A credential that is said to have expired already is tried all the same, as clocks differ, but the plugin
// is not run for each request.
constexpr seconds kShortestUse{10};
constexpr seconds kLongestMargin{60};
constexpr seconds kPauseAfterFailure{5};

}  // namespace

ExecCredentials::ExecCredentials(Plugin plugin, Now now) : plugin_(std::move(plugin)), now_(std::move(now)) {}

ExecCredentials::~ExecCredentials() = default;

absl::StatusOr<Credential> ExecCredentials::current(Clock::time_point deadline, const std::stop_token& stop) {
  const std::stop_callback on_stop(stop, [this] { wake(); });
  const sync::MutexLock lock(mutex_);
  const Clock::time_point now = now_();
  if (credential_ && now >= use_until_) credential_.reset();
  if (credential_ && now < refresh_from_) return *credential_;
  run_if_allowed(now);
  if (credential_) return *credential_;
  return wait_for_run(deadline, stop);
}

std::optional<Credential> ExecCredentials::renewed(const Credential& refused, Clock::time_point deadline,
                                                   const std::stop_token& stop) {
  const std::stop_callback on_stop(stop, [this] { wake(); });
  const sync::MutexLock lock(mutex_);
  if (credential_ && credential_->serial > refused.serial) return credential_;
  credential_.reset();
  run_if_allowed(now_());
  absl::StatusOr<Credential> fresh = wait_for_run(deadline, stop);
  if (!fresh.ok()) return std::nullopt;
  return *std::move(fresh);
}

void ExecCredentials::run_if_allowed(Clock::time_point now) {
  if (running_ || now < not_again_before_) return;
  // The thread before has left its last critical section: this waits for no more than its return.
  runner_ = std::jthread([this](const std::stop_token& stop) {
    absl::StatusOr<PluginAnswer> answer = plugin_(stop);
    const sync::MutexLock lock(mutex_);
    take(std::move(answer));
    finished_.notify_all();
  });
  running_ = true;
}

absl::StatusOr<Credential> ExecCredentials::wait_for_run(Clock::time_point deadline,
                                                         const std::stop_token& stop) {
  const std::uint64_t before = runs_;
  while (running_ && runs_ == before) {
    if (stop.stop_requested()) return absl::CancelledError("stopped");
    if (!finished_.wait_until(mutex_, deadline) && running_ && runs_ == before) {
      return absl::UnavailableError("the credential plugin has not answered yet");
    }
  }
  if (!credential_) return failure_;
  return *credential_;
}

// Under the mutex, so that nobody is between looking and waiting.
void ExecCredentials::wake() {
  const sync::MutexLock lock(mutex_);
  finished_.notify_all();
}

void ExecCredentials::take(absl::StatusOr<PluginAnswer> answer) {
  running_ = false;
  ++runs_;
  const Clock::time_point now = now_();
  failure_ = answer.status();
  if (!answer.ok()) {
    not_again_before_ = now + kPauseAfterFailure;
    return;
  }
  credential_ = std::move(answer->credential);
  credential_->serial = runs_;
  if (!answer->lifetime) {
    refresh_from_ = use_until_ = Clock::time_point::max();
    return;
  }
  const seconds use = std::max(*answer->lifetime, kShortestUse);
  use_until_ = now + use;
  refresh_from_ = use_until_ - std::min(use / 10, kLongestMargin);
}

}  // namespace scheduledjob::kube
