#include "kube/exchange_errors.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace scheduledjob::kube {
namespace {

constexpr std::size_t mebibytes(std::size_t bytes) {
  return bytes >> 20U;
}

std::string seconds(const Request& request) {
  return fmt::format("{:.3g} s", std::chrono::duration<double>(request.timeout).count());
}

// Of OpenSSL, when the failure is one of TLS; otherwise 0.
int tls_reason(const Exchange::Failure& failure) {
  const auto code = static_cast<unsigned long>(failure.code);
  return ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0;
}

std::string tls_reason_text(const Exchange::Failure& failure) {
  const auto code = static_cast<unsigned long>(failure.code);
  const char* const text = ERR_reason_error_string(code);
  return text != nullptr ? text : fmt::format("TLS error {:x}", code);
}

bool is_refusal_of_our_certificate(int reason) {
  switch (reason) {
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

std::string reason_of(const Exchange::Failure& failure) {
  if (tls_reason(failure) != 0) return fmt::format("{} ({})", failure.what, tls_reason_text(failure));
  if (failure.code == 0) return failure.what;
  return fmt::format("{} ({})", failure.what, std::generic_category().message(failure.code));
}

}  // namespace

std::string describe(const Request& request) {
  return fmt::format("{} {}", name_of(request.method),
                     std::string_view(request.target).substr(0, request.target.find('?')));
}

ExchangeErrors::ExchangeErrors(std::string address, std::size_t longest_body,
                               std::shared_ptr<const TlsIdentity> identity)
    : address_(std::move(address)), longest_body_(longest_body), identity_(std::move(identity)) {}

absl::Status ExchangeErrors::all_busy(const Request& request) const {
  return absl::UnavailableError(fmt::format("{}: all connections to the API server were busy for {}",
                                            describe(request), seconds(request)));
}

absl::Status ExchangeErrors::too_long(const Request& request) const {
  return absl::ResourceExhaustedError(
      fmt::format("{}: the answer is longer than {} MiB", describe(request), mebibytes(longest_body_)));
}

absl::Status ExchangeErrors::timed_out(const Request& request, const Exchange& exchange) const {
  if (!exchange.was_written() && exchange.failure()) {
    return absl::UnavailableError(
        fmt::format("{}: no connection to {} within {}", describe(request), address_, seconds(request)));
  }
  return absl::DeadlineExceededError(
      fmt::format("{}: the API server was silent for {}", describe(request), seconds(request)));
}

absl::Status ExchangeErrors::broken(const Request& request, const Exchange& exchange,
                                    const InboundLimit& inbound) const {
  if (exchange.overflowed()) return too_long(request);
  if (inbound.exceeded() && exchange.was_written()) return endless(request, exchange, inbound);
  const std::optional<Exchange::Failure> failure = exchange.failure();
  if (!failure) {
    return absl::UnknownError(fmt::format("{}: the answer has the status {}, which no answer can have",
                                          describe(request), exchange.head()->status));
  }
  const int reason = tls_reason(*failure);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    return absl::UnauthenticatedError(
        fmt::format("the certificate of {} is not accepted: {}", address_, identity_->last_refusal()));
  }
  if (is_refusal_of_our_certificate(reason)) {
    return absl::UnauthenticatedError(
        fmt::format("{} does not accept our client certificate: {}", address_, tls_reason_text(*failure)));
  }
  if (!exchange.was_written()) {
    return absl::UnavailableError(
        fmt::format("no connection to the API server at {}: {}", address_, reason_of(*failure)));
  }
  return absl::UnknownError(
      fmt::format("{}: the connection broke: {}", describe(request), reason_of(*failure)));
}

absl::Status ExchangeErrors::endless(const Request& request, const Exchange& exchange,
                                     const InboundLimit& inbound) const {
  if (exchange.head()) {
    return absl::UnknownError(fmt::format("{}: a single part of the answer is longer than {} MiB",
                                          describe(request), mebibytes(inbound.longest_piece())));
  }
  return absl::UnknownError(fmt::format("{}: the head of the answer is longer than {} MiB", describe(request),
                                        mebibytes(kLongestHead)));
}

}  // namespace scheduledjob::kube
