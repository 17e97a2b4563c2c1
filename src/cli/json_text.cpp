#include "cli/json_text.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace scheduledjob::cli {

void append_json_string(std::string& json, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
  if (plain) {
    json.append(1, '"').append(text).append(1, '"');
  } else {
    json += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
}

}  // namespace scheduledjob::cli
