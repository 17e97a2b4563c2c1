// How the text of a flag becomes a value. The errors of all of them are kInvalidArgument and say what is
// allowed.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace scheduledjob::program {

// A whole number from `least` to `most`.
absl::StatusOr<std::int64_t> parse_number(std::string_view text, std::int64_t least, std::int64_t most);

// A whole number with a unit, ms, s, m, h or d: "1500ms", "15s", "7d".
absl::StatusOr<std::chrono::milliseconds> parse_period(std::string_view text, std::chrono::milliseconds least,
                                                       std::chrono::milliseconds most);

// The shortest text that parse_period() reads as `period`.
std::string format_period(std::chrono::milliseconds period);

// "127.0.0.1:8080", "localhost:0", "[::1]:8080"; ":8080" means every IPv4 address of the machine.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
};
absl::StatusOr<ListenAddress> parse_listen_address(std::string_view text);

// The name of a Kubernetes object: a DNS label of at most 63 characters, or, with `dots`, a subdomain of at
// most 253.
absl::StatusOr<std::string> parse_object_name(std::string_view text, bool dots);

// "team-a,team-b": 1 to 64 namespaces, none twice, in the order in which they are named.
absl::StatusOr<std::vector<std::string>> parse_namespaces(std::string_view text);

}  // namespace scheduledjob::program
