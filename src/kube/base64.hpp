// Credentials inside kubeconfig files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace scheduledjob::kube {

// Standard alphabet, padding required, white space anywhere ignored. Absent when the text is no base64.
std::optional<std::string> decode_base64(std::string_view text);

// With padding and without line breaks; of less than 1 GiB.
std::string encode_base64(std::string_view bytes);

}  // namespace scheduledjob::kube
