#include "bench/transport/plain_connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kube/http_headers.hpp"

namespace scheduledjob::bench {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

}  // namespace

PlainConnection::PlainConnection(SSL_CTX* context, int port)
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

PlainConnection::~PlainConnection() {
  SSL_free(ssl_);
  ::close(fd_);
}

void PlainConnection::set_patience(std::chrono::milliseconds silence) {
  const timeval time{silence.count() / 1000, silence.count() % 1000 * 1000};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

void PlainConnection::interrupt() {
  ::shutdown(fd_, SHUT_RDWR);
}

bool PlainConnection::write(std::string_view text) {
  return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) > 0;
}

bool PlainConnection::read_head(kube::Response& response) {
  std::size_t end = std::string::npos;
  while ((end = unread_.find(kHeadEnd)) == std::string::npos) {
    if (!read_more()) return false;
  }
  head_ = unread_.substr(0, end + kLineEnd.size());
  unread_.erase(0, end + kHeadEnd.size());
  constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();
  std::from_chars(head_.data() + kStatusAt, head_.data() + head_.size(), response.status);
  response.retry_after = kube::parse_retry_after(std::string(header("Retry-After")));
  response.date = kube::parse_http_date(std::string(header("Date")));
  response.warnings = kube::parse_warnings(header("Warning"));
  return true;
}

bool PlainConnection::read_body(const std::function<bool(std::string_view)>& on_piece) {
  if (header("Transfer-Encoding") != "chunked") {
    const std::string_view text = header("Content-Length");
    std::size_t length = 0;
    std::from_chars(text.data(), text.data() + text.size(), length);
    return read_piece(length, on_piece);
  }
  std::string line;
  while (read_line(line)) {
    std::size_t size = 0;
    std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (!read_piece(size, on_piece) || !read_line(line)) return false;
    if (size == 0) return true;
  }
  return false;
}

std::string_view PlainConnection::header(std::string_view name) const {
  const std::string start = std::string(kLineEnd) + std::string(name) + ": ";
  const std::size_t at = head_.find(start);
  if (at == std::string::npos) return {};
  const std::string_view rest = std::string_view(head_).substr(at + start.size());
  return rest.substr(0, rest.find(kLineEnd));
}

bool PlainConnection::read_line(std::string& line) {
  std::size_t end = std::string::npos;
  while ((end = unread_.find(kLineEnd)) == std::string::npos) {
    if (!read_more()) return false;
  }
  line = unread_.substr(0, end);
  unread_.erase(0, end + kLineEnd.size());
  return true;
}

bool PlainConnection::read_piece(std::size_t size, const std::function<bool(std::string_view)>& on_piece) {
  while (size > 0) {
    if (unread_.empty() && !read_more()) return false;
    const std::size_t count = std::min(size, unread_.size());
    if (!on_piece(std::string_view(unread_).substr(0, count))) return false;
    unread_.erase(0, count);
    size -= count;
  }
  return true;
}

bool PlainConnection::read_more() {
  std::array<char, 16 * 1024> buffer;
  const int count = SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()));
  if (count > 0) unread_.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace scheduledjob::bench
