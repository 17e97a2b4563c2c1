#include "kube/proxy.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "kube/environment.hpp"
#include "kube/target.hpp"

namespace scheduledjob::kube {
namespace {

constexpr int kHttpPort = 80;
constexpr int kHttpsPort = 443;

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// One entry of NO_PROXY that is an address or a name, with or without a port.
bool covers(std::string_view entry, const HostPort& server, const std::optional<IpAddress>& server_ip) {
  const std::optional<HostPort> split = parse_host_port(entry);
  const std::string host = split ? split->host : std::string(entry);  // an IPv6 address stands there bare
  if (split && split->port != 0 && split->port != server.port) return false;
  if (const std::optional<IpAddress> address = parse_ip(host)) return server_ip == address;

  std::string_view domain = host;
  if (domain.substr(0, 2) == "*.") domain.remove_prefix(1);
  const bool itself_too = domain.front() != '.';
  if (itself_too && server.host == domain) return true;
  std::string suffix(domain);
  if (itself_too) suffix.insert(suffix.begin(), '.');
  return server.host.size() >= suffix.size() &&
         server.host.compare(server.host.size() - suffix.size(), suffix.size(), suffix) == 0;
}

bool is_reached_directly(const HostPort& server, std::string_view no_proxy) {
  if (server.host == "localhost") return true;
  const std::optional<IpAddress> ip = parse_ip(server.host);
  if (ip && is_loopback(*ip)) return true;
  while (!no_proxy.empty()) {
    const std::size_t end = std::min(no_proxy.find(','), no_proxy.size());
    const std::string entry = lower(trimmed(no_proxy.substr(0, end)));
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
    if (entry.empty()) continue;
    if (entry == "*") return true;
    if (const std::optional<IpRange> range = parse_ip_range(entry)) {
      if (ip && range->contains(*ip)) return true;
    } else if (covers(entry, server, ip)) {
      return true;
    }
  }
  return false;
}

absl::Status no_url() {
  return absl::InvalidArgumentError("the proxy's address is no URL of the form http://host:port");
}

}  // namespace

absl::StatusOr<Proxy> parse_proxy(const std::string& url) {
  const std::size_t scheme_end = url.find("://");
  const std::string scheme =
      scheme_end == std::string::npos ? std::string("http") : lower(url.substr(0, scheme_end));
  if (scheme == "https" || scheme == "socks5" || scheme == "socks5h") {
    return absl::UnimplementedError(
        fmt::format("proxies of the kind {}:// are not supported; use one that is spoken to as http:// (it "
                    "sees nothing but "
                    "TLS, by CONNECT)",
                    scheme));
  }
  if (scheme != "http") return no_url();

  const std::string whole = scheme_end == std::string::npos ? "http://" + url : url;
  std::optional<HostPort> address = authority_of(whole);
  if (!address) return no_url();
  if (address->port == 0) address->port = kHttpPort;
  Proxy proxy{*std::move(address), {}, {}};

  const std::string_view authority = std::string_view(whole).substr(7, whole.find_first_of("/?#", 7) - 7);
  if (const std::size_t user_end = authority.rfind('@'); user_end != std::string_view::npos) {
    const std::string_view user_info = authority.substr(0, user_end);
    const std::size_t colon = std::min(user_info.find(':'), user_info.size());
    const std::optional<std::string> user = percent_decode(user_info.substr(0, colon));
    const std::optional<std::string> password =
        percent_decode(user_info.substr(std::min(colon + 1, user_info.size())));
    if (!user || !password) return no_url();
    proxy.user = *user;
    proxy.password = *password;
  }
  return proxy;
}

std::string proxy_for(const std::string& server, const std::string& https_proxy, std::string_view no_proxy) {
  std::optional<HostPort> address = authority_of(server);
  if (https_proxy.empty() || !address) return {};
  address->host = lower(address->host);
  if (address->port == 0) address->port = kHttpsPort;
  return is_reached_directly(*address, no_proxy) ? std::string() : https_proxy;
}

std::string proxy_of_environment(const std::string& server) {
  const auto either = [](const char* upper_case, const char* lower_case) {
    const std::string value = environment(upper_case);
    return value.empty() ? environment(lower_case) : value;
  };
  return proxy_for(server, either("HTTPS_PROXY", "https_proxy"), either("NO_PROXY", "no_proxy"));
}

}  // namespace scheduledjob::kube
