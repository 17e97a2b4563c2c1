// The Log of the program: one line a message on a stream, as text for people or as JSON for machines.
#pragma once

#include <chrono>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/log.hpp"

namespace scheduledjob::runtime {

enum class LogFormat { kText, kJson };

// Bytes of a message or of a field's value beyond this are cut off and replaced by "…".
inline constexpr std::size_t kMaxLogText = 8192;

// Writes messages of at least `threshold` to `stream`, which must outlive the Log. Each line is written whole
// and flushed.
std::unique_ptr<Log> make_stream_log(LogFormat format, LogLevel threshold, std::FILE* stream);

// The two forms of a line, without its end. Neither can contain a line break or another control character,
// whatever the input:
//
//   2026-03-29T01:30:00.000000Z INFO Job created namespace=default job="two words"
//   {"time":"2026-03-29T01:30:00.000000Z","level":"info","message":"Job
//   created","namespace":"default","job":"two words"}
using LogTime = std::chrono::sys_time<std::chrono::microseconds>;
std::string text_line(LogTime time, LogLevel level, std::string_view message,
                      std::span<const LogField> fields);
std::string json_line(LogTime time, LogLevel level, std::string_view message,
                      std::span<const LogField> fields);

}  // namespace scheduledjob::runtime
