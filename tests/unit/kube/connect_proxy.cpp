#include "unit/kube/connect_proxy.hpp"

#include <array>
#include <tuple>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "unit/kube/listener.hpp"

namespace scheduledjob::kube::testing {
namespace {

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

// False when `from` is closed.
bool forward(int from, int to) {
  std::array<char, 16 * 1024> buffer;
  const ssize_t count = ::recv(from, buffer.data(), buffer.size(), 0);
  return count > 0 && send_all(to, {buffer.data(), static_cast<std::size_t>(count)});
}

// Byte by byte: what follows the head belongs to the tunnel.
std::string read_head(int fd) {
  std::string head;
  char c = 0;
  while (head.find("\r\n\r\n") == std::string::npos && ::recv(fd, &c, 1, 0) == 1) head += c;
  return head;
}

}  // namespace

ConnectProxy::ConnectProxy(Refusal refusal) : refusal_(std::move(refusal)) {
  std::tie(listener_, port_) = listen_on("127.0.0.1");
  acceptor_ = std::jthread([this] { accept_until_stopped(); });
}

ConnectProxy::~ConnectProxy() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  clients_.clear();
  for (const int fd : open_) ::close(fd);
}

std::vector<std::string> ConnectProxy::heads() const {
  std::lock_guard lock(mutex_);
  return heads_;
}

void ConnectProxy::accept_until_stopped() {
  while (!stopping_) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    std::lock_guard lock(mutex_);
    open_.push_back(client);
    clients_.emplace_back([this, client] { serve(client); });
  }
}

void ConnectProxy::serve(int client) {
  const std::string head = read_head(client);
  {
    std::lock_guard lock(mutex_);
    heads_.push_back(head);
  }
  if (const std::string refused = refusal_ ? refusal_(head) : std::string(); !refused.empty()) {
    send_all(client, refused);
    ::shutdown(client, SHUT_RDWR);
    return;
  }
  const std::string target = head.substr(8, head.find(' ', 8) - 8);  // "CONNECT host:port HTTP/1.1"
  const std::size_t colon = target.rfind(':');
  const int server = connect_to(target.substr(0, colon), target.substr(colon + 1));
  if (server < 0) {
    ::shutdown(client, SHUT_RDWR);
    return;
  }
  {
    std::lock_guard lock(mutex_);
    open_.push_back(server);
  }
  send_all(client, "HTTP/1.1 200 Connection established\r\n\r\n");
  std::array<pollfd, 2> both{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
  bool whole = true;
  while (whole && ::poll(both.data(), both.size(), -1) > 0) {
    if (both[0].revents != 0) whole = forward(client, server);
    if (whole && both[1].revents != 0) whole = forward(server, client);
  }
  ::shutdown(client, SHUT_RDWR);
  ::shutdown(server, SHUT_RDWR);
}

}  // namespace scheduledjob::kube::testing
