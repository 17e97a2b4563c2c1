// Foreign text in our messages.
#pragma once

#include <string>
#include <string_view>

namespace scheduledjob::kube {

// The first `most` bytes on one line: control characters become spaces, and no character of UTF-8 is cut in
// two. What is left out shows as "…".
std::string excerpt(std::string_view text, std::size_t most);

}  // namespace scheduledjob::kube
