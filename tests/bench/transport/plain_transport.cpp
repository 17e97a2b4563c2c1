#include "bench/transport/plain_transport.hpp"

#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "kube/tls_session.hpp"

namespace scheduledjob::bench {
namespace {

void trust(SSL_CTX* context, const std::string& authorities) {
  BIO* const text = BIO_new_mem_buf(authorities.data(), static_cast<int>(authorities.size()));
  while (X509* const authority = PEM_read_bio_X509(text, nullptr, nullptr, nullptr)) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
  }
  BIO_free(text);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

}  // namespace

struct PlainTransport::Context {
  SSL_CTX* ssl = SSL_CTX_new(TLS_client_method());
  ~Context() { SSL_CTX_free(ssl); }
};

PlainTransport::PlainTransport(const kube::ClusterConfig& config)
    : port_(std::atoi(config.server.substr(config.server.rfind(':') + 1).c_str())),
      token_(config.token),
      context_(std::make_unique<Context>()) {
  trust(context_->ssl, config.ca_pem);
  // As in the product: what a full handshake costs is not the library's.
  kube::TlsSession::put_into(context_->ssl, std::make_shared<kube::TlsSession>());
}

PlainTransport::~PlainTransport() = default;

std::unique_ptr<PlainConnection> PlainTransport::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<PlainConnection>(context_->ssl, port_);
}

std::string PlainTransport::text_of(const kube::Request& request) const {
  constexpr std::string_view kMetadata =
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";
  return fmt::format(
      "{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAccept: {}\r\nAuthorization: Bearer {}\r\n"
      "Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
      kube::name_of(request.method), request.target, port_,
      request.only_metadata ? kMetadata : "application/json", token_, request.content_type,
      request.body.size(), request.body);
}

absl::StatusOr<kube::Response> PlainTransport::send(const kube::Request& request) {
  auto connection = take();
  if (!connection->is_open()) return absl::UnavailableError("no connection");
  connection->set_patience(request.timeout);
  kube::Response response;
  const auto append = [&response](std::string_view piece) {
    response.body += piece;
    return true;
  };
  if (!connection->write(text_of(request)) || !connection->read_head(response) ||
      !connection->read_body(append)) {
    return absl::UnknownError("the connection broke");
  }
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  return response;
}

absl::Status PlainTransport::stream(const kube::Request& request, const ChunkHandler& on_chunk,
                                    kube::Response& head, std::stop_token stop) {
  PlainConnection connection(context_->ssl, port_);
  if (!connection.is_open()) return absl::UnavailableError("no connection");
  connection.set_patience(request.timeout);
  const std::stop_callback interrupt(stop, [&connection] { connection.interrupt(); });
  if (!connection.write(text_of(request)) || !connection.read_head(head))
    return absl::UnknownError("the connection broke");
  const bool refused = head.status / 100 != 2;
  bool enough = false;
  const bool whole = connection.read_body([&](std::string_view piece) {
    if (refused) {
      head.body += piece;
    } else {
      enough = !on_chunk(piece);
    }
    return !enough;
  });
  if (enough || stop.stop_requested()) return absl::CancelledError("no more is wanted");
  return whole ? absl::OkStatus() : absl::UnknownError("the connection broke");
}

}  // namespace scheduledjob::bench
