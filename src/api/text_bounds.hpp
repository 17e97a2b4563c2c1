// Bounds on texts and JSON that come from outside.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace scheduledjob::api {

// etcd refuses requests over 1.5 MiB; twice that is no object of ours.
inline constexpr std::size_t kMaxObjectSize = 3U << 20U;

// A pod template nests about 20 levels deep. Whoever writes JSON recursively must not meet more than this.
inline constexpr std::size_t kMaxTemplateDepth = 100;

// The longest prefix of `text` of at most `max_bytes` that does not end inside a UTF-8 sequence.
std::string_view clamp_utf8(std::string_view text, std::size_t max_bytes);

// Whether the arrays and objects of `json` nest deeper than `limit`. Takes any text; brackets inside strings
// do not count.
bool nests_deeper_than(std::string_view json, std::size_t limit);

}  // namespace scheduledjob::api
