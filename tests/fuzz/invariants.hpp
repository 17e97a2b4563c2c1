// What has to hold whatever was read. A target breaks off at the first thing that does not, so that the
// fuzzer keeps the input and a replay fails.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "schedule/schedule.hpp"

namespace scheduledjob::fuzz {

// Ends the process, and says why, unless `holds`.
void require(bool holds, std::string_view what);

// An error is a kInvalidArgument whose message is safe in any log, JSON document or terminal: not empty, less
// than 400 bytes, UTF-8 without control characters.
void require_presentable(const absl::Status& error);

// The queries around a moment agree: the next and the latest instant are found from both sides and counted
// once, and nothing lies between them.
void require_consistent(const schedule::Schedule& schedule, schedule::NominalTime moment);

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace scheduledjob::fuzz
