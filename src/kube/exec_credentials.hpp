// The credentials of a plugin, kept until they expire.
#pragma once

#include <functional>
#include <thread>

#include "kube/credentials.hpp"
#include "kube/exec_plugin.hpp"
#include "sync/mutex.hpp"

namespace scheduledjob::kube {

// The plugin runs on a thread of its own and never twice at a time; whoever needs its answer waits for the
// same run. Shortly before a credential expires the next is fetched while the old one goes on. After a run
// that failed the next begins a few seconds later at the earliest; until then its error is the answer.
class ExecCredentials final : public Credentials {
 public:
  using Plugin = std::function<absl::StatusOr<PluginAnswer>(const std::stop_token&)>;
  using Now = std::function<Clock::time_point()>;

  explicit ExecCredentials(Plugin plugin, Now now = &Clock::now);
  ~ExecCredentials() override;  // ends a plugin that still runs

  absl::StatusOr<Credential> current(Clock::time_point deadline, const std::stop_token& stop) override;
  std::optional<Credential> renewed(const Credential& refused, Clock::time_point deadline,
                                    const std::stop_token& stop) override;

 private:
  void run_if_allowed(Clock::time_point now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whoever calls it has seen to it that a stop notifies `finished_`.
  absl::StatusOr<Credential> wait_for_run(Clock::time_point deadline, const std::stop_token& stop)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void take(absl::StatusOr<PluginAnswer> answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void wake();

  const Plugin plugin_;
  const Now now_;
  sync::Mutex mutex_;
  sync::Condition finished_;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  std::uint64_t runs_ ABSL_GUARDED_BY(mutex_) = 0;  // finished
  std::optional<Credential> credential_ ABSL_GUARDED_BY(mutex_);
  Clock::time_point refresh_from_ ABSL_GUARDED_BY(mutex_);
  Clock::time_point use_until_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);  // of the last run
  Clock::time_point not_again_before_ ABSL_GUARDED_BY(mutex_) = Clock::time_point::min();
  std::jthread runner_;
};

}  // namespace scheduledjob::kube
