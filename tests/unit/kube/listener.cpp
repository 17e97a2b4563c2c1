#include "unit/kube/listener.hpp"

#include <memory>
#include <stdexcept>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace scheduledjob::kube::testing {
namespace {

std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> resolve(const std::string& host,
                                                             const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    throw std::runtime_error("a test's address cannot be resolved");
  }
  return {found, &::freeaddrinfo};
}

}  // namespace

std::pair<int, int> listen_on(const std::string& address) {
  const auto wanted = resolve(address, "0");
  const int fd = ::socket(wanted->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(fd, wanted->ai_addr, wanted->ai_addrlen) != 0 || ::listen(fd, 64) != 0) {
    throw std::runtime_error("a test's server cannot listen on " + address);
  }
  sockaddr_storage got{};
  socklen_t length = sizeof got;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&got), &length);
  char port[NI_MAXSERV] = {};
  ::getnameinfo(reinterpret_cast<sockaddr*>(&got), length, nullptr, 0, port, sizeof port, NI_NUMERICSERV);
  return {fd, std::stoi(port)};
}

int connect_to(const std::string& host, const std::string& port) {
  const auto wanted = resolve(host, port);
  const int fd = ::socket(wanted->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, wanted->ai_addr, wanted->ai_addrlen) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace scheduledjob::kube::testing
