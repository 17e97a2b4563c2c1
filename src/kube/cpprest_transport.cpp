// The only file that knows cpprestsdk. What is known to go wrong with it, and what is done here:
//
//   its timeout only bounds silence           → the waiting thread keeps the time, and cancels
//   closing a connection from another thread  → cancellation is posted to the library's own thread
//     races with what runs there
//   its connection pool may hold dead ones    → a connection that failed is dropped, after repeated failures
//                                               every idle one
//   it collects heads and chunks without a    → each client has one connection at a time, whose InboundLimit
//     bound                                     ends it
//   it takes an interim answer for the answer → that is an error, and the end of the connection
//   a request on a pooled connection that     → "certainly not carried out" is claimed only when no byte of
//     turns out closed is sent a second time    the request was ever written
//   exceptions of unobserved tasks end the    → each chain ends in a continuation that takes a task and
//     process                                   catches everything
//   the system's authorities are trusted      → TlsIdentity replaces them
//   redirects carry the credentials along     → none is followed
//   an IPv6 address in brackets is resolved   → it is told without, and the Host header with them
//     as a name
//   while a proxy is silent nothing is        → a timeout of minutes there
//     cancelled
// NOLINTNEXTLINE(bugprone-reserved-identifier): the name is the library's
#define _TURN_OFF_PLATFORM_STRING  // cpprestsdk's macro U breaks other headers

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <cpprest/http_client.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <pplx/threadpool.h>

#include "absl/strings/str_replace.h"
#include "kube/cpprest_body.hpp"
#include "kube/cpprest_connection.hpp"
#include "kube/cpprest_endpoint.hpp"
#include "kube/credentials.hpp"
#include "kube/exchange.hpp"
#include "kube/exchange_errors.hpp"
#include "kube/http_headers.hpp"
#include "kube/in_flight_limit.hpp"
#include "kube/inbound_limit.hpp"
#include "kube/tls_identity.hpp"
#include "kube/transport.hpp"

namespace scheduledjob::kube {
namespace {

using web::http::client::http_client;
using Clock = Exchange::Clock;

constexpr char kJson[] = "application/json";
constexpr char kMetadataAsJson[] =
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
constexpr std::size_t kMaxBody = 64u << 20;
constexpr std::size_t kMaxUnreadStream = 1u << 20;
constexpr std::size_t kMaxStreamPiece = 16u << 20;
constexpr std::chrono::hours kLibraryTimeout{24};  // never reached: the waiting thread keeps the time
// Behind a proxy: the library does not hear of a cancellation while the proxy is silent. Longer than any
// watch is.
constexpr std::chrono::minutes kLibraryTimeoutBehindProxy{5};
constexpr std::chrono::milliseconds kClosingTime{200};

Response head_of(const web::http::http_response& answer) {
  Response head;
  head.status = answer.status_code();
  const web::http::http_headers& headers = answer.headers();
  if (const auto found = headers.find("Date"); found != headers.end())
    head.date = parse_http_date(found->second);
  if (const auto found = headers.find("Retry-After"); found != headers.end()) {
    head.retry_after = parse_retry_after(found->second);
  }
  if (const auto found = headers.find("Warning"); found != headers.end())
    head.warnings = parse_warnings(found->second);
  return head;
}

// To be called in a catch block.
Exchange::Failure current_failure() {
  try {
    throw;
  } catch (const web::http::http_exception& e) {
    return {e.error_code().value(), e.what()};
  } catch (const std::exception& e) {
    return {0, e.what()};
  } catch (...) {
    return {0, "unknown failure of the HTTP library"};
  }
}

// Starts `request`; everything that happens to it reaches `exchange`.
void start(const Connection& connection, web::http::http_request request,
           const pplx::cancellation_token& token, const std::shared_ptr<Exchange>& exchange) {
  const std::shared_ptr<InboundLimit>& inbound = connection.inbound;
  inbound->expect_head();
  request.set_response_stream(Concurrency::streams::ostream(Concurrency::streams::streambuf<std::uint8_t>(
      std::shared_ptr<Concurrency::streams::details::basic_streambuf<std::uint8_t>>(
          std::make_shared<ExchangeBody>(exchange, inbound)))));
  request.set_progress_handler(
      [exchange](web::http::message_direction::direction direction, utility::size64_t) {
        if (direction == web::http::message_direction::upload) exchange->written();
      });
  connection.client->request(request, token)
      .then([exchange, inbound](const pplx::task<web::http::http_response>& answering) {
        try {
          const web::http::http_response answer = answering.get();
          inbound->expect_piece();
          exchange->answered(head_of(answer));
          answer.content_ready().then([exchange](const pplx::task<web::http::http_response>& body) {
            try {
              body.get();
              exchange->ended(std::nullopt);
            } catch (...) {
              exchange->ended(current_failure());
            }
          });
        } catch (...) {
          exchange->ended(current_failure());
        }
      });
}

class CpprestTransport final : public Transport {
 public:
  CpprestTransport(Endpoint server, std::optional<Proxy> proxy, std::shared_ptr<TlsIdentity> identity,
                   std::shared_ptr<Credentials> credentials, std::size_t connections)
      : server_(std::move(server)),
        proxy_(std::move(proxy)),
        identity_(std::move(identity)),
        errors_(way_to(server_, proxy_), kMaxBody, identity_),
        credentials_(std::move(credentials)),
        limit_(connections) {}

