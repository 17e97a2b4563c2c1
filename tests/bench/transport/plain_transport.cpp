#include "bench/transport/plain_transport.hpp"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace scheduledjob::bench {
namespace {

std::string_view name_of(kube::Method method) {
  switch (method) {
    case kube::Method::kGet:
      return "GET";
    case kube::Method::kPost:
      return "POST";
    case kube::Method::kPatch:
      return "PATCH";
    case kube::Method::kDelete:
      return "DELETE";
  }
  return "";
}

}  // namespace

struct PlainTransport::Context {
  SSL_CTX* ssl = SSL_CTX_new(TLS_client_method());
  ~Context() { SSL_CTX_free(ssl); }
};

class PlainTransport::Connection {
 public:
  Connection(SSL_CTX* context, int port)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), ssl_(SSL_new(context)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int at_once = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    SSL_set_fd(ssl_, fd_);
    open_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
            SSL_connect(ssl_) == 1;
  }
  ~Connection() {
    SSL_free(ssl_);
    ::close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool is_open() const { return open_; }

  absl::StatusOr<kube::Response> exchange(const std::string& text) {
    if (SSL_write(ssl_, text.data(), static_cast<int>(text.size())) <= 0)
      return absl::UnknownError("cannot write");
    unread_.clear();
    std::size_t head = std::string::npos;
    while ((head = unread_.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more()) return absl::UnknownError("cannot read");
    }
    constexpr std::string_view kLength = "\r\nContent-Length: ";
    const std::size_t at = unread_.find(kLength);
    std::size_t length = 0;
    if (at > head) return absl::UnknownError("an answer without Content-Length");
    std::from_chars(unread_.data() + at + kLength.size(), unread_.data() + head, length);
    while (unread_.size() < head + 4 + length) {
      if (!read_more()) return absl::UnknownError("cannot read");
    }
    kube::Response response;
    std::from_chars(unread_.data() + std::string_view("HTTP/1.1 ").size(), unread_.data() + head,
                    response.status);
    response.body.assign(unread_, head + 4, length);
    return response;
  }

 private:
  bool read_more() {
    std::array<char, 16 * 1024> buffer;
    const int count = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
    if (count > 0) unread_.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  }

  const int fd_;
  SSL* const ssl_;
  bool open_ = false;
  std::string unread_;
};

PlainTransport::PlainTransport(int port, std::string token)
    : port_(port), token_(std::move(token)), context_(std::make_unique<Context>()) {}

PlainTransport::~PlainTransport() = default;

std::unique_ptr<PlainTransport::Connection> PlainTransport::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return std::make_unique<Connection>(context_->ssl, port_);
}

absl::StatusOr<kube::Response> PlainTransport::send(const kube::Request& request) {
  auto connection = take();
  if (!connection->is_open()) return absl::UnavailableError("no connection");
  auto answer =
      connection->exchange(fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer "
                                       "{}\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
                                       name_of(request.method), request.target, port_, token_,
                                       request.content_type, request.body.size(), request.body));
  if (answer.ok()) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  return answer;
}

absl::Status PlainTransport::stream(const kube::Request&, const ChunkHandler&, kube::Response&,
                                    std::stop_token) {
  return absl::UnimplementedError("there is nothing to compare");
}

}  // namespace scheduledjob::bench
