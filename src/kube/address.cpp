#include "kube/address.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>

namespace scheduledjob::kube {
namespace {

constexpr std::size_t kMappedPrefix = 12;  // bytes before an IPv4 address

std::optional<int> parse_number(std::string_view text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.front() == '-' || number > most) {
    return std::nullopt;
  }
  return number;
}

bool is_ipv4(const IpAddress& address) {
  constexpr IpAddress kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kMapped.begin(), kMapped.begin() + kMappedPrefix, address.begin());
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text) {
  std::string_view host;
  std::string_view rest;
  if (text.substr(0, 1) == "[") {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (host.find(':') == std::string_view::npos || !parse_ip(host)) return std::nullopt;
  } else {
    host = text.substr(0, text.find(':'));
    rest = text.substr(host.size());
  }
  if (host.empty()) return std::nullopt;
  if (rest.empty()) return HostPort{std::string(host), 0};
  if (rest.front() != ':') return std::nullopt;
  const std::optional<int> port = parse_number(rest.substr(1), 65'535);
  if (!port || *port == 0) return std::nullopt;
  return HostPort{std::string(host), *port};
}

std::optional<HostPort> authority_of(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return std::nullopt;
  std::string_view authority = url.substr(scheme_end + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  if (const std::size_t user_end = authority.rfind('@'); user_end != std::string_view::npos) {
    authority.remove_prefix(user_end + 1);
  }
  return parse_host_port(authority);
}

std::optional<IpAddress> parse_ip(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  IpAddress address{};
  if (::inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
  if (::inet_pton(AF_INET, terminated.c_str(), address.data() + kMappedPrefix) != 1) return std::nullopt;
  address[kMappedPrefix - 2] = address[kMappedPrefix - 1] = 0xff;
  return address;
}

bool is_loopback(const IpAddress& address) {
  static const IpRange ipv4 = *parse_ip_range("127.0.0.0/8");
  static const IpAddress ipv6 = *parse_ip("::1");
  return ipv4.contains(address) || address == ipv6;
}

bool IpRange::contains(const IpAddress& address) const {
  if (is_ipv4(address) != is_ipv4(first)) return false;  // ::/0 means IPv6 only
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(first.begin(), first.begin() + whole, address.begin())) return false;
  if (bits % 8 == 0) return true;
  return ((first[whole] ^ address[whole]) >> (8 - bits % 8)) == 0;
}

std::optional<IpRange> parse_ip_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size()) return std::nullopt;
  const std::optional<IpAddress> first = parse_ip(text.substr(0, slash));
  const bool ipv6 = text.substr(0, slash).find(':') != std::string_view::npos;
  const std::optional<int> bits = parse_number(text.substr(slash + 1), ipv6 ? 128 : 32);
  if (!first || !bits) return std::nullopt;
  return IpRange{*first, ipv6 ? *bits : *bits + static_cast<int>(kMappedPrefix) * 8};
}

}  // namespace scheduledjob::kube
