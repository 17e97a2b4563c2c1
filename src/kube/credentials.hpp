// What a request says we are, wherever that comes from: the seam between the transport and tokens, token
// files and credential plugins.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/cluster_config.hpp"

namespace scheduledjob::kube {

struct Credential {
  std::string token;                   // empty: none
  std::string client_certificate_pem;  // empty: that of the configuration, if it has one
  std::string client_key_pem;
  std::uint64_t serial = 0;  // of two from the same source, the newer has the greater
};

// False for text that would end the header it is sent in, or be cut there.
bool can_be_a_token(std::string_view text);

// Thread-safe.
class Credentials {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Credentials() = default;

  // The credential to use now. Errors: kUnauthenticated says why there is none; kUnavailable: not until
  // `deadline`; kCancelled: `stop` was requested.
  virtual absl::StatusOr<Credential> current(Clock::time_point deadline, const std::stop_token& stop) = 0;

  // After the server has refused `refused`: a newer one, which is had at once if need be. Absent when there
  // is none worth trying.
  virtual std::optional<Credential> renewed(const Credential& refused, Clock::time_point deadline,
                                            const std::stop_token& stop) = 0;
};

// Of a plugin when the configuration names one, or else its token or token file.
std::shared_ptr<Credentials> make_credentials(const ClusterConfig& config);

}  // namespace scheduledjob::kube
