#include "runtime/operator.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <malloc.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/engine.hpp"
#include "kube/client.hpp"
#include "kube/cluster_config.hpp"
#include "kube/credentials.hpp"
#include "kube/transport.hpp"
#include "runtime/clock.hpp"
#include "runtime/effect_carrier.hpp"
#include "runtime/event_recorder.hpp"
#include "runtime/leadership.hpp"
#include "runtime/loop.hpp"
#include "runtime/mailbox.hpp"
#include "runtime/measured_transport.hpp"
#include "runtime/server_warnings.hpp"
#include "runtime/start_wait.hpp"
#include "runtime/startup.hpp"
#include "runtime/telemetry.hpp"
#include "runtime/watchdog.hpp"
#include "runtime/watches.hpp"
#include "runtime/write_lanes.hpp"

namespace scheduledjob::runtime {
namespace {

// Renewals, and the writers that read the lease after a conflict, must not wait for other requests.
constexpr std::size_t kLeaseConnections = 2;

// Longer than a write takes with all that may follow from it: each request has a timeout.
constexpr std::chrono::seconds kLongestTask{180};
// Bookmarks come each minute, and a silent watch is begun anew after one and a half.
constexpr std::chrono::seconds kLongestDeafness{600};

// What the operator consists of while it runs. Members are destroyed in reverse order, after shut_down().
class Operator {
 public:
  struct Transports {
    std::unique_ptr<kube::Transport> writes;
    std::unique_ptr<kube::Transport> lease;
    std::vector<Watches::Plan> watches;
  };

  Operator(const Settings& settings, const kube::ClusterConfig& cluster, Transports transports,
           TrustedClock& clock, Telemetry& telemetry, Log& log)
      : settings_(settings),
        clock_(clock),
        telemetry_(telemetry),
        log_(log),
        warnings_(log),
        writes_transport_(std::move(transports.writes)),
        lease_transport_(std::move(transports.lease)),
        writes_(
            *writes_transport_, [&clock](std::chrono::sys_seconds date) { clock.observe(date); },
            [this](const std::string& warning) { warnings_.tell(warning); }),
        lease_(*lease_transport_, [&clock](std::chrono::sys_seconds date) { clock.observe(date); }),
        engine_({.scopes = settings.served().size(),
                 .create_timeout = settings.create_timeout,
                 .takeover_grace = settings.lease_duration,
                 .ttl_margin = settings.ttl_margin}),
        leadership_(lease_, *lease_transport_, settings, lease_namespace(settings, cluster), telemetry, log,
                    {.acquired =
                         [this](std::optional<engine::Handover> handover) {
                           mailbox_.post(engine::LeadershipAcquired{std::move(handover)});
                         },
                     .lost = [this] { loop_.leadership_lost(); }}),
        lanes_(settings.max_in_flight, telemetry),
        events_({writes_, lanes_, clock, telemetry}, leadership_.identity()),
        carrier_({writes_, leadership_.fence(), lanes_, mailbox_, clock, events_, telemetry, log},
                 {.still_leader = [this] { return leadership_.still_leader(); },
                  .leadership_lost = [this] { loop_.leadership_lost(); },
                  .hurry_watch = [this](engine::Kind kind) { watches_.hurry(kind); }},
                 {.create_timeout = settings.create_timeout,
                  .ttl_margin = settings.ttl_margin,
                  .namespace_ = settings.served().front()},
                 retries_.get_token()),
        watches_(std::move(transports.watches), mailbox_, telemetry, log),
        loop_({engine_, mailbox_, clock, carrier_, telemetry, log, [this] { watches_.hurry(); },
               [this] { events_.write_repeats(); }, [] { ::malloc_trim(0); }}) {}

  ~Operator() { shut_down({}, {}); }
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;

  kube::Client& client() { return writes_; }

  ExitCode run(const std::stop_token& stop) {
    watches_.start();
    leadership_.start();
    watch_over(what_must_go_on());
    const ExitCode code = loop_.run(stop, settings_.shutdown_grace);
    shut_down(engine_.handover(clock_.now()), loop_.grace_left());
    log_.info("Stopped");
    return code;
  }

 private:
  // Ends the process when one of these does not go on. Ends the watch over others.
  void watch_over(std::vector<Watched> watched) {
    watchdog_ = std::jthread([this, watchdog = Watchdog(std::move(watched))](const std::stop_token& stop) {
      // Not exit(): whatever is stuck may hold any lock.
      keep_watch(
          watchdog, telemetry_, log_, [] { std::_Exit(static_cast<int>(ExitCode::kStuck)); }, stop);
    });
  }

