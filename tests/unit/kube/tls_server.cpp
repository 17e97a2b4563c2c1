#include "unit/kube/tls_server.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <tuple>

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/kube/listener.hpp"

namespace scheduledjob::kube::testing {
namespace {

template <class T, class Read>
T* parsed(const std::string& pem, Read read) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  T* object = read(bio, nullptr, nullptr, nullptr);
  BIO_free_all(bio);
  if (object == nullptr) throw std::runtime_error("a test's PEM text is not readable");
  return object;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// Lower case, and one space after each colon that ends a name.
std::string normalized(const std::string& headers) {
  std::string made;
  bool in_name = true;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    made += headers[i];
    if (headers[i] == '\n') in_name = true;
    if (headers[i] == ':' && in_name) {
      in_name = false;
      if (i + 1 < headers.size() && headers[i + 1] != ' ') made += ' ';
    }
  }
  return lower(made);
}

}  // namespace

struct TlsServer::Context {
  SSL_CTX* ssl = SSL_CTX_new(TLS_server_method());
  ~Context() { SSL_CTX_free(ssl); }
};

class TlsServer::Peer final : public TlsServer::Connection {
 public:
  Peer(SSL_CTX* context, int fd) : fd_(fd), ssl_(SSL_new(context)) { SSL_set_fd(ssl_, fd); }
  ~Peer() override {
    SSL_free(ssl_);
    ::close(fd_);
  }

  bool handshake() { return SSL_accept(ssl_) == 1; }
  bool resumed() const { return SSL_session_reused(ssl_) == 1; }
  void interrupt() { ::shutdown(fd_, SHUT_RDWR); }
  bool closed() const { return closed_; }

  bool write(const std::string& bytes) override {
    return !closed_ && SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  void close() override {
    closed_ = true;
    ::shutdown(fd_, SHUT_RDWR);
  }
  bool wait_for_peer_to_close(std::chrono::milliseconds most) override {
    pollfd poll{fd_, POLLIN | POLLRDHUP, 0};
    return ::poll(&poll, 1, static_cast<int>(most.count())) > 0;
  }
  int requests() const override { return requests_; }
  std::string server_name() const override {
    const char* name = SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    return name != nullptr ? name : "";
  }
  std::string client_name() const override {
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    if (certificate == nullptr) return "";
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
    X509_free(certificate);
    return name.data();
  }

  // False when the peer is gone.
  bool read(ReceivedRequest& request) {
    std::size_t head_end = 0;
    while ((head_end = unread_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return false;
    }
    const std::string head = unread_.substr(0, head_end);
    unread_.erase(0, head_end + 4);
    const std::size_t first_space = head.find(' ');
    request.method = head.substr(0, first_space);
    request.target = head.substr(first_space + 1, head.find(' ', first_space + 1) - first_space - 1);
    request.headers = normalized(head.substr(head.find("\r\n") + 2)) + "\r\n";
    std::size_t length = 0;
    if (const auto at = request.headers.find("content-length: "); at != std::string::npos) {
      length = std::stoul(request.headers.substr(at + 16));
    }
    while (unread_.size() < length) {
      if (!read_more()) return false;
    }
    request.body = unread_.substr(0, length);
    unread_.erase(0, length);
    ++requests_;
    return true;
  }

 private:
  bool read_more() {
    std::array<char, 16 * 1024> buffer;
    const int count = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return false;
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  const int fd_;
  SSL* const ssl_;
  std::string unread_;
  int requests_ = 0;
  bool closed_ = false;
};

bool TlsServer::Connection::write_response(int status, const std::string& body,
                                           const std::string& extra_headers) {
  return write("HTTP/1.1 " + std::to_string(status) + " Text\r\nContent-Type: application/json\r\n" +
               extra_headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TlsServer::TlsServer(const Credentials& credentials, Handler handler, const std::string& client_authority_pem,
                     Loopback loopback, Versions versions)
    : context_(std::make_unique<Context>()), handler_(std::move(handler)) {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT: writing to a peer that left is part of several tests
  X509* certificate = parsed<X509>(credentials.certificate_pem, PEM_read_bio_X509);
  EVP_PKEY* key = parsed<EVP_PKEY>(credentials.key_pem, PEM_read_bio_PrivateKey);
  SSL_CTX_use_certificate(context_->ssl, certificate);
  SSL_CTX_use_PrivateKey(context_->ssl, key);
  X509_free(certificate);
  EVP_PKEY_free(key);
  const auto* name = reinterpret_cast<const unsigned char*>("test");
  SSL_CTX_set_session_id_context(context_->ssl, name, 4);  // else no client that has a certificate can resume
  if (!client_authority_pem.empty()) {
    X509* authority = parsed<X509>(client_authority_pem, PEM_read_bio_X509);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_->ssl), authority);
    X509_free(authority);
    SSL_CTX_set_verify(context_->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }

  if (versions == Versions::kAtMost1_1) {
    SSL_CTX_set_min_proto_version(context_->ssl, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context_->ssl, TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(context_->ssl, "ALL:@SECLEVEL=0");  // else OpenSSL refuses its own old versions
  }

  std::tie(listener_, port_) = listen_on(loopback == Loopback::kIpv6 ? "::1" : "127.0.0.1");
  acceptor_ = std::jthread([this] { accept_until_stopped(); });
}

TlsServer::~TlsServer() {
  refuse_connections();
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard lock(peers_mutex_);
    for (const auto& peer : peers_) peer->interrupt();
  }
  peer_threads_.clear();
}

void TlsServer::refuse_connections() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
}

void TlsServer::accept_until_stopped() {
  while (!stopping_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    std::lock_guard lock(peers_mutex_);
    Peer& peer = *peers_.emplace_back(std::make_unique<Peer>(context_->ssl, fd));
    peer_threads_.emplace_back([this, &peer] { serve(peer); });
  }
}

void TlsServer::serve(Peer& peer) {
  if (!peer.handshake()) {
    peer.close();
    return;
  }
  ++handshakes_;
  if (peer.resumed()) ++resumptions_;
  ReceivedRequest request;
  while (!peer.closed() && peer.read(request)) {
    ++requests_;
    handler_(peer, request);
  }
  peer.close();
}

}  // namespace scheduledjob::kube::testing
