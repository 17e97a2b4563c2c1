// The seam through which every room says what happens. A Log is injected; nothing reaches for a global
// logger.
//
// Messages are short fixed sentences; what varies goes into fields, so that machines can search for it:
//
//   log.info("Job created", {{"namespace", key.namespace_}, {"job", name}});
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace scheduledjob::runtime {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

struct LogField {
  std::string_view name;  // lowerCamelCase; never "time", "level" or "message"
  std::string value;
};

// Implementations are thread-safe, never throw and never block for longer than their output does.
class Log {
 public:
  virtual ~Log() = default;
  virtual void write(LogLevel level, std::string_view message, std::span<const LogField> fields) = 0;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kDebug, message, {fields.begin(), fields.size()});
  }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kInfo, message, {fields.begin(), fields.size()});
  }
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kWarning, message, {fields.begin(), fields.size()});
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::kError, message, {fields.begin(), fields.size()});
  }
};

}  // namespace scheduledjob::runtime