  std::vector<Watched> what_must_go_on() {
    std::vector<Watched> watched = watches_.watched(kLongestDeafness);
    watched.insert(watched.end(),
                   {
                       {"the main loop", Loop::kLongestSilence, [this] { return loop_.turns(); }},
                       {"a request to the API server", kLongestTask, [this] { return lanes_.oldest_task(); }},
                       {"the renewal of the lease",
                        std::chrono::ceil<std::chrono::seconds>(settings_.lease_duration) + kLongestTask,
                        [this] { return leadership_.renewals(); }},
                   });
    return watched;
  }

  // Writers end before the lease is released: from then on another replica writes.
  void shut_down(const std::optional<engine::Handover>& handover, std::chrono::milliseconds patience) {
    watch_over({{"the end of the process", settings_.shutdown_grace, [] { return std::uint64_t{0}; }}});
    retries_.request_stop();
    lanes_.stop(WriteLanes::Rest::kDiscard);
    leadership_.stop(handover, patience);
    watches_.request_stop();
    mailbox_.close();
  }

  const Settings& settings_;
  TrustedClock& clock_;
  Telemetry& telemetry_;
  Log& log_;
  std::jthread watchdog_;  // outlives all that could hang
  ServerWarnings warnings_;
  const std::unique_ptr<kube::Transport> writes_transport_;
  const std::unique_ptr<kube::Transport> lease_transport_;
  kube::Client writes_;
  kube::Client lease_;
  engine::Engine engine_;
  Mailbox mailbox_;
  std::stop_source retries_;
  Leadership leadership_;
  WriteLanes lanes_;
  EventRecorder events_;
  EffectCarrier carrier_;
  Watches watches_;
  Loop loop_;
};

absl::StatusOr<std::unique_ptr<kube::Transport>> connect(const kube::ClusterConfig& cluster,
                                                         std::shared_ptr<kube::Credentials> credentials,
                                                         std::size_t connections, Telemetry& telemetry) {
  absl::StatusOr<std::unique_ptr<kube::Transport>> transport =
      kube::make_transport(cluster, std::move(credentials), connections);
  if (!transport.ok()) return transport.status();
  return std::make_unique<MeasuredTransport>(*std::move(transport), telemetry);
}

absl::StatusOr<Operator::Transports> connect_all(const kube::ClusterConfig& cluster, const Settings& settings,
                                                 Telemetry& telemetry) {
  Operator::Transports transports;
  const std::shared_ptr<kube::Credentials> credentials = kube::make_credentials(cluster);
  const std::pair<std::unique_ptr<kube::Transport>*, std::size_t> wanted[] = {
      {&transports.writes, std::max<std::size_t>(settings.max_in_flight, 1)},
      {&transports.lease, kLeaseConnections},
  };
  for (const auto& [transport, connections] : wanted) {
    auto made = connect(cluster, credentials, connections, telemetry);
    if (!made.ok()) return made.status();
    *transport = *std::move(made);
  }
  const std::vector<std::string> served = settings.served();
  for (engine::Scope scope = 0; scope < served.size(); ++scope) {
    for (const engine::Kind kind : {engine::Kind::kScheduledJob, engine::Kind::kJob}) {
      auto made = connect(cluster, credentials, 1, telemetry);
      if (!made.ok()) return made.status();
      transports.watches.push_back({{kind, scope}, served[scope], *std::move(made)});
    }
  }
  return transports;
}

ExitCode cannot_start(const absl::Status& why, Log& log) {
  log.error("Cannot start: " + std::string(why.message()));
  return ExitCode::kStartFailed;
}

}  // namespace

ExitCode run_operator(const Settings& settings, Log& log, Telemetry& telemetry, const std::stop_token& stop) {
  const absl::StatusOr<kube::ClusterConfig> cluster =
      kube::discover_cluster(settings.kubeconfig, settings.context);
  if (!cluster.ok()) return cannot_start(cluster.status(), log);
  for (const std::string& warning : cluster->warnings) log.warning(warning);

  TrustedClock clock;
  absl::StatusOr<Operator::Transports> transports = connect_all(*cluster, settings, telemetry);
  if (!transports.ok()) return cannot_start(transports.status(), log);
  log.info("Using the cluster", {{"server", cluster->server}, {"from", cluster->source}});

  Operator the_operator(settings, *cluster, *std::move(transports), clock, telemetry, log);
  const absl::Status usable = await_usable_cluster(
      [&] { return check_cluster(the_operator.client(), *cluster, settings); }, telemetry, log, stop);
  if (absl::IsCancelled(usable)) {
    log.info("Stopped");
    return ExitCode::kStopped;
  }
  if (!usable.ok()) return cannot_start(usable, log);
  if (const std::string missing = missing_for_events(the_operator.client(), settings); !missing.empty()) {
    log.warning("Events cannot be written; people will see less", {{"missing", missing}});
  }
  return the_operator.run(stop);
}

}  // namespace scheduledjob::runtime
