#include "runtime/stream_log.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "api/json_writer.hpp"
#include "api/text_bounds.hpp"
#include "schedule/instant.hpp"

namespace scheduledjob::runtime {
namespace {

std::string_view level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "unknown";
}

std::string_view short_level_name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "DEBUG";
    case LogLevel::kInfo:
      return "INFO";
    case LogLevel::kWarning:
      return "WARN";
    case LogLevel::kError:
      return "ERROR";
  }
  return "?";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string bounded(std::string_view text) {
  if (text.size() <= kMaxLogText) return std::string(text);
  return std::string(api::clamp_utf8(text, kMaxLogText)) + "…";
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

// Makes a line injection-proof: a control character could end the line or drive the reader's terminal.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (is_control(c)) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
}

void append_value(std::string& out, std::string_view value) {
  const bool plain = !value.empty() && std::none_of(value.begin(), value.end(), [](char c) {
    return is_control(c) || c == ' ' || c == '"' || c == '=' || c == '\\';
  });
  if (plain) {
    out += value;
    return;
  }
  std::string quotable;
  for (const char c : value) {
    if (c == '"' || c == '\\') quotable += '\\';
    quotable += c;
  }
  out += '"';
  append_escaped(out, quotable);
  out += '"';
}

class StreamLog final : public Log {
 public:
  StreamLog(LogFormat format, LogLevel threshold, std::FILE* stream)
      : format_(format), logger_("", std::make_shared<StreamSink>(stream)) {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog_level(threshold));
    logger_.flush_on(spdlog::level::trace);
  }

  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) override {
    const auto target = spdlog_level(level);
    if (!logger_.should_log(target)) return;
    const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    logger_.log(target, format_ == LogFormat::kJson ? json_line(now, level, message, fields)
                                                    : text_line(now, level, message, fields));
  }

 private:
  class StreamSink final : public spdlog::sinks::stdout_sink_base<spdlog::details::console_mutex> {
   public:
    explicit StreamSink(std::FILE* stream) : stdout_sink_base(stream) {}
  };

  LogFormat format_;
  spdlog::logger logger_;
};

}  // namespace

std::string text_line(LogTime time, LogLevel level, std::string_view message,
                      std::span<const LogField> fields) {
  std::string line = fmt::format("{} {} ", schedule::format_rfc3339_micro(time), short_level_name(level));
  append_escaped(line, bounded(message));
  for (const LogField& field : fields) {
    line += ' ';
    append_escaped(line, field.name);
    line += '=';
    append_value(line, bounded(field.value));
  }
  return line;
}

std::string json_line(LogTime time, LogLevel level, std::string_view message,
                      std::span<const LogField> fields) {
  api::JsonWriter line;
  line.object([&] {
    line.member("time", schedule::format_rfc3339_micro(time));
    line.member("level", level_name(level));
    line.member("message", bounded(message));
    for (const LogField& field : fields) {
      line.foreign_name(field.name);
      line.text(bounded(field.value));
    }
  });
  return std::move(line).finish();
}

std::unique_ptr<Log> make_stream_log(LogFormat format, LogLevel threshold, std::FILE* stream) {
  return std::make_unique<StreamLog>(format, threshold, stream);
}

}  // namespace scheduledjob::runtime
