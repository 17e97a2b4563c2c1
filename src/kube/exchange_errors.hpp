// What to say of an exchange that failed, so that whoever reads it knows what to do, and whoever sent it
// whether it may have been carried out (transport.hpp).
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "kube/exchange.hpp"
#include "kube/inbound_limit.hpp"
#include "kube/tls_identity.hpp"
#include "kube/transport.hpp"

namespace scheduledjob::kube {

// "GET /api/v1/pods": without the query, which says nothing to people.
std::string describe(const Request& request);

// Thread-safe.
class ExchangeErrors {
 public:
  // `address`: where the server is and by which way. `longest_body` in bytes.
  ExchangeErrors(std::string address, std::size_t longest_body, std::shared_ptr<const TlsIdentity> identity);

  absl::Status all_busy(const Request& request) const;  // all connections, until its time was over
  absl::Status too_long(const Request& request) const;  // the body
  absl::Status timed_out(const Request& request, const Exchange& exchange) const;
  absl::Status broken(const Request& request, const Exchange& exchange, const InboundLimit& inbound) const;

 private:
  absl::Status endless(const Request& request, const Exchange& exchange, const InboundLimit& inbound) const;

  const std::string address_;
  const std::size_t longest_body_;
  const std::shared_ptr<const TlsIdentity> identity_;
};

}  // namespace scheduledjob::kube
