// Hosts, ports and IP addresses, as URLs and lists of hosts write them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace scheduledjob::kube {

struct HostPort {
  std::string host;  // as written; an IPv6 address without its brackets
  int port = 0;      // 0: none was written

  bool is_ipv6() const { return host.find(':') != std::string::npos; }
};

// "host", "host:port", "[::1]", "[::1]:port". Absent for everything else, an IPv6 address without brackets
// included.
std::optional<HostPort> parse_host_port(std::string_view text);

// The host and port of "scheme://[user@]host[:port][/…]"; absent when there is no host, or no such form.
std::optional<HostPort> authority_of(std::string_view url);

// An IPv4 address is the IPv6 address that it maps to.
using IpAddress = std::array<std::uint8_t, 16>;
std::optional<IpAddress> parse_ip(std::string_view text);

bool is_loopback(const IpAddress& address);

// A range of addresses, as "10.0.0.0/8" or "fd00::/8".
struct IpRange {
  IpAddress first{};
  int bits = 0;  // of the IPv6 address

  bool contains(const IpAddress& address) const;
};
std::optional<IpRange> parse_ip_range(std::string_view text);

}  // namespace scheduledjob::kube
