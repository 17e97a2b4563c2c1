// The expressions that are measured, as expressions.txt lists them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace scheduledjob::bench {

struct Row {
  std::string name;
  std::string expression;
  std::string zone;
  bool refused = false;  // the expression names no date: what is measured is how soon that is said

  // "daily/Europe/Berlin": unique in the table.
  std::string label() const { return name + "/" + zone; }
};

// Reads the table; the columns that only the reader of the figures needs are passed over. Errors: kNotFound
// for a file that cannot be read, kInvalidArgument for a line without five columns; both name the file.
absl::StatusOr<std::vector<Row>> read_table(const std::string& path);

}  // namespace scheduledjob::bench
