#include "runtime/start_wait.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace scheduledjob::runtime {
namespace {

// Tells each obstacle once, and reminds of one that stays.
class Complaint {
 public:
  Complaint(Telemetry& telemetry, Log& log, const Pacing& pacing)
      : telemetry_(telemetry), log_(log), pacing_(pacing) {}

  void tell(const absl::Status& obstacle) {
    const kube::BootTime now = pacing_.now();
    std::string text(obstacle.message());
    if (told_at_ && text == told_ && now - *told_at_ < kStartReminder) return;
    telemetry_.set_start_obstacle(text);
    log_.warning("Cannot start yet; trying again", {{"error", text}});
    told_ = std::move(text);
    told_at_ = now;
  }

  void settle() {
    telemetry_.set_start_obstacle({});
    if (told_at_) log_.info("Nothing is in the way of the start any more");
  }

 private:
  Telemetry& telemetry_;
  Log& log_;
  const Pacing& pacing_;
  std::string told_;
  std::optional<kube::BootTime> told_at_;
};

}  // namespace

absl::Status await_usable_cluster(const std::function<absl::Status()>& check, Telemetry& telemetry, Log& log,
                                  const std::stop_token& stop, const Pacing& pacing) {
  Complaint complaint(telemetry, log, pacing);
  std::chrono::milliseconds pause = kFirstStartPause;
  while (!stop.stop_requested()) {
    const absl::Status status = check();
    if (absl::IsFailedPrecondition(status)) return status;
    if (status.ok()) {
      complaint.settle();
      return absl::OkStatus();
    }
    complaint.tell(status);
    pacing.pause(pause, stop);
    pause = std::min(2 * pause, kLongestStartPause);
  }
  return absl::CancelledError("stopped before it could start");
}

}  // namespace scheduledjob::runtime