  absl::StatusOr<Response> send(const Request& request) override try {
    const Clock::time_point deadline = Clock::now() + request.timeout;
    const InFlightLimit::Place place = limit_.enter(deadline);
    if (!place) {
      return errors_.all_busy(request);
    }
    const absl::StatusOr<Credential> credential = credentials_->current(deadline, {});
    if (!credential.ok()) return credential.status();
    absl::StatusOr<Response> response = exchange_once(request, *credential, deadline);
    if (response.ok() && response->status == 401) {
      const std::optional<Credential> fresh = credentials_->renewed(*credential, deadline, {});
      if (fresh) response = exchange_once(request, *fresh, deadline);
    }
    if (response.ok()) hide_token(credential->token, *response);
    return response;
  } catch (const std::exception& e) {
    return absl::UnavailableError(fmt::format("{}: {}", describe(request), e.what()));
  }

  absl::Status stream(const Request& request, const ChunkHandler& on_chunk, Response& head,
                      std::stop_token stop) override try {
    const auto deadline = [&request] { return Clock::now() + request.timeout; };
    const absl::StatusOr<Credential> credential = credentials_->current(deadline(), stop);
    if (!credential.ok()) return credential.status();
    absl::Status status = stream_once(request, *credential, on_chunk, head, stop);
    if (status.ok() && head.status == 401) {
      const std::optional<Credential> fresh = credentials_->renewed(*credential, deadline(), stop);
      if (fresh) status = stream_once(request, *fresh, on_chunk, head, stop);
    }
    hide_token(credential->token, head);
    return status;
  } catch (const std::exception& e) {
    return absl::UnavailableError(fmt::format("{}: {}", describe(request), e.what()));
  }

 private:
  absl::StatusOr<Response> exchange_once(const Request& request, const Credential& credential,
                                         Clock::time_point deadline) {
    if (absl::Status error = show(credential); !error.ok()) return error;
    const auto exchange = std::make_shared<Exchange>(kMaxBody, Exchange::Overflow::kFails);
    const pplx::cancellation_token_source cancellation;
    const std::shared_ptr<IdleConnections> idle = idle_connections();
    std::optional<Connection> kept = idle->take();
    Connection connection = kept ? *std::move(kept) : new_connection(kMaxBody);
    start(connection, library_request(request, credential.token), cancellation.get_token(), exchange);
    if (exchange->wait_for_end(deadline) == Exchange::Event::kTimedOut) {
      idle->note_failure();
      abandon(*exchange, cancellation);
      return errors_.timed_out(request, *exchange);
    }
    if (exchange->failure() || !is_final(*exchange->head())) {
      idle->note_failure();
      return errors_.broken(request, *exchange, *connection.inbound);
    }
    idle->keep(std::move(connection));
    return exchange->take_response();
  }

