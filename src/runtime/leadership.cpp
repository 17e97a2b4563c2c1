#include "runtime/leadership.hpp"

#include <array>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "runtime/handover.hpp"

namespace scheduledjob::runtime {
namespace {

std::string own_identity() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host = {"localhost"};
  std::random_device random;
  return fmt::format("{}_{:08x}{:08x}", host.data(), random(), random());
}

kube::LeaseOptions lease_options(const Settings& settings, const std::string& namespace_,
                                 const std::string& identity) {
  return {.namespace_ = namespace_,
          .name = settings.lease_name,
          .identity = identity,
          .lease_duration = settings.lease_duration,
          .renew_deadline = settings.lease_renew_deadline,
          .retry_period = settings.lease_retry_period};
}

}  // namespace

Leadership::Leadership(kube::Client& client, kube::Transport& streams, const Settings& settings,
                       const std::string& lease_namespace, Telemetry& telemetry, Log& log,
                       Callbacks callbacks)
    : telemetry_(telemetry),
      log_(log),
      callbacks_(std::move(callbacks)),
      identity_(settings.identity.empty() ? own_identity() : settings.identity) {
  if (!settings.leader_elect) return;
  const kube::LeaseOptions lease = lease_options(settings, lease_namespace, identity_);
  lease_ = lease.namespace_ + "/" + lease.name;
  election_.emplace(
      client, streams, lease, fence_,
      kube::LeaderElection::Callbacks{
          .on_acquired = [this](const std::string& note) { lead(note); },
          .on_new_leader =
              [this](const std::string& holder) {
                if (holder != identity_)
                  log_.info("Another replica leads; standing by", {{"leader", holder}});
              },
          .on_error =
              [this](const absl::Status& error) {
                log_.warning("Cannot work with the lease; trying again", {{"error", error.ToString()}});
              },
          .on_release = [this] { return farewell_; },
      });
}

Leadership::~Leadership() {
  stop({});
}

void Leadership::start() {
  if (!election_) {
    fence_.extend(kube::BootTime::max());
    lead({});
    return;
  }
  log_.info("Taking part in the election", {{"lease", lease_}, {"identity", identity_}});
  thread_ = std::jthread([this](const std::stop_token& stop) { take_part(stop); });
}

void Leadership::stop(const std::optional<engine::Handover>& handover, std::chrono::milliseconds patience) {
  if (thread_.joinable()) {
    farewell_ = {.note = handover ? format_handover(*handover) : "", .until = kube::boot_time() + patience};
  }
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  fence_.close();
  telemetry_.set_leader(false);
}

std::optional<std::uint64_t> Leadership::renewals() const {
  if (!election_ || !leading_.load()) return std::nullopt;
  return static_cast<std::uint64_t>(fence_.deadline().count());
}

absl::StatusOr<bool> Leadership::still_leader() {
  return election_ ? election_->still_leader() : absl::StatusOr<bool>(true);
}

void Leadership::take_part(const std::stop_token& stop) {
  const absl::Status ended = election_->run(stop);
  leading_.store(false);
  telemetry_.set_leader(false);
  if (ended.ok()) return;
  log_.error("Leadership lost", {{"error", ended.ToString()}});
  callbacks_.lost();
}

void Leadership::lead(const std::string& note) {
  const std::optional<engine::Handover> handover = parse_handover(note);
  log_.info("This replica leads", {{"handedOver", handover ? "yes" : "no"}});
  leading_.store(true);
  telemetry_.set_leader(true);
  callbacks_.acquired(handover);
}

}  // namespace scheduledjob::runtime
