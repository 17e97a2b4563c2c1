// The credentials of a plugin, kept until they expire.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "kube/credentials.hpp"
#include "kube/exec_plugin.hpp"

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
  // All of these require mutex_.
  void run_if_allowed(Clock::time_point now);
  absl::StatusOr<Credential> wait_for_run(std::unique_lock<std::mutex>& lock, Clock::time_point deadline,
                                          const std::stop_token& stop);
  void take(absl::StatusOr<PluginAnswer> answer);

  const Plugin plugin_;
  const Now now_;
  std::mutex mutex_;
  std::condition_variable_any finished_;
  bool running_ = false;
  std::uint64_t runs_ = 0;  // finished
  std::optional<Credential> credential_;
  Clock::time_point refresh_from_;
  Clock::time_point use_until_;
  absl::Status failure_;  // of the last run
  Clock::time_point not_again_before_ = Clock::time_point::min();
  std::jthread runner_;
};

}  // namespace scheduledjob::kube