  // A connection of its own, closed at the end.
  absl::Status stream_once(const Request& request, const Credential& credential, const ChunkHandler& on_chunk,
                           Response& head, const std::stop_token& stop) {
    if (absl::Status error = show(credential); !error.ok()) return error;
    const auto exchange = std::make_shared<Exchange>(kMaxUnreadStream, Exchange::Overflow::kWaits);
    const pplx::cancellation_token_source cancellation;
    const Connection connection = new_connection(kMaxStreamPiece);
    const std::stop_callback on_stop(stop, [&exchange] { exchange->stop(); });
    start(connection, library_request(request, credential.token), cancellation.get_token(), exchange);

    std::string refusal;
    std::string bytes;
    Clock::time_point deadline = Clock::now() + request.timeout;
    while (true) {
      switch (exchange->wait_for_bytes(bytes, deadline)) {
        case Exchange::Event::kStopped:
          abandon(*exchange, cancellation);
          return absl::CancelledError("stopped");
        case Exchange::Event::kTimedOut:
          abandon(*exchange, cancellation);
          return errors_.timed_out(request, *exchange);
        case Exchange::Event::kEnded:
          if (exchange->failure() || !is_final(*exchange->head())) {
            return errors_.broken(request, *exchange, *connection.inbound);
          }
          head = exchange->take_response();
          head.body = std::move(refusal);
          return absl::OkStatus();
        case Exchange::Event::kBytes:
          break;
      }
      head = *exchange->head();
      // A refusal is no stream: it has to be whole in time.
      if (head.status / 100 == 2) deadline = Clock::now() + request.timeout;
      if (head.status / 100 != 2) {
        if (bytes.size() > kMaxBody - refusal.size()) {
          abandon(*exchange, cancellation);
          return errors_.too_long(request);
        }
        refusal += bytes;
      } else if (!on_chunk(bytes)) {
        abandon(*exchange, cancellation);
        return absl::CancelledError("the receiver wants no more");
      }
    }
  }

  // Connections that exist go on with the client certificate that they began with: another needs new ones.
  absl::Status show(const Credential& credential) {
    const sync::MutexLock lock(idle_mutex_);
    const absl::StatusOr<bool> changed = identity_->adopt(credential);
    if (!changed.ok()) return changed.status();
    if (*changed) idle_ = std::make_shared<IdleConnections>();
    return absl::OkStatus();
  }

  std::shared_ptr<IdleConnections> idle_connections() {
    const sync::MutexLock lock(idle_mutex_);
    return idle_;
  }

  // Closes the connection. The library's threads may outlive this call; they hold all that they need.
  static void abandon(Exchange& exchange, const pplx::cancellation_token_source& cancellation) {
    exchange.abandon();
    crossplat::threadpool::shared_instance().service().post([cancellation] { cancellation.cancel(); });
    exchange.wait_for_end(Clock::now() + kClosingTime);
  }

  Connection new_connection(std::size_t longest_piece) const {
    const auto inbound = std::make_shared<InboundLimit>(longest_piece);
    return {inbound, make_client(inbound)};
  }

  std::shared_ptr<http_client> make_client(const std::shared_ptr<InboundLimit>& inbound) const {
    web::http::client::http_client_config config;
    config.set_timeout(kLibraryTimeout);
    if (proxy_) {
      config.set_timeout(kLibraryTimeoutBehindProxy);
      config.set_proxy(library_proxy(*proxy_));
    }
    config.set_max_redirects(0);
    config.set_validate_certificates(true);
    config.set_tlsext_sni_enabled(server_.name_indication);
    config.set_ssl_context_callback(
        [identity = identity_, inbound](boost::asio::ssl::context& context) noexcept {
          identity->apply_to(context.native_handle());
          InboundLimit::put_into(context.native_handle(), inbound);
        });
    return std::make_shared<http_client>(server_.uri, config);
  }

