// A Log that keeps what it is told.
#pragma once

#include <algorithm>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/log.hpp"

namespace scheduledjob::runtime {

class RecordingLog final : public Log {
 public:
  struct Line {
    LogLevel level;
    std::string message;
    std::vector<std::pair<std::string, std::string>> fields;

    std::string field(std::string_view name) const {
      const auto found =
          std::ranges::find_if(fields, [name](const auto& field) { return field.first == name; });
      return found == fields.end() ? "(none)" : found->second;
    }
  };

  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) override {
    Line line{level, std::string(message), {}};
    for (const LogField& field : fields) line.fields.emplace_back(field.name, field.value);
    const std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }

  std::vector<Line> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<Line> lines_;
};

}  // namespace scheduledjob::runtime
