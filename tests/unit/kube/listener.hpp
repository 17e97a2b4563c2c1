// A port of this machine's own, chosen by the system.
#pragma once

#include <string>
#include <utility>

namespace scheduledjob::kube::testing {

// A listening socket on "127.0.0.1" or "::1", and its port.
std::pair<int, int> listen_on(const std::string& address);

// A connection to a name or address.
int connect_to(const std::string& host, const std::string& port);

}  // namespace scheduledjob::kube::testing
