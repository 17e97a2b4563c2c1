// One line of a batch as a question. Private to the batch: includes simdjson.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "schedule/schedule.hpp"
#include "simdjson.h"

namespace scheduledjob::cli {

struct Question {
  schedule::Definition definition;  // of one entry, a Cron
  schedule::NominalTime after{};
  std::size_t count = 1;
};

// Reads questions, one after the other, into the same memory.
class QuestionReader {
 public:
  QuestionReader();

  // What may be read behind a line, whatever it holds.
  static constexpr std::size_t kPadding = simdjson::SIMDJSON_PADDING;

  // Errors: kInvalidArgument; the message begins with the field that is meant.
  absl::Status read(std::string_view line);

  const Question& question() const { return question_; }

 private:
  absl::Status read_member(std::string_view key, simdjson::ondemand::value value);
  void reset();

  simdjson::ondemand::parser parser_;
  Question question_;
  std::string namespace_;
  std::string name_;
  bool has_cron_ = false;
  bool has_after_ = false;
};

}  // namespace scheduledjob::cli
