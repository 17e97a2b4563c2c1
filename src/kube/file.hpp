// Credentials come in small files.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace scheduledjob::kube {

// The whole file. Errors: kNotFound, kPermissionDenied, kInvalidArgument (longer than `limit`, or no regular
// file), kUnknown; each names the path.
absl::StatusOr<std::string> read_small_file(const std::string& path, std::size_t limit);

inline constexpr std::size_t kCredentialLimit = 1 << 20;

}  // namespace scheduledjob::kube
