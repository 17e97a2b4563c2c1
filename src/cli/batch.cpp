#include "cli/batch.hpp"

#include <array>
#include <span>
#include <string>

#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "cli/batch_question.hpp"
#include "cli/json_text.hpp"
#include "cli/line_reader.hpp"

namespace scheduledjob::cli {
namespace {

constexpr std::size_t kFlushAt = 1U << 16U;

class Batch {
 public:
  Batch(std::istream& in, std::ostream& out) : lines_(in, QuestionReader::kPadding), out_(out) {
    answers_.reserve(2 * kFlushAt);
  }

  void run() {
    do {
      while (const auto line = lines_.next()) answer(*line);
      flush();
    } while (lines_.fill());
  }

 private:
  void answer(const LineReader::Line& line) {
    const absl::Status status = line.too_long ? too_long() : answer(line.text);
    if (!status.ok()) {
      answers_ += R"({"error":)";
      append_json_string(answers_, std::string(status.message()));
      answers_ += "}\n";
    }
    if (answers_.size() >= kFlushAt) flush();
  }

  static absl::Status too_long() {
    return absl::InvalidArgumentError(fmt::format("the line is longer than {} bytes", kLongestLine));
  }

  absl::Status answer(std::string_view line) {
    if (absl::Status status = questions_.read(line); !status.ok()) return status;
    const Question& question = questions_.question();
    const auto schedule = schedule::Schedule::compile(question.definition);
    if (!schedule.ok()) return schedule.status();
    answers_ += R"({"next":[)";
    const std::size_t count = schedule->next_times(question.after, std::span(times_).first(question.count));
    for (std::size_t i = 0; i < count; ++i) {
      answers_ += i > 0 ? ",\"" : "\"";
      answers_ += schedule::format_rfc3339(times_[i]);
      answers_ += '"';
    }
    answers_ += "]}\n";
    return absl::OkStatus();
  }

  void flush() {
    if (answers_.empty()) return;
    out_.write(answers_.data(), static_cast<std::streamsize>(answers_.size()));
    out_.flush();
    answers_.clear();
  }

  LineReader lines_;
  std::ostream& out_;
  QuestionReader questions_;
  std::array<schedule::NominalTime, kMostInstants> times_{};
  std::string answers_;  // not written yet
};

}  // namespace

void run_batch(std::istream& in, std::ostream& out) {
  Batch(in, out).run();
}

}  // namespace scheduledjob::cli
