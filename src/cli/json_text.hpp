// Strings as JSON writes them.
#pragma once

#include <string>
#include <string_view>

namespace scheduledjob::cli {

// Appends `text` in quotes, escaped. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& json, std::string_view text);

}  // namespace scheduledjob::cli