  web::http::http_request library_request(const Request& request, const std::string& token) const {
    web::http::http_request made{std::string(name_of(request.method))};
    made.set_request_uri(web::uri(request.target));
    web::http::http_headers& headers = made.headers();
    if (!server_.host_header.empty()) headers.add("Host", server_.host_header);
    headers.add("User-Agent", "scheduledjob-operator/" SCHEDULEDJOB_VERSION);
    headers.add("Accept", request.only_metadata ? kMetadataAsJson : kJson);
    if (!token.empty()) headers.add("Authorization", "Bearer " + token);
    if (!request.body.empty()) {
      // As bytes: for a string the library reads its buffer of char through one of unsigned char.
      made.set_body(std::vector<unsigned char>(request.body.begin(), request.body.end()));
      headers.set_content_type(request.content_type);
    }
    return made;
  }

  // A refusal is shown to people, and some proxies refuse with a page that shows the request.
  static void hide_token(const std::string& token, Response& response) {
    if (response.status / 100 == 2 || token.empty()) return;
    absl::StrReplaceAll({{token, "[the token]"}}, &response.body);
  }

  // A server sends a status of 1xx ahead of its answer only when it was asked to.
  static bool is_final(const Response& head) { return head.status >= 200 && head.status <= 599; }

  const Endpoint server_;
  const std::optional<Proxy> proxy_;
  const std::shared_ptr<TlsIdentity> identity_;
  const ExchangeErrors errors_;
  const std::shared_ptr<Credentials> credentials_;
  InFlightLimit limit_;
  sync::Mutex idle_mutex_;
  std::shared_ptr<IdleConnections> idle_ ABSL_GUARDED_BY(idle_mutex_) = std::make_shared<IdleConnections>();
};

}  // namespace

absl::StatusOr<std::unique_ptr<Transport>> make_transport(const ClusterConfig& config,
                                                          std::shared_ptr<Credentials> credentials,
                                                          std::size_t connections) try {
  absl::StatusOr<Endpoint> server = parse_endpoint(config.server, config.tls_server_name);
  if (!server.ok()) return server.status();
  absl::StatusOr<std::optional<Proxy>> proxy = parse_proxy_for(*server, config.proxy_url);
  if (!proxy.ok()) return proxy.status();
  absl::StatusOr<std::shared_ptr<TlsIdentity>> identity = TlsIdentity::make(config, server->certificate_name);
  if (!identity.ok()) {
    return absl::Status(identity.status().code(),
                        fmt::format("{}: {}", config.source, std::string(identity.status().message())));
  }
  return std::make_unique<CpprestTransport>(*std::move(server), *std::move(proxy), *std::move(identity),
                                            std::move(credentials), std::max<std::size_t>(connections, 1));
} catch (const std::exception& e) {
  return absl::InternalError(fmt::format("the HTTP client cannot be made: {}", e.what()));
}

void initialize_http_threads(std::size_t threads) {
  // The library has every new connection read the system's authorities before ours replace them: some 20 ms
  // of computing each, one connection after the other.
  ::setenv("SSL_CERT_FILE", "/dev/null", 1);  // NOLINT(concurrency-mt-unsafe): before threads that read it
  ::setenv("SSL_CERT_DIR", "/dev/null", 1);   // NOLINT(concurrency-mt-unsafe)
  // Before the pool exists, so that at exit its threads end, and give back what TLS keeps for each, before
  // TLS does.
  OPENSSL_init_ssl(0, nullptr);
  try {
    crossplat::threadpool::initialize_with_threads(std::max<std::size_t>(threads, 1));
  } catch (const std::exception&) {
    // The pool runs already, and its size cannot be changed any more.
  }
}

}  // namespace scheduledjob::kube
