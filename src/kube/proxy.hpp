// The proxy that connections to an API server go through, by the rules of Go's net/http/httpproxy, which
// kubectl goes by.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "kube/address.hpp"

namespace scheduledjob::kube {

struct Proxy {
  HostPort address;  // with a port
  std::string user;  // empty: it asks for none
  std::string password;
};

// "http://[user:password@]host[:port]", user and password percent-encoded; without a scheme, http. Errors
// never show the text, which may hold a password: kUnimplemented for another kind of proxy, kInvalidArgument.
absl::StatusOr<Proxy> parse_proxy(const std::string& url);

// The proxy for `server`, an https URL, when `https_proxy` and `no_proxy` are the environment's; empty: none.
std::string proxy_for(const std::string& server, const std::string& https_proxy, std::string_view no_proxy);

// The same with HTTPS_PROXY, or else https_proxy, and NO_PROXY, or else no_proxy.
std::string proxy_of_environment(const std::string& server);

}  // namespace scheduledjob::kube
