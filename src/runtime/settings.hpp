// Everything that a person can choose about one process, with its defaults. Read from flags once; never
// changes afterwards.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/log.hpp"
#include "runtime/stream_log.hpp"

namespace scheduledjob::runtime {

// What a process ends with. Documented in --help: scripts and probes depend on it.
enum class ExitCode : int {
  kStopped = 0,         // as asked, everything written
  kStartFailed = 1,     // what no waiting mends: no usable kubeconfig, a refused certificate, a port taken
  kBadFlags = 2,        // nothing was tried
  kLeadershipLost = 3,  // another replica leads; start again to stand by
  kStuck = 4,           // could not write everything before it stopped, or something hung
};

struct Settings {
  // Which cluster, and how much of it.
  std::string
      kubeconfig;  // a path; empty: $KUBECONFIG, the pod's service account, ~/.kube/config, in this order
  std::string context;                  // in the kubeconfig; empty: its current-context
  std::vector<std::string> namespaces;  // the ones that are served; empty: all

  // Who leads. The three periods mean what they mean in client-go: duration > renew deadline > retry period.
  bool leader_elect = true;
  std::string lease_name = "scheduledjob-operator";
  std::string lease_namespace;  // empty: the namespace of the pod, or of the kubeconfig's context
  std::string identity;         // empty: host name and a random suffix
  std::chrono::milliseconds lease_duration{15'000};
  std::chrono::milliseconds lease_renew_deadline{10'000};
  std::chrono::milliseconds lease_retry_period{2'000};

  // How it writes.
  std::size_t max_in_flight = 100;         // writes under way at once; how many help is found by trying
  std::chrono::seconds create_timeout{3};  // the API server gives up on a create after it
  std::chrono::seconds ttl_margin{7 * 24 * 3600};  // added to a Job's own ttlSecondsAfterFinished
  std::size_t http_client_threads = 1;             // of the HTTP library; one is the cheapest

  std::string zoneinfo_dir;  // of IANA time zone data; empty: $TZDIR, /usr/share/zoneinfo, in this order

  // Health and metrics.
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8080;  // 0: any free one, which is logged

  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;

  std::chrono::seconds shutdown_grace{20};  // from the request to stop until the process gives up waiting

  // The namespaces to look at, one by one; the empty name stands for all of them together.
  std::vector<std::string> served() const {
    return namespaces.empty() ? std::vector<std::string>{""} : namespaces;
  }
};

}  // namespace scheduledjob::runtime
