// Where the API server is and by which way, in the library's terms. Included by cpprest_transport.cpp only.
#pragma once

#include <optional>
#include <string>

#include <cpprest/http_client.h>
#include <cpprest/uri_builder.h>
#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "kube/address.hpp"
#include "kube/proxy.hpp"
#include "kube/tls_identity.hpp"

namespace scheduledjob::kube {

// The API server as the library is to be told of it.
struct Endpoint {
  web::uri uri;                  // an IPv6 address stands in it without brackets, as the resolver wants it
  std::string host_header;       // empty: the library's own
  std::string certificate_name;  // that the certificate must have
  bool name_indication = true;   // an IP address must not be asked for (RFC 6066)

  bool is_ipv6() const { return uri.host().find(':') != std::string::npos; }
  std::string authority() const {
    return is_ipv6() ? fmt::format("[{}]:{}", uri.host(), uri.port())
                     : fmt::format("{}:{}", uri.host(), uri.port());
  }
};

inline absl::StatusOr<Endpoint> parse_endpoint(const std::string& text,
                                               const std::string& tls_server_name) try {
  const web::uri url(text);
  if (url.scheme() != "https") {
    return absl::InvalidArgumentError(fmt::format(
        "the API server's address {:?} must start with https://: credentials are never sent in clear", text));
  }
  const std::optional<HostPort> address = authority_of(text);
  if (!address) {
    return absl::InvalidArgumentError(fmt::format("the address {:?} names no host that can be used", text));
  }
  constexpr int kHttpsPort = 443;
  Endpoint server;
  // With the port in any case: what a proxy is asked for has one.
  server.uri = web::uri_builder(url)
                   .set_host(address->host)
                   .set_port(address->port > 0 ? address->port : kHttpsPort)
                   .to_uri();
  server.certificate_name = tls_server_name.empty() ? address->host : tls_server_name;
  server.name_indication = !TlsIdentity::is_ip_literal(server.certificate_name);
  // The library takes the name to ask for from the Host header.
  if (!tls_server_name.empty() && server.name_indication) {
    server.host_header = tls_server_name;
  } else if (server.is_ipv6()) {
    server.host_header = server.authority();
  }
  return server;
} catch (const std::exception& e) {
  return absl::InvalidArgumentError(
      fmt::format("the API server's address {:?} is no URL: {}", text, e.what()));
}

// Absent: none is wanted.
inline absl::StatusOr<std::optional<Proxy>> parse_proxy_for(const Endpoint& server, const std::string& url) {
  if (url.empty()) return std::nullopt;
  absl::StatusOr<Proxy> proxy = parse_proxy(url);
  if (!proxy.ok()) return proxy.status();
  if (server.is_ipv6()) {
    return absl::UnimplementedError(fmt::format(
        "the HTTP library cannot ask a proxy for an IPv6 address; use a DNS name for {}, or except "
        "it with NO_PROXY",
        server.authority()));
  }
  return std::make_optional(*std::move(proxy));
}

// For messages; without the proxy's password.
inline std::string way_to(const Endpoint& server, const std::optional<Proxy>& proxy) {
  if (!proxy) return server.authority();
  return fmt::format("{} (through the proxy {}:{})", server.authority(), proxy->address.host,
                     proxy->address.port);
}

inline web::web_proxy library_proxy(const Proxy& proxy) {
  web::web_proxy made(web::uri_builder()
                          .set_scheme("http")
                          .set_host(proxy.address.host)
                          .set_port(proxy.address.port)
                          .to_uri());
  if (!proxy.user.empty()) made.set_credentials(web::credentials(proxy.user, proxy.password));
  return made;
}

}  // namespace scheduledjob::kube
